/** From a row's texts to token sequences: the input transformations of the GPT-1 paper (§3.3, Figure 1). */
import { createHash } from 'node:crypto';
import type { ClassHead } from '../models/class-heads.js';
import type { AnyFinetuneTask } from '../tasks/finetune-task.js';
import type { Tokenizer } from '../tokenizers/tokenizer.js';

/** Ids of the three tokens that fine-tuning adds behind the vocabulary. */
export interface SpecialTokens {
  start: number;
  delimiter: number;
  /** The classifier reads the state at this one, the last of every sequence. */
  extract: number;
}

/** How many they are. */
export const SPECIAL_TOKENS = 3;

/** The special tokens of a model that had `vocabSize` tokens before (openai/finetune-transformer-lm train.py). */
export function specialTokens(vocabSize: number): SpecialTokens {
  return { start: vocabSize, delimiter: vocabSize + 1, extract: vocabSize + 2 };
}

/** An example, ready for the model. */
export interface FinetuneExample {
  /** Number of the row in the data file, from 0. */
  index: number;
  /** First 16 hex digits of the sha256 of the segments. */
  input: string;
  /** One (classification), two (similarity) or one per answer (choice), each ending with the extract token. */
  sequences: number[][];
  /** Number of the right class. */
  target: number;
  /** Tokens cut off the ends of its segments. */
  truncatedTokens: number;
}

/**
 * The sequences of one example. Each segment keeps its first tokens: as many as let two of them and the three special
 * tokens fit, nCtx / 2 − 2 (the rule that the release has for Story Cloze), or, where a text stands alone, nCtx − 2.
 */
export function transformInput(
  kind: ClassHead['kind'],
  segments: readonly (readonly number[])[],
  { start, delimiter, extract }: SpecialTokens,
  nCtx: number,
): { sequences: number[][]; truncatedTokens: number } {
  const room = segments.length === 1 ? nCtx - 2 : Math.floor(nCtx / 2) - 2;
  if (room < 1) throw new RangeError(`${nCtx} positions hold no example with its special tokens`);
  const cut = segments.map((segment) => segment.slice(0, room));
  const kept = cut.reduce((sum, segment) => sum + segment.length, 0);
  const truncatedTokens = segments.reduce((sum, segment) => sum + segment.length, 0) - kept;
  const pair = (a: readonly number[], b: readonly number[]) => [start, ...a, delimiter, ...b, extract];
  const [first = [], second, ...others] = cut;
  if (second === undefined) return { sequences: [[start, ...first, extract]], truncatedTokens };
  const sequences = {
    classification: () => [pair(first, second)],
    similarity: () => [pair(first, second), pair(second, first)],
    choice: () => [second, ...others].map((answer) => pair(first, answer)),
  }[kind]();
  return { sequences, truncatedTokens };
}

/** Turns rows into examples for a model that had `vocabSize` tokens before fine-tuning and has `nCtx` positions. */
export function prepareFinetuneExamples(
  task: AnyFinetuneTask,
  rows: readonly unknown[],
  tokenizer: Tokenizer,
  { vocabSize, nCtx }: { vocabSize: number; nCtx: number },
): FinetuneExample[] {
  const special = specialTokens(vocabSize);
  return rows.map((row, index) => {
    const texts = task.segments(row);
    const segments = texts.map((text) => tokenizer.encode(text));
    const input = createHash('sha256').update(JSON.stringify(texts)).digest('hex').slice(0, 16);
    return { index, input, target: task.label(row), ...transformInput(task.head, segments, special, nCtx) };
  });
}

/** Tokens of all sequences of an example. */
export function tokensOf({ sequences }: FinetuneExample): number {
  return sequences.reduce((sum, sequence) => sum + sequence.length, 0);
}
