/**
 * ONNX Runtime, as far as this project needs it. Runs in the worker thread: `run` blocks the thread that calls it.
 */
import * as ort from 'onnxruntime-node';
import type { FeedTensor, SessionSpec } from './protocol.js';
import { resolveThreads } from './threads.js';

// Without this, native warnings go straight to stderr and through the progress line.
ort.env.logLevel = 'fatal';

/** A loaded graph. */
export type Session = ort.InferenceSession;
/** A tensor that goes into or comes out of a session. */
export type Tensor = ort.Tensor;

/** Loads a graph. Rejects with ONNX Runtime's message when it cannot be loaded or the provider is not there. */
export function createSession(spec: SessionSpec): Promise<Session> {
  const options: ort.InferenceSession.SessionOptions = {
    executionProviders: [spec.provider],
    intraOpNumThreads: resolveThreads(spec.threads),
    graphOptimizationLevel: 'all',
    executionMode: 'sequential',
  };
  if (spec.externalFolder !== undefined) {
    options.extra = { session: { model_external_initializers_file_folder_path: spec.externalFolder } };
  }
  return typeof spec.model === 'string'
    ? ort.InferenceSession.create(spec.model, options)
    : ort.InferenceSession.create(spec.model, options);
}

/** Makes tensors from typed arrays without copying them. */
export const tensor = {
  int64: (data: BigInt64Array, dims: readonly number[]): Tensor => new ort.Tensor('int64', data, dims),
  float32: (data: Float32Array, dims: readonly number[]): Tensor => new ort.Tensor('float32', data, dims),
  int32: (data: Int32Array, dims: readonly number[]): Tensor => new ort.Tensor('int32', data, dims),
  float16: (data: Uint16Array, dims: readonly number[]): Tensor => new ort.Tensor('float16', data, dims),
  /** One byte for each value: 0 or 1. */
  bool: (data: Uint8Array, dims: readonly number[]): Tensor => new ort.Tensor('bool', data, dims),
};

/** Runs a graph once, throws its outputs away and tells how many milliseconds it took. */
export async function timeRun(session: Session, feeds: Record<string, FeedTensor>): Promise<number> {
  const tensors = Object.fromEntries(
    Object.entries(feeds).map(([name, feed]) => [
      name,
      feed.type === 'int64' ? tensor.int64(feed.data, feed.dims) : tensor.float32(feed.data, feed.dims),
    ]),
  );
  const start = performance.now();
  const outputs = await session.run(tensors);
  const runMs = performance.now() - start;
  for (const output of Object.values(outputs)) output.dispose();
  return runMs;
}
