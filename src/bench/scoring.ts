/** How near the scoring of whole batches comes to the peak of the machine. */
import type { Checkpoint } from '../checkpoints/checkpoint.js';
import { checkpointWeights } from '../checkpoints/graph-weights.js';
import { hiddenGraph } from '../models/graphs.js';
import { packBatch } from '../runtime/batch.js';
import type { Device } from '../runtime/devices.js';
import type { BatchScores, SessionSpec, WorkerRequest } from '../runtime/protocol.js';
import { attentionFor, ownGraph, sessionSpec } from '../runtime/scorer.js';
import type { WorkerClient } from '../runtime/worker-thread.js';
import type { Peak, PeakOptions } from './peak.js';
import { loadInWorker, unload } from './timed-worker.js';
import { gigaflopRate, summarize, type Timing } from './timing.js';
import { multiplyAdds } from './work.js';

/** What is computed from the hidden states: log-probability and most probable token of every position, or nothing. */
type HeadUse = 'all' | 'none';

/** One size of batch. */
export interface CaseResult {
  /** B. */
  rows: number;
  /** T. */
  columns: number;
  head: HeadUse;
  timing: Timing;
  /** Positions per second, of the median run. */
  tokensPerSecond: number;
  /** Needed work (bench/work.ts) over the time of the median run. */
  gigaflopPerSecond: number;
  /** The same over the peak, which is measured in turns with this case: a clock that slows down hits both. */
  fractionOfPeak: number;
}

/**
 * Measures batches of several sizes, with and without the head, in turns with the peak's matrix products, whose times come
 * back as well. A ready-made ONNX export gives all logits or nothing, so it is measured with the head only.
 */
export async function measureScoring(
  checkpoint: Checkpoint,
  peak: Peak,
  options: PeakOptions,
): Promise<{ cases: CaseResult[]; peakTimes: number[] }> {
  const cases: CaseResult[] = [];
  const peakTimes: number[] = [];
  for (const head of checkpoint.kind === 'weights' ? (['all', 'none'] as const) : (['all'] as const)) {
    options.onProgress?.('loading the model');
    const worker = await loadInWorker(await modelSpec(checkpoint, head, peak.device, options.threads));
    try {
      for (const [rows, columns] of batchShapes(checkpoint.config.nCtx)) {
        const measured = await measureInTurns(worker, peak, { checkpoint, rows, columns, head }, options);
        cases.push(measured.result);
        peakTimes.push(...measured.peakTimes);
      }
    } finally {
      await unload(worker);
    }
  }
  return { cases, peakTimes };
}

/** `8 × 128 with head`. */
export function describeCase({ rows, columns, head }: Pick<CaseResult, 'rows' | 'columns' | 'head'>): string {
  return `${rows} × ${columns} ${head === 'all' ? 'with head' : 'without head'}`;
}

/** Batches that are tried, as far as a model's positions allow; the last one fills them all. */
function batchShapes(nCtx: number): [rows: number, columns: number][] {
  const smaller: [number, number][] = [
    [8, 128],
    [32, 32],
  ];
  return [...smaller.filter(([, columns]) => columns < nCtx), [1, nCtx]];
}

interface Case {
  checkpoint: Checkpoint;
  rows: number;
  columns: number;
  head: HeadUse;
}

/** One run of matrix products, one of the model, and so on; the first of each warms up and does not count. */
async function measureInTurns(
  worker: WorkerClient<WorkerRequest>,
  peak: Peak,
  { checkpoint, rows, columns, head }: Case,
  { repeat, signal, onProgress }: PeakOptions,
): Promise<{ result: CaseResult; peakTimes: number[] }> {
  const { config } = checkpoint;
  const run = caseRunner(worker, rows, columns, head, config.vocabSize);
  const times: number[] = [];
  const peakTimes: number[] = [];
  for (let turn = 0; turn <= repeat; turn++) {
    signal?.throwIfAborted();
    onProgress?.(`${describeCase({ rows, columns, head })}  ${turn}/${repeat}`);
    peakTimes.push(await peak.run());
    times.push(await run());
  }
  peakTimes.shift();
  times.shift();
  const flop = 2 * rows * multiplyAdds(config, columns, columns, head === 'all').total;
  const timing = summarize(times);
  const gigaflopPerSecond = gigaflopRate(flop, timing.medianMs);
  const result = {
    rows,
    columns,
    head,
    timing,
    tokensPerSecond: (rows * columns * 1000) / timing.medianMs,
    gigaflopPerSecond,
    fractionOfPeak: gigaflopPerSecond / gigaflopRate(peak.flop, summarize(peakTimes).medianMs),
  };
  return { result, peakTimes };
}

async function modelSpec(
  checkpoint: Checkpoint,
  head: HeadUse,
  device: Device,
  threads: number,
): Promise<SessionSpec> {
  if (head === 'all' || checkpoint.kind === 'onnx') return sessionSpec(checkpoint, device, threads);
  const graph = hiddenGraph(checkpoint.config, checkpointWeights(checkpoint), attentionFor(device));
  return { ...ownGraph(graph, checkpoint), provider: device, threads };
}

/** A function that runs one batch and tells the milliseconds inside the session. */
function caseRunner(
  worker: WorkerClient<WorkerRequest>,
  rows: number,
  columns: number,
  head: HeadUse,
  vocabSize: number,
): () => Promise<number> {
  // Which tokens makes no difference to the time, as long as they are spread over the table as those of a text are.
  const requests = Array.from({ length: rows }, (_, row) => ({
    ids: Array.from({ length: columns + 1 }, (_, column) => ((row * 7919 + column) * 104729) % vocabSize),
    from: 1,
  }));
  const batch = packBatch({ members: requests.map((_, member) => member), columns }, requests);
  if (head === 'all') {
    return async () => ((await worker.ask({ type: 'score', batch })) as BatchScores).runMs;
  }
  const ids = { type: 'int64' as const, data: batch.ids, dims: batch.shape };
  return async () => (await worker.ask({ type: 'time', feeds: { ids } })) as number;
}
