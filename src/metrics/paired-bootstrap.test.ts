import { expect, test } from 'vitest';
import { pairedBootstrap } from './paired-bootstrap.js';

const meanOf = (values: readonly number[]) => (sample: readonly number[]) => [
  sample.reduce((sum, place) => sum + values[place]!, 0) / sample.length,
];

test('the interval of a mean has the width that its standard error says', () => {
  // Differences of −1, 0 and 1 in turn, about 0.5: their standard error is √(2/3) / √300 = 0.0471.
  const values = Array.from({ length: 300 }, (_, place) => 0.5 + (place % 3) - 1);
  const [found] = pairedBootstrap(300, meanOf(values), { samples: 2000 });
  expect(found!.interval[0]).toBeCloseTo(0.5 - 1.96 * 0.0471, 1);
  expect(found!.interval[1] - found!.interval[0]).toBeCloseTo(2 * 1.96 * 0.0471, 2);
  expect(found!.p).toBe(2 / 2001);
});

test('equal models differ in half of the samples, the same seed gives the same samples, and no number is none', () => {
  const values = Array.from({ length: 50 }, (_, place) => (place % 2 === 0 ? 1 : -1));
  const [first] = pairedBootstrap(50, meanOf(values), { samples: 500 });
  expect(first!.p).toBeGreaterThan(0.8);
  expect(pairedBootstrap(50, meanOf(values), { samples: 500 })).toEqual([first]);
  expect(pairedBootstrap(5, () => [Number.NaN, 1], { samples: 3 })[0]).toBeUndefined();
});
