import { expect, test } from 'vitest';
import { keyedRandom } from './keyed-random.js';
import { drawBelow, shuffle } from './shuffle.js';

test('every order is drawn about as often as any other', () => {
  const below = drawBelow(keyedRandom('test of shuffle', 1));
  const counts = new Map<string, number>();
  for (let run = 0; run < 24_000; run++) {
    const order = shuffle(['a', 'b', 'c', 'd'], below).join('');
    counts.set(order, (counts.get(order) ?? 0) + 1);
  }
  expect(counts.size).toBe(24);
  // χ² with 23 degrees of freedom is below 49.7 in 999 of 1000 cases.
  const deviation = [...counts.values()].reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0);
  expect(deviation).toBeLessThan(49.7);
});

test('numbers below a limit reach from 0 to the one before it', () => {
  expect([0, -1, 2 ** 31].map((bits) => drawBelow(() => bits)(10))).toEqual([0, 9, 5]);
});
