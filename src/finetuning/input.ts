/** From a row's texts to token sequences: the input transformations of the GPT-1 paper (§3.3, Figure 1). */

import { UserError } from '../errors.js';
import { sha256Of } from '../files/sha256.js';
import type { ClassHead } from '../models/class-heads.js';
import type { AnyFinetuneTask, ClassifiedRecord, Label, Segment } from '../tasks/finetune-task.js';
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
  /** What is right. */
  target: Label;
  /** The part of the data that it belongs to, where the task tells parts apart. */
  group?: ClassifiedRecord['group'];
  /** Tokens cut off the ends of its segments. */
  truncatedTokens: number;
}

/** The tokens of a text; of one that may be cut at the end of its first part only, the tokens of both parts. */
export type TokenSegment = readonly number[] | { cuttable: readonly number[]; after: readonly number[] };

/**
 * How the texts of a task are made to fit:
 *
 * - `text`: the only text keeps its first tokens.
 * - `segments`: each text keeps its first tokens.
 * - `context`: the first text has a part that may be cut, whose end is lost; what comes behind it, and each other text, keeps its
 *   first tokens.
 */
export interface Truncation {
  rule: 'text' | 'segments' | 'context';
  /** Most tokens of a sequence, special ones included. */
  sequenceTokens: number;
  /** Most tokens that a text keeps, or what of it may not be cut. */
  segmentTokens: number;
}

/** How the texts of a row, and of all other rows of its task, are made to fit nCtx positions. */
export function truncationOf(segments: readonly Segment[], nCtx: number): Truncation {
  const hasCuttable = segments.some((segment) => typeof segment !== 'string');
  return {
    rule: hasCuttable ? 'context' : segments.length === 1 ? 'text' : 'segments',
    sequenceTokens: nCtx,
    segmentTokens: segmentRoom(segments.length, nCtx),
  };
}

/** Tokens that one text keeps: all that fits where it stands alone, else as many as let two of them fit. */
function segmentRoom(segments: number, nCtx: number): number {
  return segments === 1 ? nCtx - 2 : Math.floor(nCtx / 2) - 2;
}

/**
 * The sequences of one example, which fit nCtx positions. Each segment keeps its first tokens: as many as let two of them and the
 * three special tokens fit, nCtx / 2 − 2 (the rule that the release has for Story Cloze), or, where a text stands alone, nCtx − 2. A
 * context that says what of it is cuttable keeps as much of that as fits beside the rest of it and the longest answer, so that
 * all answers are read after the same context. An empty text is no tokens; the special ones stand all the same.
 * @internal
 */
export function transformInput(
  kind: ClassHead['kind'],
  segments: readonly TokenSegment[],
  { start, delimiter, extract }: SpecialTokens,
  nCtx: number,
): { sequences: number[][]; truncatedTokens: number } {
  const room = segmentRoom(segments.length, nCtx);
  if (room < 1) {
    throw new UserError(`A context of ${nCtx} tokens holds no example with its special tokens.`, {
      hint: 'Take a model with a longer context.',
    });
  }
  const cut = cutSegments(segments, room, nCtx - SPECIAL_TOKENS);
  const truncatedTokens = segments.reduce(
    (sum, segment, place) => sum + lengthOf(segment) - cut[place]!.length,
    0,
  );
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

/** `room` is for each segment where nothing else is said, `together` for two of them. */
function cutSegments(segments: readonly TokenSegment[], room: number, together: number): number[][] {
  const whole = segments.map((segment) => ('cuttable' in segment ? segment.after : segment).slice(0, room));
  const longest = Math.max(0, ...whole.slice(1).map(({ length }) => length));
  return segments.map((segment, place) => {
    const kept = whole[place]!;
    if (!('cuttable' in segment)) return kept;
    const left = together - kept.length - longest;
    return [...segment.cuttable.slice(0, left), ...kept];
  });
}

function lengthOf(segment: TokenSegment): number {
  return 'cuttable' in segment ? segment.cuttable.length + segment.after.length : segment.length;
}

/** Turns rows into examples for a model that had `vocabSize` tokens before fine-tuning and has `nCtx` positions. */
export function prepareFinetuneExamples(
  task: AnyFinetuneTask,
  rows: readonly unknown[],
  tokenizer: Tokenizer,
  sizes: { vocabSize: number; nCtx: number },
): FinetuneExample[] {
  return rows.map((row, index) => {
    const example = { index, ...prepareInput(task, row, tokenizer, sizes), target: task.label(row) };
    return task.group === undefined ? example : { ...example, group: task.group(row) };
  });
}

/** What of an example does not depend on its label. */
export function prepareInput(
  task: Pick<AnyFinetuneTask, 'head' | 'segments'>,
  row: unknown,
  tokenizer: Tokenizer,
  { vocabSize, nCtx }: { vocabSize: number; nCtx: number },
): Pick<FinetuneExample, 'input' | 'sequences' | 'truncatedTokens'> {
  const texts = task.segments(row);
  const input = sha256Of(JSON.stringify(texts)).slice(0, 16);
  const segments = texts.map((text) => tokensOfText(text, tokenizer, vocabSize));
  return { input, ...transformInput(task.head, segments, specialTokens(vocabSize), nCtx) };
}

function tokensOfText(text: Segment, tokenizer: Tokenizer, vocabSize: number): TokenSegment {
  const encode = (part: string) => {
    const ids = tokenizer.encode(part);
    // A tokenizer may have tokens that the model had no row for; those ids are now the special tokens'.
    const beyond = ids.find((id) => id >= vocabSize);
    if (beyond === undefined) return ids;
    throw new UserError(
      `The text has the token ${JSON.stringify(tokenizer.decode([beyond]))}, which the model did not have before fine-tuning.`,
      { hint: 'Take it out of the text, or out of the tokenizer.' },
    );
  };
  if (typeof text === 'string') return encode(text);
  return { cuttable: encode(text.cuttable), after: encode(text.after) };
}

/** Tokens of all sequences of an example. */
export function tokensOf({ sequences }: FinetuneExample): number {
  return sequences.reduce((sum, sequence) => sum + sequence.length, 0);
}
