/** What a ready-made ONNX graph is given (checkpoints/onnx-interface.ts), and its logits as numbers. Lives in the worker. */
import type { OnnxInput, OnnxInputType } from '../checkpoints/onnx-interface.js';
import { toFloat32 } from '../checkpoints/read-tensor.js';
import { DataError } from '../errors.js';
import type { ExportedGraph } from './protocol.js';
import { type Session, type Tensor, tensor } from './session.js';

/** New tokens of some rows, and how many each row has already. */
export interface ExportPass {
  /** int64 [B, T], padded on the right. */
  ids: BigInt64Array;
  shape: readonly [rows: number, columns: number];
  /** P: tokens before them, of which `past` has keys and values. Default: none. */
  before?: number;
  /** By the key of each past input. */
  past?: ReadonlyMap<string, Tensor>;
  /** Logits of the last token are enough, where the graph can be told so. */
  lastLogitsOnly?: boolean;
}

/** The inputs of a graph for a pass. Without past, keys and values of no tokens are given where the graph asks for them. */
function exportFeeds(graph: ExportedGraph, pass: ExportPass): Record<string, Tensor> {
  const [B] = pass.shape;
  const feeds: Record<string, Tensor> = {};
  for (const input of graph.interface.inputs) feeds[input.name] = feedOf(input, pass);
  for (const { name, key, type, isStacked, heads, headWidth } of graph.interface.past) {
    const dims = [...(isStacked ? [2] : []), B, heads ?? graph.nHead, 0, headWidth ?? graph.headWidth];
    feeds[name] =
      pass.past?.get(key) ??
      (type === 'float16'
        ? tensor.float16(new Uint16Array(0), dims)
        : tensor.float32(new Float32Array(0), dims));
  }
  return feeds;
}

function feedOf({ role, type, rank }: OnnxInput, pass: ExportPass): Tensor {
  const { ids, before = 0, past, lastLogitsOnly = false } = pass;
  const [B, T] = pass.shape;
  const scalar = rank === 0 ? [] : [1];
  switch (role) {
    case 'ids':
      return type === 'int64' ? tensor.int64(ids, [B, T]) : filled(type, [B, T], (i) => Number(ids[i]));
    case 'mask':
      // All ones, padding included: it lies to the right, where causal attention does not look.
      return filled(type, [B, before + T], () => 1);
    case 'positions':
      return filled(type, [B, T], (i) => before + (i % T));
    case 'cache-positions':
      return filled(type, [T], (i) => before + i);
    case 'token-types':
      return filled(type, [B, T], () => 0);
    case 'kept-logits':
      return filled(type, scalar, () => (lastLogitsOnly ? 1 : T));
    case 'cache-branch':
      return filled(type, scalar, () => (past === undefined ? 0 : 1));
  }
}

/** 1 as an IEEE half. */
const HALF_ONE = 0x3c00;

function filled(type: OnnxInputType, dims: readonly number[], value: (index: number) => number): Tensor {
  const length = dims.reduce((product, size) => product * size, 1);
  switch (type) {
    case 'int64':
      return tensor.int64(
        BigInt64Array.from({ length }, (_, i) => BigInt(value(i))),
        dims,
      );
    case 'int32':
      return tensor.int32(
        Int32Array.from({ length }, (_, i) => value(i)),
        dims,
      );
    case 'float32':
      return tensor.float32(
        Float32Array.from({ length }, (_, i) => value(i)),
        dims,
      );
    case 'float16':
      // Masks alone, so there are no other numbers.
      return tensor.float16(new Uint16Array(length).fill(HALF_ONE), dims);
    case 'bool':
      return tensor.bool(
        Uint8Array.from({ length }, (_, i) => value(i)),
        dims,
      );
  }
}

/** Runs a graph for those outputs. Throws DataError with what ONNX Runtime says when it cannot be run. */
export async function runExport(
  session: Session,
  graph: ExportedGraph,
  pass: ExportPass,
  outputs: readonly string[],
): Promise<Record<string, Tensor>> {
  try {
    return await session.run(exportFeeds(graph, pass), outputs);
  } catch (cause) {
    const problem = `ONNX Runtime cannot run the graph: ${(cause as Error).message}.`;
    throw new DataError({ file: graph.file, problem }, { cause });
  }
}

/** Logits of one token, [V]. */
export type LogitRow = Float32Array | Float64Array;

/** The logits of a pass. */
export interface PassLogits {
  /** Those of the token at place b·T + t; valid until `dispose`. */
  row(place: number): LogitRow;
  dispose(): void;
}

/**
 * The logits that a pass gave. Throws DataError where they are no [B, T, V], for instance of a graph that answers for the last
 * token only.
 */
export function passLogits(
  output: Tensor,
  [B, T]: readonly [rows: number, columns: number],
  { file, interface: { logits } }: ExportedGraph,
  V: number,
): PassLogits {
  const { dims, data } = output;
  if (dims.length !== 3 || dims[0] !== B || dims[1] !== T || dims[2] !== V) {
    throw new DataError({
      file,
      at: logits.name,
      problem: 'the output has another shape than logits of every token.',
      expected: `[${B}, ${T}, ${V}]`,
      found: `[${dims.join(', ')}]`,
    });
  }
  const row = (place: number): LogitRow => {
    const [from, to] = [place * V, (place + 1) * V];
    if (data instanceof Uint16Array) return toFloat32(new Uint8Array(data.slice(from, to).buffer), 'F16');
    if (data instanceof Float32Array || data instanceof Float64Array) return data.subarray(from, to);
    // Newer versions of Node.js have an array of halves, which the binding may hand over.
    return Float32Array.from((data as unknown as Float32Array).subarray(from, to));
  };
  return { row, dispose: () => output.dispose() };
}

/**
 * log Σ exp of the logits of one token. Throws DataError where they are no finite numbers, as after an overflow of float16.
 */
export function logSumExp(logits: LogitRow, graph: ExportedGraph): number {
  let max = Number.NEGATIVE_INFINITY;
  for (const logit of logits) if (logit > max) max = logit;
  let sum = 0;
  for (const logit of logits) sum += Math.exp(logit - max);
  const logSum = max + Math.log(sum);
  if (Number.isFinite(logSum)) return logSum;
  throw new DataError({
    file: graph.file,
    at: graph.interface.logits.name,
    problem: 'the logits are no finite numbers.',
    hint: 'Its weights are damaged, or too large for its numbers: take a file of the same model in float32.',
  });
}
