import { expect, test } from 'vitest';
import { maskFiller, maskGenerator } from './dropout.js';

/** A mask of a million elements. */
function mask(rate: number, seed = 1, update = 0, pass = 0): Float32Array {
  const numbers = new Float32Array(300_000);
  maskFiller(rate)(numbers, maskGenerator(seed, update, pass));
  return numbers;
}

test.each([0.01, 0.1, 0.5, 0.9])('a mask of rate %d drops that share and keeps the mean', (rate) => {
  const numbers = mask(rate);
  const kept = Math.fround(1 / (1 - rate));
  expect(numbers.every((value) => value === 0 || value === kept)).toBe(true);
  const dropped = numbers.reduce((sum, value) => sum + (value === 0 ? 1 : 0), 0) / numbers.length;
  // Five standard deviations of a binomial share.
  expect(Math.abs(dropped - rate)).toBeLessThan(5 * Math.sqrt((rate * (1 - rate)) / numbers.length));
});

test('elements are dropped independently of those before them', () => {
  const rate = 0.1;
  const isDropped = Array.from(mask(rate), (value) => value === 0);
  for (const distance of [1, 2, 3, 7, 64, 768]) {
    let both = 0;
    for (let i = distance; i < isDropped.length; i++) if (isDropped[i] && isDropped[i - distance]) both++;
    const share = both / (isDropped.length - distance);
    expect(Math.abs(share - rate ** 2)).toBeLessThan(5 * Math.sqrt(rate ** 2 / isDropped.length));
  }
});

test('a mask is the same when it is made again and another for each seed, update and pass', () => {
  const first = mask(0.1);
  expect(Buffer.compare(Buffer.from(mask(0.1).buffer), Buffer.from(first.buffer))).toBe(0);
  for (const other of [mask(0.1, 2), mask(0.1, 1 + 2 ** 32), mask(0.1, 1, 1), mask(0.1, 1, 0, 1)]) {
    const agreeing = first.reduce((sum, value, i) => sum + (value === other[i] ? 1 : 0), 0) / first.length;
    // Independent masks agree where both keep or both drop: 0.9² + 0.1².
    expect(Math.abs(agreeing - 0.82)).toBeLessThan(0.004);
  }
});

test.each([0, 1, -0.1, Number.NaN])('a rate of %d is refused', (rate) => {
  expect(() => maskFiller(rate)).toThrow(RangeError);
});
