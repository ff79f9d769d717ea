/** Where a long text is cut: protocols differ, and so do their numbers. */
import type { ScoreRequest } from '../runtime/batch.js';
import type { Windows } from '../tasks/task.js';

/**
 * Cuts the tokens of a text into windows that fit `nCtx` positions. `start` is the token that stands before a text
 * (`<|endoftext|>`); only `rolling` uses it. Without one, the first token of the text is given and not scored. A text of
 * which no token can be scored has no windows.
 */
export function cutWindows(
  ids: readonly number[],
  windows: Windows,
  nCtx: number,
  start: number | undefined,
): ScoreRequest[] {
  switch (windows.scheme) {
    case 'disjoint':
      return strideWindows(ids, nCtx, nCtx);
    case 'stride':
      return strideWindows(ids, nCtx, Math.min(windows.stride, nCtx));
    case 'rolling':
      return rollingWindows(start === undefined ? ids : [start, ...ids], nCtx);
  }
}

/**
 * As in the Hugging Face documentation of perplexity: a window reads at most nCtx tokens and predicts those of them that the
 * last window did not reach. The first token of a window cannot be predicted in it.
 */
function strideWindows(ids: readonly number[], nCtx: number, stride: number): ScoreRequest[] {
  const requests: ScoreRequest[] = [];
  let scored = 0;
  for (let begin = 0; scored < ids.length; begin += stride) {
    const end = Math.min(begin + nCtx, ids.length);
    const from = Math.max(1, scored - begin);
    if (from < end - begin) requests.push({ ids: ids.slice(begin, end), from });
    scored = end;
  }
  return requests;
}

/**
 * As lm-evaluation-harness does (lm_eval/utils.py: get_rolling_token_windows with one token of context): every token but the
 * first is predicted once; a window predicts nCtx tokens from the token before them, and the last is moved left to be full.
 */
function rollingWindows(ids: readonly number[], nCtx: number): ScoreRequest[] {
  const requests: ScoreRequest[] = [];
  for (let scored = 1; scored < ids.length; ) {
    const end = Math.min(scored + nCtx, ids.length);
    const begin = Math.max(0, end - nCtx - 1);
    requests.push({ ids: ids.slice(begin, end), from: scored - begin });
    scored = end;
  }
  return requests;
}
