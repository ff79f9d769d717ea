import { describe, expect, it } from 'vitest';
import { UserError } from '../errors.js';
import { packSequences } from './packing.js';

describe('packSequences', () => {
  it.each([
    [
      9,
      4,
      0,
      [
        [0, 4],
        [4, 8],
      ],
    ],
    [
      10,
      4,
      0,
      [
        [0, 4],
        [4, 8],
      ],
    ],
    [8, 4, 0, [[0, 4]]],
    [
      10,
      4,
      1,
      [
        [1, 5],
        [5, 9],
      ],
    ],
    [2, 1, 0, [[0, 1]]],
  ])('%i tokens, sequences of %i, offset %i', (length, contextLength, offset, expected) => {
    const ranges = packSequences(new Uint16Array(length), contextLength, offset);
    expect(ranges.map(({ start, end }) => [start, end])).toEqual(expected);
    // Every sequence has a token behind it to predict.
    expect(ranges.every(({ end }) => end < length)).toBe(true);
  });

  it('says so when not one sequence fits', () => {
    expect(() => packSequences([1, 2, 3, 4], 4)).toThrow(UserError);
    expect(() => packSequences([1, 2, 3, 4], 4)).toThrow('4 tokens; a sequence of 4 and its targets need 5.');
  });
});
