/** Writing an ONNX graph node by node, for graphs that this project's own operations shall have nothing to do with. */
import { joinPieces, MessageWriter } from '../graph/protobuf.js';
import { toFloat16 } from '../training/model-files.js';

/** TensorProto.DataType. */
export const typeNumbers = {
  float32: 1,
  uint8: 2,
  int8: 3,
  int32: 6,
  int64: 7,
  bool: 9,
  float16: 10,
  bfloat16: 16,
} as const;
/** An element type. */
export type Type = keyof typeof typeNumbers;

/** Domain of ONNX Runtime's own operations. */
const contributed = 'com.microsoft';

/** A dimension: a size, or the name of one that is free. */
export type Shape = readonly (number | string)[];

type AttributeValue = number | number[] | MessageWriter;

/** Appends the nodes of a graph; every method gives the name of what it makes. */
export class Nodes {
  /** The nodes so far, as fields of a GraphProto. */
  readonly graph = new MessageWriter();
  #count = 0;
  readonly #prefix: string;

  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  /** A node with one output, or with those. NodeProto: input 1, output 2, op_type 4, attribute 5, domain 7. */
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

  /** A node with several outputs. */
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

  /** A constant int64 [n], or a scalar. */
  ints(values: number[], isScalar = false): string {
    const data = BigInt64Array.from(values, BigInt);
    return this.add('Constant', [], { value: tensorOf('', 'int64', isScalar ? [] : [values.length], data) });
  }

  /** A constant scalar. */
  number(value: number, type: 'float32' | 'float16'): string {
    const data = type === 'float16' ? toFloat16(Float32Array.of(value)) : Float32Array.of(value);
    return this.add('Constant', [], { value: tensorOf('', type, [], data) });
  }

  /** Another element type. */
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

/** A tensor with its numbers. TensorProto: dims 1, data_type 2, name 8, raw_data 9. */
export function tensorOf(name: string, type: Type, shape: number[], data: ArrayBufferView): MessageWriter {
  const writer = new MessageWriter();
  for (const size of shape) writer.int(1, size);
  writer.int(2, typeNumbers[type]);
  if (name !== '') writer.string(8, name);
  return writer.bytes(9, new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
}

/** An input or output. ValueInfoProto: name 1, type 2 → tensor_type 1 → elem_type 1, shape 2 → dim 1 → dim_value 1, dim_param 2. */
export function valueInfo(name: string, type: Type, shape: Shape): MessageWriter {
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
export function blocksOf(
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

/** A tensor whose numbers lie in a file beside the model. TensorProto: external_data 13, data_location 14. */
export function externalTensor(
  name: string,
  type: Type,
  shape: number[],
  place: { location: string; offset: number; length: number },
): MessageWriter {
  const writer = new MessageWriter();
  for (const size of shape) writer.int(1, size);
  writer.int(2, typeNumbers[type]).string(8, name);
  for (const [key, value] of Object.entries(place)) {
    writer.message(13, new MessageWriter().string(1, key).string(2, String(value)));
  }
  return writer.int(14, 1);
}

/**
 * A model with a graph of those parts: messages that stand one after another are read as one. ModelProto: ir_version 1, graph 7,
 * opset_import 8 with domain 1 and version 2.
 */
export function modelOf(parts: readonly MessageWriter[]): Uint8Array {
  const graph = joinPieces(parts.flatMap((part) => part.finish()));
  const opset = new MessageWriter().string(1, '').int(2, 20);
  const further = new MessageWriter().string(1, contributed).int(2, 1);
  return joinPieces(
    new MessageWriter().int(1, 9).message(8, opset).message(8, further).bytes(7, graph).finish(),
  );
}
