/** ONNX Runtime as training needs it. Runs in the training worker: `run` blocks the thread that calls it. */
import * as ort from 'onnxruntime-node';
import { encodeOnnx } from '../graph/onnx.js';
import { joinPieces } from '../graph/protobuf.js';
import type { Graph } from '../models/graphs.js';
import { resolveThreads } from '../runtime/threads.js';

// Without this, native warnings go straight to stderr and through the progress line.
ort.env.logLevel = 'fatal';

/** A loaded graph. */
export type TrainingSession = ort.InferenceSession;

/**
 * Loads a graph with the settings that suit one whose parameters are inputs.
 *
 * `basic`: the extended fusions turn the explicit transposes of gradients back into slower products of transposed matrices.
 * No memory pattern: it is planned for one set of sizes, and every batch has its own.
 */
export function createTrainingSession(graph: Graph, threads: number): Promise<TrainingSession> {
  return createSessionOf(joinPieces(encodeOnnx(graph)), threads);
}

/** The same from an encoded ModelProto. */
export function createSessionOf(model: Uint8Array, threads: number): Promise<TrainingSession> {
  return ort.InferenceSession.create(model, {
    executionProviders: ['cpu'],
    intraOpNumThreads: resolveThreads(threads),
    graphOptimizationLevel: 'basic',
    executionMode: 'sequential',
    enableMemPattern: false,
    enableCpuMemArena: true,
  });
}

/** A float32 tensor over numbers that stay where they are. */
export function floatTensor(data: Float32Array, dims: readonly number[]): ort.Tensor {
  return new ort.Tensor('float32', data, dims);
}

/** An int64 tensor over numbers that stay where they are. */
export function int64Tensor(data: BigInt64Array, dims: readonly number[]): ort.Tensor {
  return new ort.Tensor('int64', data, dims);
}

/** The numbers of a float32 result. */
export function floats(tensor: ort.Tensor | undefined): Float32Array<ArrayBuffer> {
  if (tensor === undefined || tensor.type !== 'float32') throw new Error('not a float32 result');
  return tensor.data as Float32Array<ArrayBuffer>;
}
