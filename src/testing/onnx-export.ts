/**
 * Small GPT-2s as other programs export them, written node by node so that they have nothing in common with this project's own
 * graphs: with past keys and values or without, in several number types, with inputs under several names.
 */
import { MessageWriter } from '../graph/protobuf.js';
import { toFloat16 } from '../training/model-files.js';
import {
  blocksOf,
  externalTensor,
  modelOf,
  Nodes,
  type Shape,
  type Type,
  tensorOf,
  typeNumbers,
  valueInfo,
} from './onnx-nodes.js';
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
  further?: { name: string; type: Type; shape: Shape };
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

/** Matrices of a layer: name, rows, columns. */
function matricesOf({
  inner = 4 * exportSizes.nEmbd,
}: ExportForm): [name: string, from: number, to: number][] {
  const { nEmbd } = exportSizes;
  return [
    ['attn.c_attn', nEmbd, 3 * nEmbd],
    ['attn.c_proj', nEmbd, nEmbd],
    ['mlp.c_fc', nEmbd, inner],
    ['mlp.c_proj', inner, nEmbd],
  ];
}

/** The weights of a graph, and those of them that lie outside. GraphProto: initializer 5. */
function writeWeights(form: ExportForm): { graph: MessageWriter; external: Uint8Array } {
  const { numbers = 'float32', external } = form;
  const { nLayer, nEmbd, nCtx, vocabSize } = exportSizes;
  const graph = new MessageWriter();
  const pieces: Uint8Array[] = [];
  let written = 0;
  const random = seededUniform(5);

  const weight = (name: string, shape: number[], size: number, middle = 0, isMatrix = false) => {
    const length = shape.reduce((product, count) => product * count, 1);
    const values = Float32Array.from(
      { length },
      () => middle + Math.round((random() - 0.5) * size * 256) / 128,
    );
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
    const place = { location: external, offset: written, length: data.byteLength };
    graph.message(5, externalTensor(name, numbers, shape, place));
    written += data.byteLength;
    pieces.push(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  };
  weight('transformer.wte.weight', [vocabSize, nEmbd], 1);
  weight('transformer.wpe.weight', [nCtx, nEmbd], 0.5);
  for (let layer = 0; layer < nLayer; layer++) {
    for (const norm of ['ln_1', 'ln_2']) {
      weight(`h.${layer}.${norm}.weight`, [nEmbd], 0.5, 1);
      weight(`h.${layer}.${norm}.bias`, [nEmbd], 0.5);
    }
    for (const [name, from, to] of matricesOf(form)) {
      weight(`h.${layer}.${name}.weight`, [from, to], 0.6, 0, true);
      weight(`h.${layer}.${name}.bias`, [to], 0.5);
    }
  }
  weight('transformer.ln_f.weight', [nEmbd], 0.5, 1);
  weight('transformer.ln_f.bias', [nEmbd], 0.5);
  weight('lm_head.weight', [nEmbd, vocabSize], 1, 0, true);
  return { graph, external: Buffer.concat(pieces) };
}

/** Names of the keys and values of a layer. */
function cacheNames({ past }: ExportForm, time: 'past' | 'present', layer: number): string[] {
  if (past === 'stacked') return [`${time}_${layer}`];
  const start = time === 'past' ? 'past_key_values' : time;
  return ['key', 'value'].map((kind) => `${start}.${layer}.${kind}`);
}

function allCacheNames(form: ExportForm, time: 'past' | 'present'): string[] {
  if (form.past === undefined) return [];
  return Array.from({ length: exportSizes.nLayer }, (_, layer) => cacheNames(form, time, layer)).flat();
}

function cacheShape({ past }: ExportForm, tokens: string): Shape {
  const { nHead, nEmbd } = exportSizes;
  return [...(past === 'stacked' ? [2] : []), 'batch', nHead, tokens, nEmbd / nHead];
}

/** Outputs with type and shape, the logits first. */
function outputsOf(form: ExportForm): [name: string, type: Type, shape: Shape][] {
  const { numbers = 'float32', logits = 'logits' } = form;
  return [
    [logits, numbers, ['batch', 'sequence', exportSizes.vocabSize]],
    ...allCacheNames(form, 'present').map((name): [string, Type, Shape] => [
      name,
      numbers,
      cacheShape(form, 'total'),
    ]),
  ];
}

/** The nodes of the model; outputs are called `prefix` and their own name. */
function writeNodes(form: ExportForm, prefix: string, usesPast: boolean): MessageWriter {
  const { numbers = 'float32', past } = form;
  const { nLayer, nHead, nEmbd, vocabSize } = exportSizes;
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
  const firstPast = cacheNames(form, 'past', 0)[0]!;
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
      const isHead = name === 'lm_head.weight';
      const matrix = matricesOf(form).find(([own]) => name.endsWith(`${own}.weight`));
      const [, K, N] = isHead ? [name, nEmbd, vocabSize] : matrix!;
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
  for (let layer = 0; layer < nLayer; layer++) {
    const h = `h.${layer}`;
    const [q, k, v] = many('Split', [linear(norm(x, `${h}.ln_1`), `${h}.attn.c_attn`)], 3, {
      axis: 2,
      num_outputs: 3,
    });
    let [keys, values] = [heads(k!), heads(v!)];
    if (usesPast) {
      const names = cacheNames(form, 'past', layer);
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
  add('Identity', [multiply(x, 'lm_head.weight')], {}, [`${prefix}${form.logits ?? 'logits'}`]);
  outputsOf(form)
    .slice(1)
    .forEach(([name], index) => {
      add('Identity', [presents[index]!], {}, [`${prefix}${name}`]);
    });
  return nodes.graph;
}

/** An export of that form. Equal numbers, whatever the form: weights are multiples of 1/128, exact in 16 bits. */
export function writeExport(form: ExportForm = {}): ExportBytes {
  const { numbers = 'float32', past, part } = form;
  const takesPast = past !== undefined && part !== 'first';
  const outputs = outputsOf(form);
  const { graph: weights, external } = writeWeights(form);
  const graph = new MessageWriter();
  // GraphProto: input 11, output 12.
  const inputs: [string, Type, Shape][] = [
    [form.ids?.name ?? 'input_ids', form.ids?.type ?? 'int64', [form.ids?.rows ?? 'batch', 'sequence']],
  ];
  if (form.mask) inputs.push(['attention_mask', form.mask, ['batch', takesPast ? 'total' : 'sequence']]);
  if (form.positions) inputs.push(['position_ids', form.positions, ['batch', 'sequence']]);
  if (form.tokenTypes) inputs.push(['token_type_ids', 'int64', ['batch', 'sequence']]);
  if (form.keptLogits) inputs.push(['num_logits_to_keep', 'int64', []]);
  if (form.further) inputs.push([form.further.name, form.further.type, form.further.shape]);
  if (takesPast) {
    for (const name of allCacheNames(form, 'past')) inputs.push([name, numbers, cacheShape(form, 'past')]);
  }
  if (part === 'merged') inputs.push(['use_cache_branch', 'bool', [1]]);
  for (const input of inputs) graph.message(11, valueInfo(...input));
  for (const output of outputs) graph.message(12, valueInfo(...output));

  let nodes: MessageWriter;
  if (part === 'merged') {
    const branch = (prefix: string, usesPast: boolean) => {
      const body = writeNodes(form, prefix, usesPast).string(2, `${prefix}branch`);
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
    nodes = writeNodes(form, '', takesPast);
  }
  return { model: modelOf([new MessageWriter().string(2, 'main'), weights, graph, nodes]), external };
}
