import { UserError } from '../errors.js';
import type { Prompt } from '../tasks/task.js';
import type { Tokenizer } from '../tokenizers/tokenizer.js';

/** A prompt in tokens. */
export interface EncodedPrompt {
  /** At least one token. */
  ids: number[];
  /** Tokens that were cut away. */
  truncatedTokens: number;
}

/**
 * Tokens of a prompt, at most `room` of them. A prompt that fits is encoded as one text. Of one that does not, the part that
 * may be cut loses tokens at its end or beginning, and each part is encoded for itself; when that part is used up, the whole
 * loses its beginning. An empty prompt is the token that begins texts.
 */
export function encodePrompt(
  { before = '', cuttable, cutFrom, after = '' }: Prompt,
  tokenizer: Tokenizer,
  room: number,
): EncodedPrompt {
  const whole = tokenizer.encode(before + cuttable + after);
  if (whole.length === 0) {
    if (tokenizer.beginOfText === undefined) {
      throw new UserError('A prompt has no tokens, and this model has none to begin a text with.', {
        hint: 'Leave the example without a text out, or take a model with a token that begins texts.',
      });
    }
    return { ids: [tokenizer.beginOfText], truncatedTokens: 0 };
  }
  if (whole.length <= room) return { ids: whole, truncatedTokens: 0 };
  const [head, middle, tail] = [before, cuttable, after].map((part) => tokenizer.encode(part)) as [
    number[],
    number[],
    number[],
  ];
  const keep = Math.max(0, room - head.length - tail.length);
  const kept = cutFrom === 'left' ? middle.slice(Math.max(0, middle.length - keep)) : middle.slice(0, keep);
  const ids = [...head, ...kept, ...tail].slice(-room);
  return { ids, truncatedTokens: head.length + middle.length + tail.length - ids.length };
}
