/**
 * Symbolic tensors. A `Value` knows its type, its shape and where it comes from; an expression of values is a graph
 * without anyone having to keep one: what no output depends on is never written.
 */

/** A size that is known when the graph is built, or the name of one that is known when it runs (`B`, `T`, `B*T`). */
export type Dim = number | string;

/** Element types, by their ONNX names. */
export type Dtype = 'float32' | 'float16' | 'bfloat16' | 'int64' | 'int32' | 'uint8' | 'bool';

/** Bytes of one element. */
const elementBytes: Record<Dtype, number> = {
  float32: 4,
  float16: 2,
  bfloat16: 2,
  int64: 8,
  int32: 4,
  uint8: 1,
  bool: 1,
};

/** Their numbers in a file: TensorProto.DataType of onnx/onnx.proto. */
export const onnxTypes: Record<Dtype, number> = {
  float32: 1,
  uint8: 2,
  int32: 6,
  int64: 7,
  bool: 9,
  float16: 10,
  bfloat16: 16,
};

/** The numbers of a parameter: in memory, or a run of bytes of a file. Little-endian, row-major. */
export type TensorData = Uint8Array | FileSlice;

/** A run of bytes of a file. */
export interface FileSlice {
  file: string;
  offset: number;
  lengthBytes: number;
}

/** Attribute values of an operation. Whole numbers become ONNX INT; wrap a float that may be whole in `{ float }`. */
export type Attribute = number | string | readonly number[] | { float: number } | { graph: Subgraph };

/** A graph inside an operation: one step of a loop. */
export interface Subgraph {
  /** Given by the operation at each step, in its order. Values of kind `input`, whose names no other one has. */
  readonly inputs: readonly Value[];
  /** Results of a step, in the order that the operation wants. Each is the result of an operation of this graph. */
  readonly outputs: readonly Value[];
  /**
   * What the steps see of the graph around them: a value of kind `input` that stands for it inside, and the value outside. It is
   * not copied from step to step.
   */
  readonly captured: readonly { inside: Value; outside: Value }[];
}

/** An operation with its operands. `place` is where in the model it was built, e.g. `h.3/attn`. */
export interface Operation {
  readonly type: string;
  /** '' for standard ONNX, `com.microsoft` for ONNX Runtime's own operations. */
  readonly domain: string;
  readonly inputs: readonly (Value | undefined)[];
  readonly attributes: Readonly<Record<string, Attribute>>;
  readonly place: string;
  outputs: readonly Value[];
}

/** Where a value comes from. */
type Origin =
  | { readonly kind: 'input'; readonly name: string }
  | { readonly kind: 'parameter'; readonly name: string; readonly data: TensorData }
  | { readonly kind: 'operation'; readonly operation: Operation; readonly index: number };

/** A symbolic tensor. */
export interface Value {
  readonly dtype: Dtype;
  readonly shape: readonly Dim[];
  readonly origin: Origin;
}

/** A tensor that is given when the graph runs. */
export function input(name: string, dtype: Dtype, shape: readonly Dim[]): Value {
  return { dtype, shape, origin: { kind: 'input', name } };
}

/** A tensor whose numbers are known, under the name that the checkpoint gives it. Throws ShapeError when the byte count does not fit. */
export function parameter(name: string, dtype: Dtype, shape: readonly number[], data: TensorData): Value {
  const expected = shape.reduce((product, size) => product * size, elementBytes[dtype]);
  const found = data instanceof Uint8Array ? data.byteLength : data.lengthBytes;
  if (expected !== found) {
    throw new ShapeError(
      'parameter',
      [shape],
      `${name} of type ${dtype} needs ${expected} bytes, got ${found}`,
    );
  }
  return { dtype, shape, origin: { kind: 'parameter', name, data } };
}

/** Small constant tensors, made where they are used. */
export const constant = {
  /** int64 of rank 1, or rank 0 for a single number. */
  int64(values: number | readonly number[]): Value {
    const list = typeof values === 'number' ? [values] : values;
    const bytes = new Uint8Array(BigInt64Array.from(list, BigInt).buffer);
    return parameter('', 'int64', typeof values === 'number' ? [] : [list.length], bytes);
  },
  /** float32 of rank 1, or rank 0 for a single number. */
  float32(values: number | readonly number[]): Value {
    const list = typeof values === 'number' ? [values] : values;
    const bytes = new Uint8Array(Float32Array.from(list).buffer);
    return parameter('', 'float32', typeof values === 'number' ? [] : [list.length], bytes);
  },
};

/** Shape as it is printed: `[B, T, 768]`. */
export function showShape(shape: readonly Dim[]): string {
  return `[${shape.join(', ')}]`;
}

/** Two shapes that an operation cannot take; found while the graph is built. Always a bug in a model, never the user's. */
export class ShapeError extends Error {
  constructor(operation: string, shapes: readonly (readonly Dim[])[], reason: string) {
    super(`${operation} at ${currentPlace()}: ${shapes.map(showShape).join(' and ')}: ${reason}`);
    this.name = 'ShapeError';
  }
}

// Building a graph is synchronous, so one stack of names is enough to know where we are.
const places: string[] = [];

/** Builds a part of the model under a name, which then appears in node names and error messages. */
export function place<T>(name: string, build: () => T): T {
  places.push(name);
  try {
    return build();
  } finally {
    places.pop();
  }
}

/** The names of the enclosing `place` calls, joined by `/`; `graph` outside of all. @internal */
export function currentPlace(): string {
  return places.length === 0 ? 'graph' : places.join('/');
}

/** Makes an operation and returns its outputs. Only ops.ts and the fused operations call this; they know the shapes. */
export function operation(
  type: string,
  inputs: readonly (Value | undefined)[],
  outputs: readonly { dtype: Dtype; shape: readonly Dim[] }[],
  attributes: Record<string, Attribute> = {},
  domain = '',
): readonly Value[] {
  const made: Operation = { type, domain, inputs, attributes, place: currentPlace(), outputs: [] };
  made.outputs = outputs.map(({ dtype, shape }, index) => ({
    dtype,
    shape,
    origin: { kind: 'operation', operation: made, index },
  }));
  return made.outputs;
}
