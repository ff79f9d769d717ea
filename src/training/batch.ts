/** From examples to the tensors of the training graph. */
import { type ClassHead, isRegression, sequencesPerExample } from '../models/class-heads.js';
import type { Network } from './training-graph.js';

/** An example: what the model reads, and what is right. */
export interface TrainingExample {
  /** One sequence; both orders for a similarity; one for each option of a choice. The last token is the extract token. */
  sequences: readonly (readonly number[])[];
  /**
   * Class, right option, or a soft label: the probability of each class. The number itself where a number is predicted. Without
   * a head there is none.
   */
  target?: number | readonly number[];
}

/** Part of a batch, as the graph takes it. Letters: B sequences, T columns, S predicted tokens, E examples, N sequences of each. */
export interface TrainingPass {
  /** Which examples of the batch. */
  members: number[];
  /** [B, T], padded with 0 on the right. */
  ids: BigInt64Array;
  shape: [B: number, T: number];
  /** [S]: positions with a next token, as b·T + t; sequence after sequence. */
  lmRows: BigInt64Array;
  /** [S]: that token. */
  lmTargets: BigInt64Array;
  /** [S]: 1 / (predicted tokens of the sequence · sequences of the whole batch): a mean of means, as the GPT-1 release has it. */
  lmWeights: Float32Array;
  /** [E, N]: the last position of each sequence. */
  classRows: BigInt64Array;
  /** [E, K]: probability of each class / examples of the whole batch; [E, 1]: the number that is predicted. */
  classTargets: Float32Array;
  /** [E, 1]: 1 / examples of the whole batch, the weight of a squared error. */
  classWeights: Float32Array;
}

/**
 * Checks examples against the network. Throws RangeError, naming the example by its index, on a wrong number of sequences, a
 * sequence that is shorter than two tokens or longer than the context, a token or a class that does not exist.
 */
export function checkExamples(examples: readonly TrainingExample[], { config, head }: Network): void {
  const wrong = (index: number, problem: string) => new RangeError(`example ${index}: ${problem}`);
  for (const [index, { sequences, target }] of examples.entries()) {
    const wanted = head ? sequencesPerExample(head) : 1;
    if (sequences.length !== wanted) throw wrong(index, `${sequences.length} sequences instead of ${wanted}`);
    for (const { length } of sequences) {
      if (length < 2) throw wrong(index, `a sequence of ${length} tokens has nothing to predict`);
      if (length > config.nCtx) {
        throw wrong(index, `a sequence of ${length} tokens does not fit the context of ${config.nCtx}`);
      }
    }
    const strange = sequences
      .flat()
      .find((id) => !(Number.isInteger(id) && id >= 0 && id < config.vocabSize));
    if (strange !== undefined)
      throw wrong(index, `token ${strange} is not in the vocabulary of ${config.vocabSize}`);
    if (head) checkTarget(target, head, (problem) => wrong(index, problem));
  }
}

function checkTarget(
  target: TrainingExample['target'],
  head: ClassHead,
  wrong: (problem: string) => RangeError,
): void {
  const { classes } = head;
  if (isRegression(head)) {
    if (!Number.isFinite(target)) throw wrong(`its label ${target} is no number`);
  } else if (typeof target === 'number') {
    if (!(Number.isInteger(target) && target >= 0 && target < classes))
      throw wrong(`class ${target} is none of 0 to ${classes - 1}`);
  } else if (target?.length !== classes || target.some((share) => !(share >= 0 && share <= 1))) {
    throw wrong(`its label [${target}] is not ${classes} probabilities`);
  }
}

/**
 * Cuts a batch into passes of at most `tokenBudget` positions, padding included, longest examples first. An example is never
 * divided; one that is longer than the budget is a pass of its own. Losses and gradients of the passes add up to those of the
 * batch, whatever the cut.
 */
export function planPasses(
  examples: readonly TrainingExample[],
  tokenBudget: number,
  head?: ClassHead,
): TrainingPass[] {
  const longest = examples.map(({ sequences }) => Math.max(...sequences.map(({ length }) => length)));
  const order = examples.map((_, index) => index).sort((a, b) => longest[b]! - longest[a]! || a - b);
  const groups: number[][] = [];
  let sequences = 0;
  for (const index of order) {
    const current = groups.at(-1);
    const more = examples[index]!.sequences.length;
    if (current === undefined || (sequences + more) * longest[current[0]!]! > tokenBudget) {
      groups.push([index]);
      sequences = more;
    } else {
      current.push(index);
      sequences += more;
    }
  }
  const total = examples.reduce((sum, example) => sum + example.sequences.length, 0);
  return groups.map((members) => packPass(examples, members, total, head));
}

function packPass(
  examples: readonly TrainingExample[],
  members: number[],
  totalSequences: number,
  head?: ClassHead,
): TrainingPass {
  const sequences = members.flatMap((member) => examples[member]!.sequences);
  const T = Math.max(...sequences.map(({ length }) => length));
  const S = sequences.reduce((sum, { length }) => sum + length - 1, 0);
  const ids = new BigInt64Array(sequences.length * T);
  const lmRows = new BigInt64Array(S);
  const lmTargets = new BigInt64Array(S);
  const lmWeights = new Float32Array(S);
  let s = 0;
  for (const [row, sequence] of sequences.entries()) {
    for (const [t, id] of sequence.entries()) ids[row * T + t] = BigInt(id);
    for (let t = 0; t + 1 < sequence.length; t++, s++) {
      lmRows[s] = BigInt(row * T + t);
      lmTargets[s] = BigInt(sequence[t + 1]!);
      lmWeights[s] = 1 / ((sequence.length - 1) * totalSequences);
    }
  }
  const classTargets = members.flatMap((member) => {
    if (head === undefined) return [];
    const { target } = examples[member]!;
    if (isRegression(head)) return [target as number];
    const shares =
      typeof target === 'number'
        ? Array.from({ length: head.classes }, (_, k) => (k === target ? 1 : 0))
        : (target ?? []);
    return shares.map((share) => share / examples.length);
  });
  return {
    members,
    ids,
    shape: [sequences.length, T],
    lmRows,
    lmTargets,
    lmWeights,
    classRows: BigInt64Array.from(sequences, ({ length }, row) => BigInt(row * T + length - 1)),
    classTargets: Float32Array.from(classTargets),
    classWeights: new Float32Array(members.length).fill(1 / examples.length),
  };
}
