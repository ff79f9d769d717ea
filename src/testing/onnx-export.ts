/**
 * Small GPT-2s as other programs export them, written node by node so that they have nothing in common with this project's own
 * graphs: with past keys and values or without, in several number types, with inputs under several names.
 */
import { joinPieces, MessageWriter } from '../graph/protobuf.js';
import { toFloat16 } from '../training/model-files.js';
import { seededUniform } from './random.js';

/** Sizes of the models; the tokens are single bytes. */
export const exportSizes = { nLayer: 2, nHead: 2, nEmbd: 16, nCtx: 48, vocabSize: 257 };

/** How an export looks. What is not given is as in an export of float32 without past. */
export interface ExportForm {
  /** Type of weights, activations and logits. */
  numbers?: 'float32' | 'float16';
  /**
   * `dynamic`: matrices are int8, activations are quantised by what their tensor holds. `blocks`: matrices of 4 bits in blocks of 16,
   * activations as they are.
   */
  quantised?: 'dynamic' | 'blocks';
  activation?: 'gelu' | 'relu';
  /** Width of the feed-forward layer. */
  inner?: number;
  /** Past keys and values: [B, H, P, D] each, or stacked [2, B, H, P, D] under the names of old exports. */
  past?: 'separate' | 'stacked';
  /** Which graph of an export with past: both in one under a switch, or one of two files. */
  part?: 'merged' | 'first';
  ids?: { name?: string; type?: 'int64' | 'int32'; rows?: number };
  mask?: 'int64' | 'int32' | 'float32' | 'bool';
  positions?: 'int64' | 'int32';
  tokenTypes?: boolean;
  keptLogits?: boolean;
  /** Name of the logits. */
  logits?: string;
  /** An input that is asked for and not used. */
  further?: { name: string; type: keyof typeof typeNumbers; shape: (number | string)[] };
  /** What a faulty export loses: the causal mask, or where a text goes on behind past keys and values. */
  lost?: 'mask' | 'positions';
  /** The graph has an operation that there is not. */
  unknownOperation?: boolean;
  /** Weights lie in this file, beside the graph. */
  external?: string;
}

/** An export as bytes, and the file with its weights where it has one. */
export interface ExportBytes {
  model: Uint8Array;
  external: Uint8Array;
}

/** TensorProto.DataType. */
const typeNumbers = {
  float32: 1,
  uint8: 2,
  int8: 3,
  int32: 6,
  int64: 7,
  bool: 9,
  float16: 10,
  bfloat16: 16,
} as const;
type Type = keyof typeof typeNumbers;

/** Domain of ONNX Runtime's own operations. */
const contributed = 'com.microsoft';

type AttributeValue = number | number[] | MessageWriter;

/** Appends the nodes of a graph; every method gives the name of what it makes. */
class Nodes {
  readonly graph = new MessageWriter();
  #count = 0;
  readonly #prefix: string;

  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  /** NodeProto: input 1, output 2, op_type 4, attribute 5, domain 7. */
  add(
    type: string,
    inputs: string[],
    attributes: Record<string, AttributeValue> = {},
    outputs?: string[],
  ): string {
    const names = outputs ?? [`${this.#prefix}${type}_${this.#count++}`];
    const node = new MessageWriter();
    for (const input of inputs) node.string(1, input);
    for (const name of names) node.string(2, name);
    node.string(4, type);
    if (type === 'MatMulNBits') node.string(7, contributed);
    for (const [name, value] of Object.entries(attributes)) node.message(5, attribute(name, value));
    this.graph.message(1, node);
    return names[0]!;
  }

  many(
    type: string,
    inputs: string[],
    count: number,
    attributes: Record<string, AttributeValue> = {},
  ): string[] {
    const names = Array.from({ length: count }, () => `${this.#prefix}${type}_${this.#count++}`);
    this.add(type, inputs, attributes, names);
    return names;
  }

  ints(values: number[], isScalar = false): string {
    const data = BigInt64Array.from(values, BigInt);
    return this.add('Constant', [], { value: tensorOf('', 'int64', isScalar ? [] : [values.length], data) });
  }

  number(value: number, type: 'float32' | 'float16'): string {
    const data = type === 'float16' ? toFloat16(Float32Array.of(value)) : Float32Array.of(value);
    return this.add('Constant', [], { value: tensorOf('', type, [], data) });
  }

  cast(name: string, to: Type): string {
    return this.add('Cast', [name], { to: typeNumbers[to] });
  }
}

/** AttributeProto: name 1, i 3, t 5, g 6, ints 8, type 20 (INT 2, TENSOR 4, GRAPH 5, INTS 7). */
function attribute(name: string, value: AttributeValue): MessageWriter {
  const writer = new MessageWriter().string(1, name);
  if (typeof value === 'number') return writer.int(3, value).int(20, 2);
  if (Array.isArray(value)) {
    for (const item of value) writer.int(8, item);
    return writer.int(20, 7);
  }
  const isGraph = name.endsWith('_branch');
  return writer.message(isGraph ? 6 : 5, value).int(20, isGraph ? 5 : 4);
}

/** TensorProto: dims 1, data_type 2, name 8, raw_data 9. */
function tensorOf(name: string, type: Type, shape: number[], data: ArrayBufferView): MessageWriter {
  const writer = new MessageWriter();
  for (const size of shape) writer.int(1, size);
  writer.int(2, typeNumbers[type]);
  if (name !== '') writer.string(8, name);
  return writer.bytes(9, new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
}

/** ValueInfoProto: name 1, type 2 → tensor_type 1 → elem_type 1, shape 2 → dim 1 → dim_value 1, dim_param 2. */
function valueInfo(name: string, type: Type, shape: (number | string)[]): MessageWriter {
  const dims = new MessageWriter();
  for (const size of shape) {
    dims.message(
      1,
      typeof size === 'number' ? new MessageWriter().int(1, size) : new MessageWriter().string(2, size),
    );
  }
  const tensor = new MessageWriter().int(1, typeNumbers[type]).message(2, dims);
  return new MessageWriter().string(1, name).message(2, new MessageWriter().message(1, tensor));
}

/**
 * A matrix [K, N] as `MatMulNBits` takes it: column by column, blocks of 16 numbers of 4 bits, the first in the lower half of
 * a byte; 8 stands for 0.
 */
function blocksOf(
  values: Float32Array,
  [K = 0, N = 0]: number[],
): { blocks: Uint8Array; scales: Float32Array } {
  const blocks = new Uint8Array((K * N) / 2);
  const scales = new Float32Array((K * N) / 16);
  for (let column = 0; column < N; column++) {
    for (let start = 0; start < K; start += 16) {
      const block = Array.from({ length: 16 }, (_, i) => values[(start + i) * N + column]!);
      // A power of two, exact in 16 bits.
      const scale = 2 ** Math.ceil(Math.log2(Math.max(...block.map(Math.abs), 1 / 128) / 7));
      const at = (column * K + start) / 16;
      scales[at] = scale;
      block.forEach((value, i) => {
        blocks[at * 8 + (i >> 1)]! |= (Math.round(value / scale) + 8) << (4 * (i & 1));
      });
    }
  }
  return { blocks, scales };
}

/** An export of that form. Equal numbers, whatever the form: weights are multiples of 1/128, exact in 16 bits. */
export function writeExport(form: ExportForm = {}): ExportBytes {
  const { numbers = 'float32', past, part, external } = form;
  const { nLayer, nHead, nEmbd, nCtx, vocabSize } = exportSizes;
  const inner = form.inner ?? 4 * nEmbd;
  const graph = new MessageWriter().string(2, 'main');
  const pieces: Uint8Array[] = [];
  const matrices = new Map<string, [from: number, to: number]>();
  const random = seededUniform(5);

  /** GraphProto: initializer 5. TensorProto: external_data 13, data_location 14. */
  const weight = (name: string, shape: number[], size: number, middle = 0, isMatrix = false) => {
    const length = shape.reduce((product, count) => product * count, 1);
    const values = Float32Array.from(
      { length },
      () => middle + Math.round((random() - 0.5) * size * 256) / 128,
    );
    if (isMatrix) matrices.set(name, [shape[0]!, shape[1]!]);
    if (isMatrix && form.quantised === 'blocks') {
      const { blocks, scales } = blocksOf(values, shape);
      graph.message(5, tensorOf(`${name}_Q4`, 'uint8', [shape[1]!, shape[0]! / 16, 8], blocks));
      const stored = numbers === 'float16' ? toFloat16(scales) : scales;
      graph.message(5, tensorOf(`${name}_scales`, numbers, [scales.length], stored));
      return;
    }
    if (isMatrix && form.quantised === 'dynamic') {
      // What onnxruntime.quantization writes for a symmetric matrix: int8 with one scale.
      const scale = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0) / 127;
      const quantised = Int8Array.from(values, (value) => Math.round(value / scale));
      graph.message(5, tensorOf(`${name}_quantized`, 'int8', shape, quantised));
      graph.message(5, tensorOf(`${name}_scale`, 'float32', [], Float32Array.of(scale)));
      graph.message(5, tensorOf(`${name}_zero_point`, 'int8', [], Int8Array.of(0)));
      return;
    }
    const data = numbers === 'float16' ? toFloat16(values) : values;
    if (external === undefined) {
      graph.message(5, tensorOf(name, numbers, shape, data));
      return;
    }
    const pair = (key: string, value: string | number) =>
      new MessageWriter().string(1, key).string(2, String(value));
    const tensor = new MessageWriter();
    for (const count of shape) tensor.int(1, count);
    tensor
      .int(2, typeNumbers[numbers])
      .string(8, name)
      .message(13, pair('location', external))
      .message(
        13,
        pair(
          'offset',
          pieces.reduce((sum, piece) => sum + piece.length, 0),
        ),
      )
      .message(13, pair('length', data.byteLength))
      .int(14, 1);
    graph.message(5, tensor);
    pieces.push(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  };
  weight('transformer.wte.weight', [vocabSize, nEmbd], 1);
  weight('transformer.wpe.weight', [nCtx, nEmbd], 0.5);
  for (let layer = 0; layer < nLayer; layer++) {
    for (const norm of ['ln_1', 'ln_2']) {
      weight(`h.${layer}.${norm}.weight`, [nEmbd], 0.5, 1);
      weight(`h.${layer}.${norm}.bias`, [nEmbd], 0.5);
    }
    for (const [name, from, to] of [
      ['attn.c_attn', nEmbd, 3 * nEmbd],
      ['attn.c_proj', nEmbd, nEmbd],
      ['mlp.c_fc', nEmbd, inner],
      ['mlp.c_proj', inner, nEmbd],
    ] as const) {
      weight(`h.${layer}.${name}.weight`, [from, to], 0.6, 0, true);
      weight(`h.${layer}.${name}.bias`, [to], 0.5);
    }
  }
  weight('transformer.ln_f.weight', [nEmbd], 0.5, 1);
  weight('transformer.ln_f.bias', [nEmbd], 0.5);
  weight('lm_head.weight', [nEmbd, vocabSize], 1, 0, true);

  const kv = (time: string, layer: number) =>
    past === 'stacked'
      ? [`${time}_${layer}`]
      : ['key', 'value'].map((kind) => `${time === 'past' ? 'past_key_values' : time}.${layer}.${kind}`);
  const layers = Array.from({ length: nLayer }, (_, layer) => layer);
  const kvShape = (tokens: string) => [
    ...(past === 'stacked' ? [2] : []),
    'batch',
    nHead,
    tokens,
    nEmbd / nHead,
  ];
  const logits = form.logits ?? 'logits';
  const outputs: [string, Type, (number | string)[]][] = [
    [logits, numbers, ['batch', 'sequence', vocabSize]],
    ...(past === undefined ? [] : layers.flatMap((layer) => kv('present', layer))).map(
      (name): [string, Type, (number | string)[]] => [name, numbers, kvShape('total')],
    ),
  ];
  const takesPast = past !== undefined && part !== 'first';

  /** The nodes of the model; outputs are called `prefix` and their own name. */
  const compute = (prefix: string, usesPast: boolean): MessageWriter => {
    const nodes = new Nodes(`${prefix}n_`);
    const { add, many, ints, number, cast } = {
      add: nodes.add.bind(nodes),
      many: nodes.many.bind(nodes),
      ints: nodes.ints.bind(nodes),
      number: nodes.number.bind(nodes),
      cast: nodes.cast.bind(nodes),
    };
    const one = (name: string, index: number) => add('Gather', [add('Shape', [name]), ints([index], true)]);
    const ids = form.ids?.name ?? 'input_ids';
    const firstPast = kv('past', 0)[0]!;
    const before = usesPast ? one(firstPast, past === 'stacked' ? 3 : 2) : ints([0], true);
    const total = add('Add', [before, one(ids, 1)]);
    const range = (from: string) => add('Range', [from, total, ints([1], true)]);
    const shift = form.lost === 'positions' ? add('Sub', [range(before), before]) : range(before);
    const positions = form.positions ? 'position_ids' : shift;
    let x = add('Add', [
      add('Gather', ['transformer.wte.weight', ids]),
      add('Gather', ['transformer.wpe.weight', positions]),
    ]);
    if (form.tokenTypes) x = add('Add', [x, add('Gather', ['transformer.wte.weight', 'token_type_ids'])]);
    const isSeen = add('LessOrEqual', [
      add('Unsqueeze', [range(ints([0], true)), ints([0])]),
      add('Unsqueeze', [range(before), ints([1])]),
    ]);
    let bias = add('Where', [isSeen, number(0, numbers), number(form.lost === 'mask' ? 0 : -1e4, numbers)]);
    if (form.mask) {
      const isToken = add('Cast', ['attention_mask'], { to: typeNumbers[numbers] });
      const missing = add('Sub', [number(1, numbers), isToken]);
      const row = add('Unsqueeze', [missing, ints([1, 2])]);
      bias = add('Add', [bias, add('Mul', [row, number(-1e4, numbers)])]);
    }
    const multiply = (input: string, name: string) => {
      if (form.quantised === undefined) return add('MatMul', [input, name]);
      if (form.quantised === 'blocks') {
        const [K, N] = matrices.get(name)!;
        const sizes = { K, N, bits: 4, block_size: 16 };
        return add('MatMulNBits', [input, `${name}_Q4`, `${name}_scales`], sizes);
      }
      const [quantised, scale, zero] = many('DynamicQuantizeLinear', [input], 3);
      const product = add('MatMulInteger', [quantised!, `${name}_quantized`, zero!, `${name}_zero_point`]);
      return add('Mul', [cast(product, 'float32'), add('Mul', [scale!, `${name}_scale`])]);
    };
    const linear = (input: string, name: string) =>
      add('Add', [multiply(input, `${name}.weight`), `${name}.bias`]);
    const norm = (input: string, name: string) =>
      add('LayerNormalization', [input, `${name}.weight`, `${name}.bias`], { axis: -1 });
    const heads = (input: string) =>
      add('Transpose', [add('Reshape', [input, ints([0, 0, nHead, nEmbd / nHead])])], { perm: [0, 2, 1, 3] });
    const presents: string[] = [];
    for (const layer of layers) {
      const h = `h.${layer}`;
      const [q, k, v] = many('Split', [linear(norm(x, `${h}.ln_1`), `${h}.attn.c_attn`)], 3, {
        axis: 2,
        num_outputs: 3,
      });
      let [keys, values] = [heads(k!), heads(v!)];
      if (usesPast) {
        const names = kv('past', layer);
        const [pastKeys, pastValues] =
          past === 'stacked'
            ? [0, 1].map((half) => add('Gather', [names[0]!, ints([half], true)], { axis: 0 }))
            : names;
        keys = add('Concat', [pastKeys!, keys], { axis: 2 });
        values = add('Concat', [pastValues!, values], { axis: 2 });
      }
      if (past === 'stacked') {
        const both = [keys, values].map((one) => add('Unsqueeze', [one, ints([0])]));
        presents.push(add('Concat', both, { axis: 0 }));
      } else {
        presents.push(keys, values);
      }
      const scores = add('Div', [
        add('MatMul', [heads(q!), add('Transpose', [keys], { perm: [0, 1, 3, 2] })]),
        number(Math.sqrt(nEmbd / nHead), numbers),
      ]);
      const seen = add('MatMul', [add('Softmax', [add('Add', [scores, bias])], { axis: -1 }), values]);
      const joined = add('Reshape', [add('Transpose', [seen], { perm: [0, 2, 1, 3] }), ints([0, 0, nEmbd])]);
      x = add('Add', [x, linear(joined, `${h}.attn.c_proj`)]);
      const wide = linear(norm(x, `${h}.ln_2`), `${h}.mlp.c_fc`);
      const active = form.activation === 'relu' ? add('Relu', [wide]) : add('Gelu', [wide]);
      x = add('Add', [x, linear(active, `${h}.mlp.c_proj`)]);
    }
    x = norm(x, 'transformer.ln_f');
    if (form.unknownOperation) x = add('Nonsense', [x]);
    if (form.keptLogits) {
      const start = add('Unsqueeze', [add('Neg', ['num_logits_to_keep']), ints([0])]);
      x = add('Slice', [x, start, ints([2 ** 31]), ints([1])]);
    }
    add('Identity', [multiply(x, 'lm_head.weight')], {}, [`${prefix}${logits}`]);
    outputs.slice(1).forEach(([name], index) => {
      add('Identity', [presents[index]!], {}, [`${prefix}${name}`]);
    });
    return nodes.graph;
  };

  // GraphProto: input 11, output 12.
  const inputs: [string, Type, (number | string)[]][] = [
    [form.ids?.name ?? 'input_ids', form.ids?.type ?? 'int64', [form.ids?.rows ?? 'batch', 'sequence']],
  ];
  if (form.mask) inputs.push(['attention_mask', form.mask, ['batch', takesPast ? 'total' : 'sequence']]);
  if (form.positions) inputs.push(['position_ids', form.positions, ['batch', 'sequence']]);
  if (form.tokenTypes) inputs.push(['token_type_ids', 'int64', ['batch', 'sequence']]);
  if (form.keptLogits) inputs.push(['num_logits_to_keep', 'int64', []]);
  if (form.further) inputs.push([form.further.name, form.further.type, form.further.shape]);
  if (takesPast) {
    for (const name of layers.flatMap((layer) => kv('past', layer)))
      inputs.push([name, numbers, kvShape('past')]);
  }
  if (part === 'merged') inputs.push(['use_cache_branch', 'bool', [1]]);
  for (const input of inputs) graph.message(11, valueInfo(...input));
  for (const output of outputs) graph.message(12, valueInfo(...output));

  let nodes: MessageWriter;
  if (part === 'merged') {
    const branch = (prefix: string, usesPast: boolean) => {
      const body = compute(prefix, usesPast).string(2, `${prefix}branch`);
      for (const [name, type, shape] of outputs) body.message(12, valueInfo(`${prefix}${name}`, type, shape));
      return body;
    };
    const choice = new Nodes('if_');
    const branches = { then_branch: branch('then_', true), else_branch: branch('else_', false) };
    choice.add(
      'If',
      ['use_cache_branch'],
      branches,
      outputs.map(([name]) => name),
    );
    nodes = choice.graph;
  } else {
    nodes = compute('', takesPast);
  }
  // ModelProto: ir_version 1, graph 7, opset_import 8 with domain 1 and version 2. Two messages one after another are one.
  const bytes = joinPieces([...graph.finish(), ...nodes.finish()]);
  const opset = new MessageWriter().string(1, '').int(2, 20);
  const further = new MessageWriter().string(1, contributed).int(2, 1);
  const model = new MessageWriter().int(1, 9).message(8, opset).message(8, further).bytes(7, bytes);
  return { model: joinPieces(model.finish()), external: Buffer.concat(pieces) };
}
