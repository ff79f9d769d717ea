/**
 * Writes a graph as an ONNX ModelProto. Field numbers are those of onnx/onnx.proto, given with each message.
 */
import { MessageWriter, type Piece } from './protobuf.js';
import { operandsOf, sortOperations } from './sort.js';
import {
  type Attribute,
  type Operation,
  onnxTypes,
  type Subgraph,
  type TensorData,
  type Value,
} from './value.js';

/** Newest standard operations used: LayerNormalization 17, Gelu 20, Attention 23. @internal */
export const OPSET_VERSION = 23;

/** The file format that goes with an operation set: programs that know no newer opset know no newer format. */
function irVersion(opset: number): number {
  return opset <= 20 ? 9 : 10;
}

/** Where an external parameter's bytes are, as ONNX writes it: a path relative to a folder that the session is told. */
interface ExternalLocation {
  location: string;
  offset: number;
  lengthBytes: number;
}

/** Decides for a parameter whether its numbers go into the model or stay outside. */
export type Placement = (
  name: string,
  data: TensorData,
) => { inline: Piece } | { external: ExternalLocation };

/** Numbers go into the model. */
const inlineEverything: Placement = (_name, data) => ({ inline: data });

/** A graph to be written: what to compute, under which names, and in which opset. */
export interface OnnxModel {
  /** Values by output name, in order. */
  outputs: Record<string, Value>;
  /** Inputs in the order they are declared; those that no output needs are left out. */
  inputs: readonly Value[];
  placement?: Placement;
  producer?: string;
  opset?: number;
}

/** The model as pieces: bytes, and runs of files for parameters that are stored inline but were never read. */
export function encodeOnnx(model: OnnxModel): Piece[] {
  const placement = model.placement ?? inlineEverything;
  const operations = sortOperations(Object.values(model.outputs));
  const names = nameValues(operations, model.outputs);
  const graph = new MessageWriter(); // GraphProto: node 1, name 2, initializer 5, input 11, output 12
  const parameters = new Map<string, Value>();
  const usedInputs = new Set<Value>();
  const domains = new Set<string>();
  const reference = (value: Value | undefined): string => {
    if (value === undefined) return '';
    if (value.origin.kind === 'input') usedInputs.add(value);
    const name = names.get(value)!;
    if (value.origin.kind === 'parameter') parameters.set(name, value);
    return name;
  };
  operations.forEach((operation, number) => {
    domains.add(operation.domain);
    graph.message(1, encodeNode(operation, nodeName(operation, number), reference));
  });
  graph.string(2, 'gpt');
  for (const [name, value] of parameters) graph.message(5, encodeParameter(name, value, placement));
  for (const value of model.inputs) {
    if (usedInputs.delete(value)) graph.message(11, encodeValueInfo(names.get(value)!, value));
  }
  for (const value of usedInputs) throw new TypeError(`input ${names.get(value)} is not declared`);
  for (const [name, value] of Object.entries(model.outputs)) graph.message(12, encodeValueInfo(name, value));
  // ModelProto: ir_version 1, producer_name 2, graph 7, opset_import 8
  const opset = model.opset ?? OPSET_VERSION;
  const proto = new MessageWriter()
    .int(1, irVersion(opset))
    .string(2, model.producer ?? 'gpt-papers')
    .message(7, graph);
  proto.message(8, new MessageWriter().string(1, '').int(2, opset));
  domains.delete('');
  for (const domain of domains) proto.message(8, new MessageWriter().string(1, domain).int(2, 1));
  return proto.finish();
}

/** Names: inputs and parameters keep theirs, outputs get the caller's, the rest place and a number. */
function nameValues(operations: readonly Operation[], outputs: Record<string, Value>): Map<Value, string> {
  const names = new Map<Value, string>();
  for (const [name, value] of Object.entries(outputs)) {
    if (value.origin.kind !== 'operation' || names.has(value)) {
      throw new TypeError(`output ${name} must be the result of an operation, and named once`);
    }
    names.set(value, name);
  }
  const taken = new Set(Object.keys(outputs));
  let constants = 0;
  operations.forEach((operation, number) => {
    for (const value of operandsOf(operation)) {
      if (value === undefined || value.origin.kind === 'operation' || names.has(value)) continue;
      const name = value.origin.name || `constant_${constants++}`;
      if (taken.has(name)) throw new TypeError(`two inputs, parameters or outputs are named ${name}`);
      taken.add(name);
      names.set(value, name);
    }
    operation.outputs.forEach((value, index) => {
      if (!names.has(value)) names.set(value, `${nodeName(operation, number)}:${index}`);
    });
  });
  return names;
}

/** Unique and readable: where the operation was built, what it is, and its number in the graph. */
function nodeName(operation: Operation, number: number): string {
  return `${operation.place}/${operation.type}_${number}`;
}

/** The name under which a node refers to a value; empty for an operand that is left out. */
type Reference = (value: Value | undefined) => string;

// NodeProto: input 1, output 2, name 3, op_type 4, attribute 5, domain 7
function encodeNode(operation: Operation, name: string, reference: Reference): MessageWriter {
  const node = new MessageWriter();
  for (const input of operation.inputs) node.string(1, reference(input));
  for (const output of operation.outputs) node.string(2, reference(output));
  node.string(3, name).string(4, operation.type);
  for (const [key, value] of Object.entries(operation.attributes)) {
    const isGraph = typeof value === 'object' && 'graph' in value;
    node.message(5, isGraph ? encodeBody(key, value.graph, name, reference) : encodeAttribute(key, value));
  }
  return node.string(7, operation.domain);
}

// AttributeProto: name 1, g 6, type 20 (GRAPH 5)
function encodeBody(key: string, body: Subgraph, node: string, outside: Reference): MessageWriter {
  return new MessageWriter()
    .string(1, key)
    .message(6, encodeSubgraph(body, node, outside))
    .int(20, 5);
}

/**
 * The GraphProto inside a node. All its names begin with the node's, as no name may mean two things inside and outside. Throws
 * TypeError where it uses a value of the graph around it that it does not capture.
 */
function encodeSubgraph(body: Subgraph, node: string, outside: Reference): MessageWriter {
  const graph = new MessageWriter(); // node 1, name 2, initializer 5, input 11, output 12
  const names = new Map(body.captured.map((seen) => [seen.inside, outside(seen.outside)]));
  for (const value of body.inputs)
    names.set(value, `${node}/${value.origin.kind === 'input' ? value.origin.name : ''}`);
  let constants = 0;
  const reference: Reference = (value) => {
    if (value === undefined) return '';
    const known = names.get(value);
    if (known !== undefined) return known;
    if (value.origin.kind !== 'parameter')
      throw new TypeError(`${node} uses a value that it does not capture`);
    const name = `${node}/constant_${constants++}`;
    names.set(value, name);
    graph.message(5, encodeParameter(name, value, inlineEverything));
    return name;
  };
  sortOperations(body.outputs).forEach((operation, number) => {
    const name = `${node}/${operation.type}_${number}`;
    operation.outputs.forEach((value, index) => {
      names.set(value, `${name}:${index}`);
    });
    graph.message(1, encodeNode(operation, name, reference));
  });
  graph.string(2, node);
  for (const value of body.inputs) graph.message(11, encodeValueInfo(reference(value), value));
  for (const value of body.outputs) graph.message(12, encodeValueInfo(reference(value), value));
  return graph;
}

// AttributeProto: name 1, f 2, i 3, s 4, floats 7, ints 8, type 20 (FLOAT 1, INT 2, STRING 3, INTS 7)
function encodeAttribute(name: string, value: Exclude<Attribute, { graph: Subgraph }>): MessageWriter {
  const attribute = new MessageWriter().string(1, name);
  if (typeof value === 'string') return attribute.string(4, value).int(20, 3);
  if (typeof value === 'number') return attribute.int(3, value).int(20, 2);
  if ('float' in value) return attribute.float(2, value.float).int(20, 1);
  for (const item of value) attribute.int(8, item);
  return attribute.int(20, 7);
}

// TensorProto: dims 1, data_type 2, name 8, raw_data 9, external_data 13 (key 1, value 2), data_location 14 (EXTERNAL 1)
function encodeParameter(name: string, value: Value, placement: Placement): MessageWriter {
  if (value.origin.kind !== 'parameter') throw new TypeError(`${name} is not a parameter`);
  const tensor = new MessageWriter();
  for (const size of value.shape) tensor.int(1, size as number);
  tensor.int(2, onnxTypes[value.dtype]).string(8, name);
  // Constants without a name are the graph's own: they always go inside.
  const placed =
    value.origin.name === '' ? inlineEverything(name, value.origin.data) : placement(name, value.origin.data);
  if ('inline' in placed) return tensor.bytes(9, placed.inline);
  const { location, offset, lengthBytes } = placed.external;
  for (const [key, text] of Object.entries({ location, offset: `${offset}`, length: `${lengthBytes}` })) {
    tensor.message(13, new MessageWriter().string(1, key).string(2, text));
  }
  return tensor.int(14, 1);
}

// ValueInfoProto: name 1, type 2 → TypeProto: tensor_type 1 → elem_type 1, shape 2 → dim 1 → dim_value 1 | dim_param 2
function encodeValueInfo(name: string, value: Value): MessageWriter {
  const shape = new MessageWriter();
  for (const dim of value.shape) {
    shape.message(
      1,
      typeof dim === 'number' ? new MessageWriter().int(1, dim) : new MessageWriter().string(2, dim),
    );
  }
  const tensor = new MessageWriter().int(1, onnxTypes[value.dtype]).message(2, shape);
  return new MessageWriter().string(1, name).message(2, new MessageWriter().message(1, tensor));
}
