/**
 * What it saves to compute a context once for all options after it: one packed pass against a full pass for each option,
 * at the size of a question of the Children's Book Test (20 sentences, 10 candidates).
 */
import type { Checkpoint } from '../checkpoints/checkpoint.js';
import { type ChoiceScoreRequest, packedLength } from '../runtime/choices.js';
import type { Device } from '../runtime/devices.js';
import { canShareContext, openScorer, type Scorer } from '../runtime/scorer.js';
import type { PeakOptions } from './peak.js';
import { summarize, type Timing } from './timing.js';

const CONTEXT_TOKENS = 450;
const OPTIONS = 10;
const OPTION_TOKENS = 10;

/** One pass against many, in turns. */
export interface SharedContextResult {
  contextTokens: number;
  options: number;
  optionTokens: number;
  /** Context and options side by side, in one pass. */
  packed: Timing;
  /** Context and option, one pass for each option. */
  full: Timing;
  /** Median of the full passes over that of the packed one. */
  speedup: number;
  /** Largest difference between the log-probabilities of both, nats. */
  largestDifference: number;
}

/**
 * Measures both ways; a model with a shorter context gets as much of it as leaves room for an option. Undefined where the context
 * cannot be shared (ONNX exports, devices without the fused attention) or the model has fewer positions than an
 * option. The weights are loaded twice, for either way is another graph. Throws the signal's reason when it is aborted.
 */
export async function measureSharedContext(
  checkpoint: Checkpoint,
  options: PeakOptions & { device: Device },
): Promise<SharedContextResult | undefined> {
  const { nCtx, vocabSize } = checkpoint.config;
  // The last token of an option is predicted, not read.
  const contextTokens = Math.min(CONTEXT_TOKENS, nCtx - (OPTION_TOKENS - 1));
  if (contextTokens < 1 || !canShareContext(checkpoint, options.device)) return undefined;
  const { device, threads, onProgress } = options;
  onProgress?.('loading the model for choices');
  const scorers: Scorer[] = [];
  try {
    for (const choices of [true, false]) {
      scorers.push(await openScorer(checkpoint, { device, threads, choices }));
    }
    const [packed, full] = scorers as [Scorer, Scorer];
    return await measureInTurns(packed, full, makeRequest(contextTokens, vocabSize), options);
  } finally {
    await Promise.all(scorers.map((scorer) => scorer.close()));
  }
}

/** One packed pass, the full passes, and so on; the first of each warms up and does not count. */
async function measureInTurns(
  packed: Scorer,
  full: Scorer,
  request: ChoiceScoreRequest,
  { repeat, signal, onProgress }: PeakOptions,
): Promise<SharedContextResult> {
  const [packedTimes, fullTimes]: [number[], number[]] = [[], []];
  let largestDifference = 0;
  // With batches of one sequence's length, the full sequences go through one by one.
  const sequenceLength = request.context.length + OPTION_TOKENS - 1;
  for (let turn = 0; turn <= repeat; turn++) {
    signal?.throwIfAborted();
    onProgress?.(`${OPTIONS} options after one context  ${turn}/${repeat}`);
    const once = await run(packed, request, packedLength(request));
    const many = await run(full, request, sequenceLength);
    if (turn > 0) {
      packedTimes.push(once.runMs);
      fullTimes.push(many.runMs);
    }
    once.logProbs.forEach((logProb, i) => {
      largestDifference = Math.max(largestDifference, Math.abs(logProb - many.logProbs[i]!));
    });
  }
  const [packedTiming, fullTiming] = [summarize(packedTimes), summarize(fullTimes)];
  return {
    contextTokens: request.context.length,
    options: OPTIONS,
    optionTokens: OPTION_TOKENS,
    packed: packedTiming,
    full: fullTiming,
    speedup: fullTiming.medianMs / packedTiming.medianMs,
    largestDifference,
  };
}

/** Asks once, in batches of `columns` positions. */
async function run(
  scorer: Scorer,
  request: ChoiceScoreRequest,
  columns: number,
): Promise<{ runMs: number; logProbs: number[] }> {
  const answer = { runMs: 0, logProbs: [] as number[] };
  for await (const { results, runMs } of scorer.scoreChoices([request], [{ members: [0], columns }])) {
    answer.runMs += runMs;
    answer.logProbs.push(...results.flat().flatMap(({ logProbs }) => logProbs));
  }
  return answer;
}

/** Which tokens makes no difference to the time; they are spread over the vocabulary as those of a text are. */
function makeRequest(contextTokens: number, vocabSize: number): ChoiceScoreRequest {
  const tokens = (from: number, length: number) =>
    Array.from({ length }, (_, i) => ((from + i) * 104729) % vocabSize);
  return {
    context: tokens(0, contextTokens),
    options: Array.from({ length: OPTIONS }, (_, option) => tokens(7919 * (option + 1), OPTION_TOKENS)),
  };
}
