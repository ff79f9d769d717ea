/** Texts of a request as tokens that fit the model. */
import type { LoglikelihoodRequest } from '../tasks/task.js';
import type { Tokenizer } from '../tokenizers/tokenizer.js';

/** A context and what follows it, in tokens. */
export interface EncodedPair {
  /** At least one token. */
  context: number[];
  continuation: number[];
}

/**
 * Tokens of context and continuation. The whole text is encoded at once and cut where the context's own tokens end; where
 * a token would reach across that border, each side is encoded for itself, so that nothing of the continuation is given away.
 *
 * A continuation without a context begins a text: it stands behind the token that begins texts, as documents of GPT-2's
 * training do behind `<|endoftext|>`. GPT-1 has no such token; there the first token of the text is given and not scored.
 */
export function encodePair(
  { context, continuation }: LoglikelihoodRequest,
  tokenizer: Tokenizer,
): EncodedPair {
  const alone = tokenizer.encode(context);
  if (alone.length === 0) {
    const whole = tokenizer.encode(context + continuation);
    return tokenizer.beginOfText === undefined
      ? { context: whole.slice(0, 1), continuation: whole.slice(1) }
      : { context: [tokenizer.beginOfText], continuation: whole };
  }
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
