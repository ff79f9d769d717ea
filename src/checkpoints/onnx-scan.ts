/**
 * A look into an ONNX file without loading it: its inputs and outputs, shapes and types of the weights, which operations
 * there are, and the files that hold weights outside of it. Field numbers are those of onnx/onnx.proto.
 */

import { closeSync, openSync } from 'node:fs';
import { DataError } from '../errors.js';
import { type ByteSource, fileSource, type ProtobufField, readFields, readText } from './protobuf-reader.js';
import { fileSize } from './read-range.js';

/** Names of TensorProto.DataType, by number. */
const elementTypes: Readonly<Record<number, string>> = {
  ...{ 1: 'float32', 2: 'uint8', 3: 'int8', 4: 'uint16', 5: 'int16', 6: 'int32', 7: 'int64', 8: 'string' },
  ...{
    9: 'bool',
    10: 'float16',
    11: 'float64',
    12: 'uint32',
    13: 'uint64',
    14: 'complex64',
    15: 'complex128',
  },
  ...{ 16: 'bfloat16', 17: 'float8', 18: 'float8', 19: 'float8', 20: 'float8', 21: 'uint4', 22: 'int4' },
  ...{ 23: 'float4', 24: 'float8', 25: 'uint2', 26: 'int2' },
};

/** An input or output of a graph. */
export interface OnnxValue {
  name: string;
  /** Element type as ONNX calls it (`float32`, `int64`, `bfloat16` …); `unknown` for what is no tensor. */
  type: string;
  /** Sizes, or the names of those that are free, `?` where they have none; undefined when the graph says nothing. */
  shape?: (number | string)[];
}

/** What the scan of an ONNX file finds. */
export interface OnnxScan {
  /** Inputs that a caller has to give, in the graph's order. */
  inputs: OnnxValue[];
  outputs: OnnxValue[];
  /** Shapes of all named weights, those of nested graphs included. */
  weightShapes: Map<string, number[]>;
  /** How many numbers the weights and constants of each element type have, all together. */
  weightCounts: Map<string, number>;
  /** Types of all operations, without their domain, those of nested graphs and functions included. */
  operations: Set<string>;
  /** Fewest bits of a weight of the operations that keep them in blocks (`MatMulNBits` and its kin). */
  blockBits?: number;
  /** For each external file, as the graph spells it, how long it must at least be. */
  externalBytes: Map<string, number>;
}

/** Scans an ONNX file. Throws DataError when it is no ONNX model or was cut short. */
export async function scanOnnx(file: string): Promise<OnnxScan> {
  const size = await fileSize(file);
  const descriptor = openSync(file, 'r');
  try {
    const source = fileSource(descriptor, size, file);
    const scan: OnnxScan = {
      inputs: [],
      outputs: [],
      weightShapes: new Map(),
      weightCounts: new Map(),
      operations: new Set(),
      externalBytes: new Map(),
    };
    let graphs = 0;
    // ModelProto: graph = 7, functions = 25. FunctionProto: node = 7.
    for (const field of readFields(source)) {
      if (field.number === 7) {
        graphs++;
        scanGraph(source, field, scan, true);
      } else if (field.number === 25) {
        for (const part of readFields(source, field.start, field.end)) {
          if (part.number === 7) scanNode(source, part, scan);
        }
      }
    }
    if (graphs !== 1 || scan.outputs.length === 0) {
      throw new DataError({
        file,
        problem: 'this is not an ONNX model.',
        expected: 'one graph',
        found: graphs,
      });
    }
    // Files of old IR versions list weights among the inputs.
    scan.inputs = scan.inputs.filter(({ name }) => !scan.weightShapes.has(name));
    return scan;
  } finally {
    closeSync(descriptor);
  }
}

/** GraphProto: node = 1, initializer = 5, input = 11, output = 12. */
function scanGraph(source: ByteSource, graph: ProtobufField, scan: OnnxScan, isOutermost: boolean): void {
  for (const field of readFields(source, graph.start, graph.end)) {
    if (field.number === 1) scanNode(source, field, scan);
    else if (field.number === 5) scanTensor(source, field, scan);
    else if (isOutermost && field.number === 11) scan.inputs.push(readValue(source, field));
    else if (isOutermost && field.number === 12) scan.outputs.push(readValue(source, field));
  }
}

/** Operations that keep weights of few bits in blocks; where they do not say how many bits, it is 4. */
const blockOperations = /^(MatMulNBits|MatMulBnb4|MatMulFpQ4|GatherBlockQuantized|QMoE)$/;

/** NodeProto: op_type = 4, attribute = 5. AttributeProto: name = 1, i = 3, t = 5, g = 6. */
function scanNode(source: ByteSource, node: ProtobufField, scan: OnnxScan): void {
  let operation = '';
  let bits = 4;
  for (const field of readFields(source, node.start, node.end)) {
    if (field.number === 4) operation = readText(source, field);
    if (field.number !== 5) continue;
    let attribute = '';
    for (const value of readFields(source, field.start, field.end)) {
      if (value.number === 1) attribute = readText(source, value);
      else if (value.number === 3 && attribute === 'bits') bits = value.value;
      else if (value.number === 5) scanTensor(source, value, scan);
      else if (value.number === 6) scanGraph(source, value, scan, false);
    }
  }
  scan.operations.add(operation);
  if (blockOperations.test(operation)) scan.blockBits = Math.min(bits, scan.blockBits ?? bits);
}

/**
 * ValueInfoProto: name = 1, type = 2. TypeProto: tensor_type = 1. Tensor: elem_type = 1, shape = 2. TensorShapeProto:
 * dim = 1. Dimension: dim_value = 1, dim_param = 2.
 */
function readValue(source: ByteSource, field: ProtobufField): OnnxValue {
  const value: OnnxValue = { name: '', type: 'unknown' };
  const parts = (of: ProtobufField, number: number) =>
    [...readFields(source, of.start, of.end)].filter((part) => part.number === number);
  for (const name of parts(field, 1)) value.name = readText(source, name);
  for (const tensor of parts(field, 2).flatMap((type) => parts(type, 1))) {
    for (const type of parts(tensor, 1)) value.type = elementTypes[type.value] ?? 'unknown';
    for (const shape of parts(tensor, 2)) {
      value.shape = parts(shape, 1).map((dimension) => {
        const [size] = parts(dimension, 1);
        const [name] = parts(dimension, 2);
        return size?.value ?? (name && readText(source, name)) ?? '?';
      });
    }
  }
  return value;
}

/** TensorProto: dims = 1, data_type = 2, name = 8, external_data = 13, a list of key = 1 and value = 2. */
function scanTensor(source: ByteSource, tensor: ProtobufField, scan: OnnxScan): void {
  const shape: number[] = [];
  const external = new Map<string, string>();
  let name = '';
  let type = 'unknown';
  for (const field of readFields(source, tensor.start, tensor.end)) {
    if (field.number === 1) shape.push(...readSizes(source, field));
    else if (field.number === 2) type = elementTypes[field.value] ?? 'unknown';
    else if (field.number === 8) name = readText(source, field);
    else if (field.number === 13) {
      let key = '';
      for (const part of readFields(source, field.start, field.end)) {
        if (part.number === 1) key = readText(source, part);
        else if (part.number === 2) external.set(key, readText(source, part));
      }
    }
  }
  if (name !== '') scan.weightShapes.set(name, shape);
  const count = shape.reduce((product, dimension) => product * dimension, 1);
  scan.weightCounts.set(type, (scan.weightCounts.get(type) ?? 0) + count);
  const location = external.get('location');
  if (location !== undefined) {
    const end = Number(external.get('offset') ?? 0) + Number(external.get('length') ?? 0);
    scan.externalBytes.set(location, Math.max(end, scan.externalBytes.get(location) ?? 0));
  }
}

/** A repeated integer may come one per field or, packed, all in one. */
function readSizes(source: ByteSource, field: ProtobufField): number[] {
  if (!field.hasContent) return [field.value];
  const sizes: number[] = [];
  let weight = 1;
  let value = 0;
  for (const byte of source.slice(field.start, field.end)) {
    value += (byte & 127) * weight;
    weight *= 128;
    if (byte < 128) {
      sizes.push(value);
      value = 0;
      weight = 1;
    }
  }
  return sizes;
}
