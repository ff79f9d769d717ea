import path from 'node:path';
import type {
  Checkpoint,
  OnnxCheckpoint,
  OnnxGraphFile,
  WeightsCheckpoint,
} from '../checkpoints/checkpoint.js';
import { checkpointWeights } from '../checkpoints/graph-weights.js';
import { encodeOnnx, type Placement } from '../graph/onnx.js';
import { joinPieces } from '../graph/protobuf.js';
import { ownCacheFolder } from '../hub/cache.js';
import { describe } from '../models/architectures.js';
import { type Attention, fusedAttention, plainAttention } from '../models/attention.js';
import { type Graph, scoringGraph, treeScoringGraph } from '../models/graphs.js';
import { type Batch, type PackedBatch, packBatch, type ScoreRequest } from './batch.js';
import { asTrees, type ChoiceScoreRequest, packChoices, planFullSequences } from './choices.js';
import type { Device } from './devices.js';
import { onnxModelPath } from './onnx-folder.js';
import { openWorker } from './open-worker.js';
import type { BatchScores, ExportedGraph, ExportedSpec, SessionSpec } from './protocol.js';

/** Settings of a scorer. */
export interface ScorerOptions {
  /** Where to run. Default: `cpu`. */
  device?: Device | 'auto';
  /** Threads of one operation; 0, the default, is one per physical core. */
  threads?: number;
  /** Tokens that `bestAllowed` may not be; without a list, even an empty one, it is not computed. */
  excluded?: readonly number[];
  /**
   * The scorer will be asked about choices: it loads the graph that computes a context once for all its options. Such a scorer
   * answers plain requests as well, a little slower.
   */
  choices?: boolean;
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
interface ScoredBatch {
  batch: Batch;
  /** In the order of `batch.members`. */
  results: ScoreResult[];
  /** Time inside the session, milliseconds. */
  runMs: number;
}

/** The answers to one batch of choices. */
interface ScoredChoices {
  batch: Batch;
  /** In the order of `batch.members`: one result for each option. */
  results: ScoreResult[][];
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
  /**
   * Scores the options of choices; batches are planned over `packedLength`. Where the context cannot be shared (a scorer
   * opened without `choices`, a ready-made export, a device without the fused attention) full sequences are scored instead: the same
   * answers, later.
   */
  scoreChoices(
    requests: readonly ChoiceScoreRequest[],
    batches: Iterable<Batch>,
    signal?: AbortSignal,
  ): AsyncGenerator<ScoredChoices>;
  /** Releases the model and ends the thread. */
  close(): Promise<void>;
}

/** Loads a checkpoint for scoring. Rejects when no device can load it. */
export async function openScorer(checkpoint: Checkpoint, options: ScorerOptions = {}): Promise<Scorer> {
  const { device: wanted = 'cpu', threads = 0, excluded, choices = false } = options;
  const { device, opened, notes } = await openWorker(wanted, async (provider) => ({
    type: 'load',
    spec: await sessionSpec(checkpoint, provider, threads, { excluded, choices }),
    excluded,
  }));
  const takesTrees = choices && canShareContext(checkpoint, device);
  const ask = (batch: PackedBatch) => opened.ask({ type: 'score', batch }) as Promise<BatchScores>;
  const score = async (batch: Batch, requests: readonly ScoreRequest[]): Promise<ScoredBatch> => {
    const packed = packBatch(batch, requests);
    const scores = await ask(takesTrees ? asTrees(packed) : packed);
    const lengths = batch.members.map((member) => requests[member]!.ids.length - requests[member]!.from);
    return { batch, results: cutScores(scores, lengths), runMs: scores.runMs };
  };
  const scoreChoices = async (
    batch: Batch,
    requests: readonly ChoiceScoreRequest[],
  ): Promise<ScoredChoices> => {
    const { results, runMs } = takesTrees
      ? await scoreTrees(batch, requests, ask)
      : await scoreFullSequences(batch, requests, score);
    let start = 0;
    const ofMembers = batch.members.map((member) => {
      const end = start + requests[member]!.options.length;
      const ofOptions = results.slice(start, end);
      start = end;
      return ofOptions;
    });
    return { batch, results: ofMembers, runMs };
  };
  return {
    device,
    notes,
    score: (requests, batches, signal) => inTurn(batches, (batch) => score(batch, requests), signal),
    scoreChoices: (requests, batches, signal) =>
      inTurn(batches, (batch) => scoreChoices(batch, requests), signal),
    async close() {
      await opened.ask({ type: 'close' });
      await opened.terminate();
    },
  };
}

/** Answers batches in order, the next one already on its way while the caller deals with the last one. */
async function* inTurn<Answer>(
  batches: Iterable<Batch>,
  answer: (batch: Batch) => Promise<Answer>,
  signal?: AbortSignal,
): AsyncGenerator<Answer> {
  let ahead: Promise<Answer> | undefined;
  for (const batch of batches) {
    if (signal?.aborted) break;
    const next = answer(batch);
    // Whoever reads `ahead` sees its error; without this, one that nobody reads any more would end the process.
    next.catch(() => {});
    if (ahead) yield await ahead;
    ahead = next;
  }
  if (ahead) yield await ahead;
}

/** Results of all options of all members, one after another. */
interface OptionResults {
  results: ScoreResult[];
  runMs: number;
}

async function scoreTrees(
  batch: Batch,
  requests: readonly ChoiceScoreRequest[],
  ask: (batch: PackedBatch) => Promise<BatchScores>,
): Promise<OptionResults> {
  const scores = await ask(packChoices(batch, requests));
  const lengths = batch.members.flatMap((member) => requests[member]!.options.map((option) => option.length));
  return { results: cutScores(scores, lengths), runMs: scores.runMs };
}

async function scoreFullSequences(
  batch: Batch,
  requests: readonly ChoiceScoreRequest[],
  score: (batch: Batch, requests: readonly ScoreRequest[]) => Promise<ScoredBatch>,
): Promise<OptionResults> {
  const { sequences, batches } = planFullSequences(batch, requests);
  const results: ScoreResult[] = [];
  let runMs = 0;
  for (const scored of await Promise.all(batches.map((part) => score(part, sequences)))) {
    runMs += scored.runMs;
    scored.batch.members.forEach((member, place) => {
      results[member] = scored.results[place]!;
    });
  }
  return { results, runMs };
}

/** Cuts the answers of a batch, [S], into pieces of those lengths. */
function cutScores(scores: BatchScores, lengths: readonly number[]): ScoreResult[] {
  let start = 0;
  return lengths.map((length) => {
    const end = start + length;
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

/**
 * Whether a context can be computed once for several options: exports have no input for it, it takes the fused attention, and an
 * LSTM has no attention.
 */
export function canShareContext({ kind, config }: Checkpoint, device: Device): boolean {
  return kind === 'weights' && describe(config).attends && attentionFor(device) === fusedAttention;
}

/** How the worker makes a session for that checkpoint. */
export async function sessionSpec(
  checkpoint: Checkpoint,
  device: Device,
  threads: number,
  { excluded, choices = false }: Pick<ScorerOptions, 'excluded' | 'choices'> = {},
): Promise<SessionSpec> {
  const { config } = checkpoint;
  if (checkpoint.kind === 'onnx') {
    const linkFolder = path.join(ownCacheFolder(), 'linked');
    const { withPast } = checkpoint;
    const exported: ExportedSpec = {
      ...exportedGraph(checkpoint, checkpoint),
      vocabSize: config.vocabSize,
      isDynamic: checkpoint.numbers.isDynamic,
      oneRowAtATime:
        checkpoint.numbers.isDynamic ||
        checkpoint.interface.takesOneRow ||
        withPast?.interface.takesOneRow === true,
      ...(withPast && {
        withPast: {
          model: await onnxModelPath(withPast, linkFolder),
          graph: exportedGraph(withPast, checkpoint),
        },
      }),
    };
    return { model: await onnxModelPath(checkpoint, linkFolder), provider: device, threads, exported };
  }
  const weights = checkpointWeights(checkpoint);
  const graph =
    choices && canShareContext(checkpoint, device)
      ? treeScoringGraph(config, weights, { excluded })
      : scoringGraph(config, weights, { excluded, attention: attentionFor(device) });
  return { ...ownGraph(graph, checkpoint), provider: device, threads };
}

/** How a graph over the weights of a checkpoint is loaded. */
export function ownGraph(
  graph: Graph,
  { files, blocks, config }: WeightsCheckpoint,
): Pick<SessionSpec, 'model' | 'externalFolder' | 'evenRows'> {
  const externalFolder = commonFolder(blocks === undefined ? files : [...files, blocks.file]);
  const model = joinPieces(encodeOnnx({ ...graph, placement: weightsInPlace(externalFolder) }));
  return { model, externalFolder, ...(blocks && { evenRows: config.nCtx }) };
}

function exportedGraph(
  { name, interface: found }: OnnxGraphFile,
  { folder, config }: OnnxCheckpoint,
): ExportedGraph {
  const { nHead, nEmbd } = config;
  return { file: path.join(folder, name), interface: found, nHead, headWidth: nEmbd / nHead };
}

/** Parameters that lie in files stay there; those in memory go into the model. @internal */
export function weightsInPlace(folder: string): Placement {
  return (_name, data) => {
    if (data instanceof Uint8Array) return { inline: data };
    const location = path.relative(folder, data.file).split(path.sep).join('/');
    return { external: { location, offset: data.offset, lengthBytes: data.lengthBytes } };
  };
}

/** The deepest folder that holds all files. ONNX Runtime refuses weights outside the folder that it is given. @internal */
export function commonFolder(files: readonly string[]): string {
  const [first = [''], ...others] = files.map((file) => path.dirname(path.resolve(file)).split(path.sep));
  let depth = first.length;
  for (const parts of others) {
    while (depth > 0 && parts.slice(0, depth).join(path.sep) !== first.slice(0, depth).join(path.sep))
      depth--;
  }
  return first.slice(0, depth).join(path.sep) || path.sep;
}
