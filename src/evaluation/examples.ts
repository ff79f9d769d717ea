import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import type { ScoreRequest } from '../runtime/batch.js';
import type { AnyTask, LoglikelihoodRequest } from '../tasks/task.js';
import type { Tokenizer } from '../tokenizers/tokenizer.js';

/** A row of a data set, ready for the model. */
export interface Example {
  /** Number of the row in the data file, from 0. */
  index: number;
  row: unknown;
  request: ScoreRequest;
  /** Tokens of the context that the model sees. */
  contextTokens: number;
  /** Tokens that were cut from the left of the context. */
  truncatedTokens: number;
  /** First 16 hex digits of the sha256 of the request's texts. */
  input: string;
}

/** Rows that are tokenized before the event loop gets a turn: about 50 ms. */
const ROWS_AT_ONCE = 50;

/** Turns rows into token sequences that fit a context of `nCtx` positions. Rejects with the signal's reason when aborted. */
export async function prepareExamples(
  task: AnyTask,
  rows: readonly unknown[],
  tokenizer: Tokenizer,
  nCtx: number,
  options: { signal?: AbortSignal; onProgress?: (done: number) => void } = {},
): Promise<Example[]> {
  const examples: Example[] = [];
  for (const [index, row] of rows.entries()) {
    if (index % ROWS_AT_ONCE === 0) {
      await setImmediate();
      options.signal?.throwIfAborted();
      options.onProgress?.(index);
    }
    examples.push(prepareExample(task, row, index, tokenizer, nCtx));
  }
  return examples;
}

function prepareExample(
  task: AnyTask,
  row: unknown,
  index: number,
  tokenizer: Tokenizer,
  nCtx: number,
): Example {
  const request: LoglikelihoodRequest = task.request(row);
  const { context, continuation } = encodePair(request, tokenizer);
  const { ids, from, truncatedTokens } = fitContext(context, continuation, nCtx);
  const input = createHash('sha256').update(JSON.stringify([request.context, request.continuation]));
  return {
    index,
    row,
    request: { ids, from },
    contextTokens: from,
    truncatedTokens,
    input: input.digest('hex').slice(0, 16),
  };
}

/**
 * Tokens of context and continuation. The whole text is encoded at once and cut where the context's own tokens end; where
 * a token would reach across that border, each side is encoded for itself, so that nothing of the continuation is given away.
 */
export function encodePair(
  { context, continuation }: LoglikelihoodRequest,
  tokenizer: Tokenizer,
): { context: number[]; continuation: number[] } {
  const alone = tokenizer.encode(context);
  const whole = tokenizer.encode(context + continuation);
  const agrees = whole.length > alone.length && alone.every((id, place) => whole[place] === id);
  return {
    context: alone,
    continuation: agrees ? whole.slice(alone.length) : tokenizer.encode(continuation),
  };
}

/**
 * Cuts the context from the left until everything fits: nCtx positions hold all tokens but the last, which is only
 * predicted. A continuation that does not fit by itself loses its own beginning as well; at least one token of context stays.
 */
export function fitContext(
  context: readonly number[],
  continuation: readonly number[],
  nCtx: number,
): { ids: number[]; from: number; truncatedTokens: number } {
  const ids = [...context, ...continuation];
  const truncatedTokens = Math.max(0, ids.length - 1 - nCtx);
  const from = Math.max(1, context.length - truncatedTokens);
  return { ids: ids.slice(truncatedTokens), from, truncatedTokens };
}
