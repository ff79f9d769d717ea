import { expect, test } from 'vitest';
import { bloomSize, createBloomFilter } from './bloom-filter.js';
import { countHits } from './overlap.js';

/** A filter of the words `prefix 0`, `prefix 1`, … */
function filterOf(elements: number, rate: number) {
  const filter = createBloomFilter(bloomSize(elements, rate));
  for (let i = 0; i < elements; i++) {
    const bytes = Buffer.from(`element ${i}`);
    filter.add(bytes, 0, bytes.length);
  }
  return filter;
}

test('1e-8 takes 38.34 bits and 27 hashes for each element', () => {
  const { bits, hashes } = bloomSize(1_000_000, 1e-8);
  expect(bits / 1e6).toBeCloseTo(38.34, 2);
  expect(hashes).toBe(27);
});

test('the size keeps what it promises: (1 − exp(−k·n/m))^k is at most the rate', () => {
  for (const rate of [1e-8, 1e-4, 0.003, 0.1]) {
    const { bits, hashes } = bloomSize(1_000_000, rate);
    const promised = (1 - Math.exp((-hashes * 1_000_000) / bits)) ** hashes;
    expect(promised).toBeLessThanOrEqual(rate * (1 + 1e-9));
    expect(promised).toBeGreaterThan(0.99 * rate);
  }
});

test('everything that was added is found', () => {
  const filter = filterOf(20_000, 1e-3);
  for (let i = 0; i < 20_000; i++) {
    const bytes = Buffer.from(`element ${i}`);
    expect(filter.has(bytes, 0, bytes.length)).toBe(true);
  }
});

test('as many others are found as the rate says, and half of the bits are set', async () => {
  const filter = filterOf(20_000, 1e-3);
  expect(filter.falsePositiveRate()).toBeGreaterThan(0.9e-3);
  expect(filter.falsePositiveRate()).toBeLessThan(1.1e-3);
  // 200 expected; ±5 standard deviations of a Poisson number.
  const hits = await countHits(filter, 200_000);
  expect(hits).toBeGreaterThan(130);
  expect(hits).toBeLessThan(270);
  expect(filter.fill()).toBeCloseTo(0.5, 1);
});

test('a small filter at a rate of 1e-8 finds none of 300,000 random strings', async () => {
  const filter = filterOf(3000, 1e-8);
  expect(filter.falsePositiveRate()).toBeLessThan(1.2e-8);
  expect(await countHits(filter, 300_000)).toBe(0);
});

test('a filter that does not fit into memory is an error that says what to do', () => {
  expect(() => createBloomFilter({ bits: 1e18, hashes: 27 })).toThrow(
    expect.objectContaining({ hint: expect.stringContaining('--false-positive-rate') }),
  );
});
