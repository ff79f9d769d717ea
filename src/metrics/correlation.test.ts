import { expect, test } from 'vitest';
import { pearson } from './pearson.js';
import { spearman } from './spearman.js';

test('correlations with ties (SciPy 1.17.1)', () => {
  const [x, y] = [
    [0, 1, 1, 3],
    [0.5, 1.5, 2, 2.5],
  ];
  expect(pearson(x!, y!)).toBeCloseTo(0.8919017444789037, 12);
  expect(spearman(x!, y!)).toBeCloseTo(0.9486832980505139, 12);
});

test('correlations of five values', () => {
  expect(pearson([1, 2, 3, 4, 5], [2, 1, 4, 3, 5])).toBeCloseTo(0.8, 12);
  expect(spearman([1, 2, 3, 4, 5], [2, 1, 4, 3, 5])).toBeCloseTo(0.8, 12);
});

test('correlations of 101 values (SciPy 1.17.1)', () => {
  const x = Array.from({ length: 101 }, (_, i) => ((37 * i) % 101) / 20);
  const y = Array.from({ length: 101 }, (_, i) => Math.floor(((37 * i) % 101) / 7) + ((i * i) % 11) / 5);
  expect(pearson(x, y)).toBeCloseTo(0.9886232312217036, 12);
  expect(spearman(x, y)).toBeCloseTo(0.9907357615134037, 12);
});

test('a constant list correlates with nothing', () => {
  expect(pearson([0.1, 0.1, 0.1], [1, 2, 3])).toBeNaN();
  expect(spearman([1, 2, 3], [4, 4, 4])).toBeNaN();
});

test('a line has correlation 1 or −1, never beyond', () => {
  const x = Array.from({ length: 100 }, (_, i) => i / 7);
  expect(
    pearson(
      x,
      x.map((value) => 3 * value + 1),
    ),
  ).toBeLessThanOrEqual(1);
  expect(
    pearson(
      x,
      x.map((value) => 3 * value + 1),
    ),
  ).toBeCloseTo(1, 12);
  expect(
    pearson(
      x,
      x.map((value) => -value),
    ),
  ).toBeCloseTo(-1, 12);
});

test('lists of different length are refused', () => {
  expect(() => pearson([1, 2], [1])).toThrow('2 and 1 values');
});
