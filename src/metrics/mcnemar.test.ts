import { expect, test } from 'vitest';
import { mcnemar } from './mcnemar.js';

/** Answers of which the first and the second model alone got so many right, and both three. */
const answers = (first: number, second: number) => {
  const of = (mine: number, other: number) => [
    ...Array<boolean>(mine).fill(true),
    ...Array<boolean>(other).fill(false),
    ...[true, true, true],
  ];
  return [
    of(first, second),
    of(second, first)
      .slice(0, first + second)
      .reverse()
      .concat([true, true, true]),
  ] as const;
};

// scipy.stats.binomtest(min, n, 0.5).pvalue (scipy 1.17).
test.each([
  [0, 0, 1],
  [1, 0, 1],
  [6, 0, 0.03125],
  [9, 2, 0.0654296875],
  [5, 5, 1],
])('of %i and %i questions the probability is %f', (first, second, p) => {
  const result = mcnemar(...answers(first, second));
  expect(result).toMatchObject({ onlyFirst: first, onlySecond: second });
  expect(result.p).toBeCloseTo(p, 12);
});

test('thousands of questions do not make it zero or infinite', () => {
  const { p } = mcnemar(...answers(2600, 2400));
  expect(p).toBeGreaterThan(0.004);
  expect(p).toBeLessThan(0.006);
});
