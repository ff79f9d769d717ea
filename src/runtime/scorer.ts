import path from 'node:path';
import type { Checkpoint } from '../checkpoints/checkpoint.js';
import { encodeOnnx, type Placement } from '../graph/onnx.js';
import { joinPieces } from '../graph/protobuf.js';
import { ownCacheFolder } from '../hub/cache.js';
import { type Attention, fusedAttention, plainAttention } from '../models/attention.js';
import { scoringGraph } from '../models/graphs.js';
import { checkpointWeights } from '../models/weights.js';
import { type Batch, packBatch, type ScoreRequest } from './batch.js';
import { type Device, listDevices, openOnDevice } from './devices.js';
import { onnxModelPath } from './onnx-folder.js';
import type { BatchScores, SessionSpec, WorkerRequest } from './protocol.js';
import { startWorker, type WorkerClient } from './worker-thread.js';

/** Settings of a scorer. */
export interface ScorerOptions {
  /** Where to run. Default: `cpu`. */
  device?: Device | 'auto';
  /** Threads of one operation; 0, the default, is one per physical core. */
  threads?: number;
  /** Tokens that `bestAllowed` may not be; without a list, even an empty one, it is not computed. */
  excluded?: readonly number[];
}

/** What a model says about one request: one entry per scored token. */
export interface ScoreResult {
  /** log p(token | all before it), nats. */
  logProbs: number[];
  /** The most probable token at that place. */
  argMax: number[];
  /** The most probable token that is not excluded; absent when no list of excluded ones was given. */
  bestAllowed?: number[];
  /** Its log-probability. */
  bestAllowedLogProb?: number[];
}

/** The answers to one batch. */
export interface ScoredBatch {
  batch: Batch;
  /** In the order of `batch.members`. */
  results: ScoreResult[];
  /** Time inside the session, milliseconds. */
  runMs: number;
}

/** A loaded model that answers score requests, in a thread of its own. */
export interface Scorer {
  readonly device: Device;
  /** What the user should know about the choice of the device; usually empty. */
  readonly notes: readonly string[];
  /**
   * Scores batches in order and yields each as soon as it is there. The next batch is already waiting in the worker
   * while the caller deals with the last one. Stops between batches when the signal is aborted.
   */
  score(
    requests: readonly ScoreRequest[],
    batches: Iterable<Batch>,
    signal?: AbortSignal,
  ): AsyncGenerator<ScoredBatch>;
  /** Releases the model and ends the thread. */
  close(): Promise<void>;
}

/** Loads a checkpoint for scoring. Rejects when no device can load it. */
export async function openScorer(checkpoint: Checkpoint, options: ScorerOptions = {}): Promise<Scorer> {
  const { device: wanted = 'cpu', threads = 0, excluded } = options;
  const { device, opened, notes } = await openOnDevice(
    wanted,
    async (provider) => {
      const worker = startWorker<WorkerRequest>('runtime');
      try {
        await worker.ask({
          type: 'load',
          spec: await sessionSpec(checkpoint, provider, threads, excluded),
          excluded,
        });
        return worker;
      } catch (error) {
        await worker.terminate();
        throw error;
      }
    },
    await listDevices(),
  );
  return {
    device,
    notes,
    score: (requests, batches, signal) => scoreBatches(opened, requests, batches, signal),
    async close() {
      await opened.ask({ type: 'close' });
      await opened.terminate();
    },
  };
}

async function* scoreBatches(
  worker: WorkerClient<WorkerRequest>,
  requests: readonly ScoreRequest[],
  batches: Iterable<Batch>,
  signal?: AbortSignal,
): AsyncGenerator<ScoredBatch> {
  const ask = async (batch: Batch): Promise<ScoredBatch> => {
    const scores = (await worker.ask({ type: 'score', batch: packBatch(batch, requests) })) as BatchScores;
    return { batch, results: unpackScores(batch, requests, scores), runMs: scores.runMs };
  };
  let ahead: Promise<ScoredBatch> | undefined;
  for (const batch of batches) {
    if (signal?.aborted) break;
    const next = ask(batch);
    // Whoever reads `ahead` sees its error; without this, one that nobody reads any more would end the process.
    next.catch(() => {});
    if (ahead) yield await ahead;
    ahead = next;
  }
  if (ahead) yield await ahead;
}

/** Cuts the answers of a batch, [S], back into its members. */
export function unpackScores(
  batch: Batch,
  requests: readonly ScoreRequest[],
  scores: BatchScores,
): ScoreResult[] {
  let start = 0;
  return batch.members.map((member) => {
    const { ids, from } = requests[member]!;
    const end = start + ids.length - from;
    const result: ScoreResult = {
      logProbs: Array.from(scores.logProbs.subarray(start, end)),
      argMax: Array.from(scores.argMax.subarray(start, end)),
    };
    if (scores.bestAllowed && scores.bestAllowedLogProb) {
      result.bestAllowed = Array.from(scores.bestAllowed.subarray(start, end));
      result.bestAllowedLogProb = Array.from(scores.bestAllowedLogProb.subarray(start, end));
    }
    start = end;
    return result;
  });
}

/** The fused attention exists on the CPU and with CUDA; elsewhere standard operations are used. */
export function attentionFor(device: Device): Attention {
  return device === 'cpu' || device === 'cuda' ? fusedAttention : plainAttention;
}

/** How the worker makes a session for that checkpoint. */
export async function sessionSpec(
  checkpoint: Checkpoint,
  device: Device,
  threads: number,
  excluded?: readonly number[],
): Promise<SessionSpec> {
  const { config } = checkpoint;
  if (checkpoint.kind === 'onnx') {
    const exported = { nHead: config.nHead, headWidth: config.nEmbd / config.nHead };
    const model = await onnxModelPath(checkpoint, path.join(ownCacheFolder(), 'linked'));
    return { model, provider: device, threads, exported };
  }
  const graph = scoringGraph(config, checkpointWeights(checkpoint), {
    excluded,
    attention: attentionFor(device),
  });
  const externalFolder = commonFolder(checkpoint.files);
  const model = joinPieces(encodeOnnx({ ...graph, placement: weightsInPlace(externalFolder) }));
  return { model, externalFolder, provider: device, threads };
}

/** Parameters that lie in files stay there; those in memory go into the model. */
export function weightsInPlace(folder: string): Placement {
  return (_name, data) => {
    if (data instanceof Uint8Array) return { inline: data };
    const location = path.relative(folder, data.file).split(path.sep).join('/');
    return { external: { location, offset: data.offset, lengthBytes: data.lengthBytes } };
  };
}

/** The deepest folder that holds all files. ONNX Runtime refuses weights outside the folder that it is given. */
export function commonFolder(files: readonly string[]): string {
  const [first = [''], ...others] = files.map((file) => path.dirname(path.resolve(file)).split(path.sep));
  let depth = first.length;
  for (const parts of others) {
    while (depth > 0 && parts.slice(0, depth).join(path.sep) !== first.slice(0, depth).join(path.sep))
      depth--;
  }
  return first.slice(0, depth).join(path.sep) || path.sep;
}
