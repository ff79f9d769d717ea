/**
 * A look into an ONNX file without loading it: names of inputs and outputs, shapes of the weights, and the files that
 * hold weights outside of it. Field numbers are those of onnx/onnx.proto.
 */

import { closeSync, openSync } from 'node:fs';
import { DataError } from '../errors.js';
import { type ByteSource, fileSource, type ProtobufField, readFields, readText } from './protobuf-reader.js';
import { fileSize } from './read-range.js';

/** What the scan of an ONNX file finds. */
export interface OnnxScan {
  /** Inputs that a caller has to give, in the graph's order. */
  inputs: string[];
  outputs: string[];
  /** Shapes of all named weights, those of nested graphs included. */
  weightShapes: Map<string, number[]>;
  /** For each external file, as the graph spells it, how long it must at least be. */
  externalBytes: Map<string, number>;
}

/** Scans an ONNX file. Throws DataError when it is no ONNX model or was cut short. */
export async function scanOnnx(file: string): Promise<OnnxScan> {
  const size = await fileSize(file);
  const descriptor = openSync(file, 'r');
  try {
    const source = fileSource(descriptor, size, file);
    const scan: OnnxScan = { inputs: [], outputs: [], weightShapes: new Map(), externalBytes: new Map() };
    let graphs = 0;
    // ModelProto: graph = 7.
    for (const field of readFields(source)) {
      if (field.number === 7) {
        graphs++;
        scanGraph(source, field, scan, true);
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
    scan.inputs = scan.inputs.filter((name) => !scan.weightShapes.has(name));
    return scan;
  } finally {
    closeSync(descriptor);
  }
}

/** GraphProto: node = 1, initializer = 5, input = 11, output = 12. NodeProto: attribute = 5. AttributeProto: t = 5, g = 6. */
function scanGraph(source: ByteSource, graph: ProtobufField, scan: OnnxScan, isOutermost: boolean): void {
  for (const field of readFields(source, graph.start, graph.end)) {
    if (field.number === 1) {
      for (const attribute of readFields(source, field.start, field.end)) {
        if (attribute.number !== 5) continue;
        for (const value of readFields(source, attribute.start, attribute.end)) {
          if (value.number === 5) scanTensor(source, value, scan);
          else if (value.number === 6) scanGraph(source, value, scan, false);
        }
      }
    } else if (field.number === 5) {
      scanTensor(source, field, scan);
    } else if (isOutermost && (field.number === 11 || field.number === 12)) {
      // ValueInfoProto: name = 1.
      for (const part of readFields(source, field.start, field.end)) {
        if (part.number === 1)
          (field.number === 11 ? scan.inputs : scan.outputs).push(readText(source, part));
      }
    }
  }
}

/** TensorProto: dims = 1, name = 8, external_data = 13, a list of key = 1 and value = 2. */
function scanTensor(source: ByteSource, tensor: ProtobufField, scan: OnnxScan): void {
  const shape: number[] = [];
  const external = new Map<string, string>();
  let name = '';
  for (const field of readFields(source, tensor.start, tensor.end)) {
    if (field.number === 1) shape.push(...readSizes(source, field));
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
