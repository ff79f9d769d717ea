import type { Checkpoint, OnnxCheckpoint } from '../checkpoints/checkpoint.js';
import { checkpointWeights } from '../checkpoints/graph-weights.js';
import { describe } from '../models/architectures.js';
import { decodingGraph, nextTokenGraph } from '../models/decoding.js';
import type { Device } from './devices.js';
import { keepsPast } from './export-decoder.js';
import {
  type GenerateOptions,
  type GenerationRequest,
  type GenerationResult,
  generateTexts,
} from './generation.js';
import { openWorker } from './open-worker.js';
import type { DecoderKind, SessionSpec, WorkerRequest } from './protocol.js';
import { ownGraph, sessionSpec } from './scorer.js';
import type { DrawnToken, TokenSource } from './token-source.js';
import type { WorkerClient } from './worker-thread.js';

export type { GenerationRequest, GenerationResult };

/** Settings of a generator. */
export interface GeneratorOptions {
  /** Where to run. Default: `cpu`. */
  device?: Device | 'auto';
  /** Threads of one operation; 0, the default, is one per physical core. */
  threads?: number;
  /** Ids of the tokenizer: an id from here on, of which a padded vocabulary has some, is never drawn. Default: all are. */
  vocabSize?: number;
  /** Read the whole text anew for each token instead of keeping keys and values: for comparisons. */
  recompute?: boolean;
}

/** A loaded model that writes texts, in a thread of its own. */
export interface Generator {
  readonly device: Device;
  /** What the user should know: about the choice of the device, or that it will be slow. Usually empty. */
  readonly notes: readonly string[];
  /**
   * Writes all texts as one batch. Each is what it would be alone. One call at a time: throws Error on a second one, RangeError on a
   * request that cannot be, and the signal's reason when it is aborted.
   */
  generate(requests: readonly GenerationRequest[], options?: GenerateOptions): Promise<GenerationResult[]>;
  /** Releases the model and ends the thread. */
  close(): Promise<void>;
}

/** Loads a checkpoint for writing. Rejects when no device can load it. */
export async function openGenerator(
  checkpoint: Checkpoint,
  options: GeneratorOptions = {},
): Promise<Generator> {
  const { device: wanted = 'cpu', threads = 0, recompute = false, vocabSize } = options;
  const { device, opened, notes } = await openWorker(wanted, async (provider) => ({
    type: 'load-decoder',
    ...(await decoderSpec(checkpoint, provider, threads, recompute)),
    vocabSize,
  }));
  if (checkpoint.kind === 'onnx' && !canKeepPast(checkpoint)) {
    notes.push(
      'This ONNX model keeps no keys and values: it reads a text from its first token for every token it writes, which is slow.',
    );
  }
  const source = workerSource(opened);
  let busy = false;
  return {
    device,
    notes,
    async generate(requests, generateOptions) {
      if (busy) throw new Error('generate was called before the last call had ended');
      busy = true;
      try {
        return await generateTexts(source, checkpoint.config.nCtx, requests, generateOptions);
      } finally {
        busy = false;
      }
    },
    async close() {
      await opened.ask({ type: 'close' });
      await opened.terminate();
    },
  };
}

function workerSource(worker: WorkerClient<WorkerRequest>): TokenSource {
  return {
    begin: (texts, places) =>
      worker.ask({ type: 'begin', texts: [...texts], places }) as Promise<DrawnToken[]>,
    next: (ended) => worker.ask({ type: 'next', ended }) as Promise<DrawnToken[]>,
  };
}

function canKeepPast(checkpoint: OnnxCheckpoint): boolean {
  return keepsPast(checkpoint.interface, checkpoint.withPast?.interface);
}

/** GroupQueryAttention takes float32 on the CPU only, and an LSTM has no keys and values. */
async function decoderSpec(
  checkpoint: Checkpoint,
  device: Device,
  threads: number,
  recompute: boolean,
): Promise<{ spec: SessionSpec; decoder: DecoderKind }> {
  if (checkpoint.kind === 'onnx') {
    const kind = canKeepPast(checkpoint) && !recompute ? 'export-cached' : 'recomputing';
    return { spec: await sessionSpec(checkpoint, device, threads), decoder: { kind } };
  }
  const { config } = checkpoint;
  const weights = checkpointWeights(checkpoint);
  const isCached = device === 'cpu' && !recompute && describe(config).attends;
  const graph = isCached ? decodingGraph(config, weights) : nextTokenGraph(config, weights);
  return {
    spec: { ...ownGraph(graph, checkpoint), provider: device, threads },
    decoder: isCached ? { kind: 'cached', config } : { kind: 'recomputing' },
  };
}
