/** What a model says about examples, in training or after it: forward passes without dropout. */
import type { ClassHead } from '../models/class-heads.js';
import { checkExamples, planPasses, type TrainingExample } from './batch.js';
import { type Feeds, needed, passFeeds } from './feeds.js';
import { createTrainingSession, floats, floatTensor, type TrainingSession } from './session.js';
import {
  checkParameters,
  classificationGraph,
  evaluationGraph,
  type Network,
  type ParameterNumbers,
  trainedShapes,
} from './training-graph.js';

/** What the model says about examples, without dropout. */
export interface Evaluation {
  /** log p of every token of every sequence but its first, nats: example after example, sequence after sequence. */
  tokenLogProbs: Float32Array[];
  /** K logits of each example; absent without a head. */
  logits?: number[][];
}

/** How examples are read. */
export interface Reading extends Network {
  /** Most positions of one pass, padding included. */
  tokenBudget: number;
  /** Threads of one operation; 0, the default, is one per physical core. */
  threads?: number;
}

/** The weights, as a session takes them. */
type ParameterFeeds = readonly (readonly [string, Feeds[string]])[];

/** Forward passes of one model. */
export interface ForwardPasses {
  evaluate(examples: readonly TrainingExample[]): Promise<Evaluation>;
  /** The K logits of each example, without the language model. Throws Error (a bug) without a head. */
  classify(examples: readonly TrainingExample[]): Promise<number[][]>;
  release(): Promise<void>;
}

/**
 * Forward passes with the weights as they are at the time: an update in between is seen. A graph is loaded when it is first needed,
 * since few runs need both. Throws Error (a bug) on a parameter that is missing or has the wrong size.
 */
export function forwardPasses(settings: Reading, weights: ParameterNumbers): ForwardPasses {
  const { head, threads = 0 } = settings;
  const shapes = trainedShapes(settings);
  checkParameters(shapes, weights);
  const parameterFeeds = () =>
    [...shapes].map(([name, shape]) => [name, floatTensor(weights.get(name)!, shape)] as const);
  let evaluator: TrainingSession | undefined;
  let classifier: TrainingSession | undefined;
  return {
    async evaluate(examples) {
      evaluator ??= await createTrainingSession(evaluationGraph(settings), threads);
      return evaluateExamples(evaluator, examples, settings, parameterFeeds());
    },
    async classify(examples) {
      if (head === undefined) throw new Error('there is no head to classify with');
      classifier ??= await createTrainingSession(classificationGraph({ ...settings, head }), threads);
      return classifyExamples(classifier, examples, { ...settings, head }, parameterFeeds());
    },
    async release() {
      await Promise.all([evaluator?.release(), classifier?.release()]);
    },
  };
}

/** Log-probabilities and logits: forward passes through `evaluationGraph`, cut like those of an update. */
async function evaluateExamples(
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
async function classifyExamples(
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
