import { UserError } from '../errors.js';

/** Tokens `start` to `end - 1` are a sequence; the token behind each is what it has to predict. */
export interface SequenceRange {
  start: number;
  end: number;
}

/**
 * Cuts a stream of tokens into sequences of `contextLength`, end to end. Documents run into one another, parted by their
 * separator (GPT-2 paper §2.1 trains on such a stream). With four tokens to a sequence:
 *
 *     tokens     0 1 2 3 4 5 6 7 8 9
 *     sequence   [  0  ] [  1  ]
 *     targets      [  0  ] [  1  ]
 *
 * From `offset` on every token is the target of just one sequence, but for its first and fewer than `contextLength` at the
 * end. Another offset in each epoch, from 0 to contextLength - 1, moves the cuts.
 *
 * Throws UserError when not one sequence fits.
 */
export function packSequences(tokens: ArrayLike<number>, contextLength: number, offset = 0): SequenceRange[] {
  const count = Math.floor((tokens.length - 1 - offset) / contextLength);
  if (count < 1) {
    throw new UserError(
      `The text has ${tokens.length} tokens; a sequence of ${contextLength} and its targets need ${contextLength + 1 + offset}.`,
      { hint: 'Give more text, or a shorter context.' },
    );
  }
  return Array.from({ length: count }, (_, index) => {
    const start = offset + index * contextLength;
    return { start, end: start + contextLength };
  });
}
