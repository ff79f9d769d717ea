/** What a model in training says about examples, without dropout. */
import type { ClassHead } from '../models/class-heads.js';
import { checkExamples, planPasses, type TrainingExample } from './batch.js';
import { type Feeds, needed, passFeeds } from './feeds.js';
import { floats, type TrainingSession } from './session.js';
import type { Objective } from './training-graph.js';

/** What the model says about examples, without dropout. */
export interface Evaluation {
  /** log p of every token of every sequence but its first, nats: example after example, sequence after sequence. */
  tokenLogProbs: Float32Array[];
  /** K logits of each example; absent without a head. */
  logits?: number[][];
}

/** How examples are read: what the model is for, and the most positions of one pass. */
export type Reading = Objective & { tokenBudget: number };

/** The weights, as a session takes them. */
type ParameterFeeds = readonly (readonly [string, Feeds[string]])[];

/** Log-probabilities and logits: forward passes through `evaluationGraph`, cut like those of an update. */
export async function evaluateExamples(
  session: TrainingSession,
  examples: readonly TrainingExample[],
  settings: Reading,
  parameterFeeds: ParameterFeeds,
): Promise<Evaluation> {
  const { head, tokenBudget } = settings;
  checkExamples(examples, settings);
  const logProbs: Float32Array[][] = examples.map(() => []);
  const logits: number[][] = [];
  for (const pass of planPasses(examples, tokenBudget, head)) {
    const feeds = needed(session, [...Object.entries(passFeeds(pass, settings)), ...parameterFeeds]);
    const outputs = await session.run(feeds);
    const found = floats(outputs.log_probs);
    let at = 0;
    for (const member of pass.members) {
      for (const { length } of examples[member]!.sequences) {
        logProbs[member]!.push(found.slice(at, at + length - 1));
        at += length - 1;
      }
    }
    if (head) storeLogits(logits, pass.members, floats(outputs.logits), head.classes);
  }
  return { tokenLogProbs: logProbs.flat(), ...(head && { logits }) };
}

/** The K logits of each example, from `classificationGraph`: no language model, which costs most of a pass. */
export async function classifyExamples(
  session: TrainingSession,
  examples: readonly TrainingExample[],
  settings: Reading & { head: ClassHead },
  parameterFeeds: ParameterFeeds,
): Promise<number[][]> {
  const { head, tokenBudget } = settings;
  checkExamples(examples, settings);
  const logits: number[][] = [];
  for (const pass of planPasses(examples, tokenBudget, head)) {
    const feeds = needed(session, [...Object.entries(passFeeds(pass, settings)), ...parameterFeeds]);
    const outputs = await session.run(feeds);
    storeLogits(logits, pass.members, floats(outputs.logits), head.classes);
  }
  return logits;
}

/** Puts the rows of a pass where their examples stand in the batch. */
function storeLogits(
  logits: number[][],
  members: readonly number[],
  numbers: Float32Array,
  classes: number,
): void {
  for (const [row, member] of members.entries()) {
    logits[member] = Array.from(numbers.subarray(row * classes, (row + 1) * classes));
  }
}
