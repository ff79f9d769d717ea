/** What a model says and learns, against what others published about it: continuations, a loss, updates. */
import { totalmem } from 'node:os';
import type { Checkpoint, WeightsCheckpoint } from '../checkpoints/checkpoint.js';
import { readTensor } from '../checkpoints/read-tensor.js';
import { formatBytes } from '../format.js';
import { countParameters } from '../models/parameters.js';
import type { Dtype } from '../results/dtype.js';
import { inputLength, planBatches } from '../runtime/batch.js';
import { openGenerator } from '../runtime/generator.js';
import { openScorer } from '../runtime/scorer.js';
import { openTrainer, type TrainerOptions } from '../training/trainer.js';
import type { PublishedGreedy, PublishedLoss, PublishedTraining } from './answers.js';
import { type CheckedFact, numberFact, secondsSince } from './fact.js';

/** How a check runs. */
export interface CheckModelOptions {
  threads?: number;
  /** In which numbers matrices are multiplied. */
  dtype?: Dtype;
  signal?: AbortSignal;
  onProgress?: (text: string) => void;
}

/** Tokens of a row of the published batches. */
const ROW = 64;

/** Greedy continuations, token for token. */
export async function checkGreedy(
  checkpoint: Checkpoint,
  published: readonly PublishedGreedy[],
  { threads, signal, dtype = 'fp32' }: CheckModelOptions,
): Promise<CheckedFact[]> {
  if (published.length === 0) return [];
  const generator = await openGenerator(checkpoint, { threads });
  try {
    const facts: CheckedFact[] = [];
    for (const { prompt, promptIds, ids, source } of published) {
      const start = performance.now();
      const request = {
        ids: promptIds,
        maxTokens: ids.length,
        sampling: { method: 'greedy' as const },
        seed: 0,
      };
      const [answer] = await generator.generate([request], { signal });
      const found = answer!.tokens;
      const equal = `${found}` === `${ids}`;
      const at = ids.findIndex((id, place) => found[place] !== id);
      facts.push({
        step: 'greedy',
        what: `${ids.length} tokens after ${JSON.stringify(prompt)}`,
        expected: ids.join(' '),
        found: found.join(' '),
        source,
        // Rounding turns a close decision, and what follows it.
        verdict: equal ? 'holds' : dtype === 'fp32' ? 'fails' : 'not checked',
        ...(equal ? {} : { note: differsAt(at + 1, dtype) }),
        seconds: secondsSince(start),
      });
    }
    return facts;
  } finally {
    await generator.close();
  }
}

function differsAt(number: number, dtype: Dtype): string {
  const place = `the first that differs is number ${number}`;
  return dtype === 'fp32' ? place : `${place}, which in ${dtype} need not mean anything`;
}

/** Facts about losses, and how fast this machine scored meanwhile. */
export interface LossCheck {
  facts: CheckedFact[];
  tokensPerSecond: number;
}

/** Mean loss per token. Without a published one a row of the model's own ids is scored, for the speed alone. */
export async function checkLoss(
  checkpoint: Checkpoint,
  published: readonly PublishedLoss[],
  { threads, signal }: CheckModelOptions,
): Promise<LossCheck> {
  const scorer = await openScorer(checkpoint, { threads });
  const meanOf = async (ids: readonly number[]) => {
    const requests = rowsOf(ids).map((row) => ({ ids: row, from: 1 }));
    const batches = planBatches(requests.map(inputLength), 4 * ROW);
    let [nats, tokens, runMs] = [0, 0, 0];
    for await (const scored of scorer.score(requests, batches, signal)) {
      runMs += scored.runMs;
      for (const { logProbs } of scored.results) {
        tokens += logProbs.length;
        for (const logProb of logProbs) nats -= logProb;
      }
    }
    signal?.throwIfAborted();
    return { mean: nats / tokens, tokensPerSecond: (1000 * tokens) / runMs };
  };
  try {
    const facts: CheckedFact[] = [];
    let tokensPerSecond = 0;
    for (const { what, meanNatsPerToken, tolerance, ids, source } of published) {
      const start = performance.now();
      // The first pass over a model reads its weights from the disk.
      await meanOf(ids);
      const measured = await meanOf(ids);
      tokensPerSecond = measured.tokensPerSecond;
      const fact = {
        step: 'loss' as const,
        what: `mean loss of ${what}`,
        source,
        seconds: secondsSince(start),
      };
      facts.push(
        numberFact({ ...fact, expected: meanNatsPerToken, found: measured.mean, tolerance }, (value) =>
          value.toFixed(6),
        ),
      );
    }
    if (tokensPerSecond === 0) {
      const { nCtx, vocabSize } = checkpoint.config;
      const length = Math.min(nCtx, 4 * ROW + 1);
      const ids = Array.from({ length }, (_, place) => (17 * place) % vocabSize);
      await meanOf(ids);
      tokensPerSecond = (await meanOf(ids)).tokensPerSecond;
    }
    return { facts, tokensPerSecond };
  } finally {
    await scorer.close();
  }
}

/** Rows of 64 tokens, each with the one after it. */
function rowsOf(ids: readonly number[]): number[][] {
  const count = Math.floor((ids.length - 1) / ROW);
  return Array.from({ length: count }, (_, row) => ids.slice(row * ROW, (row + 1) * ROW + 1));
}

/** Losses of AdamW updates: they prove gradients and optimiser on these very weights. The worst of each series is told. */
export async function checkTraining(
  checkpoint: Checkpoint,
  published: readonly PublishedTraining[],
  batch: PublishedLoss | undefined,
  { threads, signal, onProgress }: CheckModelOptions,
): Promise<CheckedFact[]> {
  const facts: CheckedFact[] = [];
  for (const series of published) {
    const start = performance.now();
    const { losses, tolerance, source } = series;
    const fact = {
      step: 'training' as const,
      what: `losses of ${losses.length} AdamW updates, ${describeSettings(series)}`,
      expected: losses.map((loss) => loss.toFixed(4)).join(' '),
      tolerance: `± ${tolerance}`,
      source,
    };
    const reason = reasonNotToTrain(checkpoint, batch);
    if (reason !== undefined || checkpoint.kind === 'onnx' || batch === undefined) {
      facts.push({ ...fact, verdict: 'not checked', note: reason, seconds: 0 });
      continue;
    }
    const found = await lossesOf(checkpoint, series, batch.ids, { threads, signal, onProgress });
    const apart = Math.max(...losses.map((loss, update) => Math.abs(found[update]! - loss)));
    facts.push({
      ...fact,
      found: found.map((loss) => loss.toFixed(4)).join(' '),
      // A loss that is no number is not within anything.
      verdict: apart <= tolerance ? 'holds' : 'fails',
      note: `at most ${apart.toPrecision(2)} apart`,
      seconds: secondsSince(start),
    });
  }
  return facts;
}

function describeSettings({ beta2, weightDecay, maxGradNorm }: PublishedTraining): string {
  return `β₂ ${beta2}, decay ${weightDecay}, ${maxGradNorm === null ? 'not clipped' : `clipped at ${maxGradNorm}`}`;
}

/** Weights, gradients and two moments, 4 bytes each, and room for a pass. */
function reasonNotToTrain(
  { kind, config }: Checkpoint,
  batch: PublishedLoss | undefined,
): string | undefined {
  if (kind === 'onnx') return 'an ONNX export cannot be trained';
  if (batch === undefined) return 'its batch is not known';
  const needed = 16 * countParameters(config) + 500e6;
  const memory = Math.min(totalmem(), process.constrainedMemory() || Number.POSITIVE_INFINITY);
  if (needed > memory)
    return `it takes ${formatBytes(needed)} of memory, this machine has ${formatBytes(memory)}`;
  return undefined;
}

/** The pieces of a small model are too short for several threads: on a busy machine they wait for each other. */
function threadsFor({ config }: WeightsCheckpoint): number | undefined {
  return countParameters(config) < 20e6 ? 1 : undefined;
}

async function lossesOf(
  checkpoint: WeightsCheckpoint,
  series: PublishedTraining,
  ids: readonly number[],
  { threads, signal, onProgress }: CheckModelOptions,
): Promise<number[]> {
  const weights: TrainerOptions['weights'] = new Map();
  for (const [name, tensor] of checkpoint.tensors) weights.set(name, await readTensor(tensor));
  const updates = series.losses.length;
  const trainer = await openTrainer({
    config: checkpoint.config,
    weights,
    lmCoef: 1,
    seed: 0,
    optimizer: {
      beta1: series.beta1,
      beta2: series.beta2,
      epsilon: series.epsilon,
      epsilonIn: 'corrected',
      // Of tensors with two or more dimensions. The published series decay all of them, which in ten updates moves a loss by
      // less than 0.00002.
      weightDecay: series.weightDecay,
      decayBy: 'rate',
      maxGradNorm: series.maxGradNorm ?? Number.POSITIVE_INFINITY,
    },
    schedule: {
      kind: 'cosine',
      peak: series.learningRate,
      final: series.learningRate,
      warmupUpdates: 0,
      totalUpdates: updates,
    },
    tokenBudget: 8 * ROW,
    threads: threads ?? threadsFor(checkpoint),
  });
  try {
    const batch = rowsOf(ids).map((row) => ({ sequences: [row] }));
    const losses: number[] = [];
    while (losses.length < updates) {
      signal?.throwIfAborted();
      const { loss } = await trainer.step(batch);
      losses.push(loss);
      onProgress?.(`update ${losses.length} of ${updates}: loss ${loss.toFixed(4)}`);
    }
    return losses;
  } finally {
    await trainer.close();
  }
}
