import { expect, test } from 'vitest';
import { seededUniform } from '../testing/random.js';
import { epochBatches } from './order.js';

const random = seededUniform(5);
const lengths = Array.from({ length: 203 }, () => 10 + Math.floor(200 * random() ** 2));
const order = { batch: 8, bucket: 5, seed: 42 };

/** Positions that are nothing but padding when each batch is as wide as its longest example. */
function padding(batches: readonly number[][]): number {
  return batches.reduce((sum, batch) => {
    const widths = batch.map((index) => lengths[index]!);
    return sum + widths.reduce((more, width) => more + Math.max(...widths) - width, 0);
  }, 0);
}

test.each([1, 5, 1000])(
  'with pools of %i batches every batch is whole and no example comes twice',
  (bucket) => {
    const batches = epochBatches(lengths, { ...order, bucket }, 0);
    expect(batches).toHaveLength(Math.floor(203 / 8));
    expect(batches.every((batch) => batch.length === 8)).toBe(true);
    expect(new Set(batches.flat()).size).toBe(200);
  },
);

test('which examples do not fill a last batch is drawn anew in each epoch', () => {
  const leftOut = [0, 1, 2, 3].map((epoch) => {
    const used = new Set(epochBatches(lengths, order, epoch).flat());
    return [...lengths.keys()].filter((index) => !used.has(index)).join();
  });
  expect(new Set(leftOut).size).toBe(4);
});

test('the order follows from seed and epoch alone', () => {
  expect(epochBatches(lengths, order, 1)).toEqual(epochBatches(lengths, order, 1));
  expect(epochBatches(lengths, order, 1)).not.toEqual(epochBatches(lengths, order, 2));
  expect(epochBatches(lengths, { ...order, seed: 43 }, 1)).not.toEqual(epochBatches(lengths, order, 1));
});

test('sorting by length within pools saves most of the padding', () => {
  const drawn = padding(epochBatches(lengths, { ...order, bucket: 1 }, 0));
  expect(padding(epochBatches(lengths, order, 0))).toBeLessThan(drawn / 2);
});

test('long and short batches come in random order, not one after the other', () => {
  const widths = epochBatches(lengths, order, 0).map((batch) => Math.max(...batch.map((i) => lengths[i]!)));
  expect(widths).not.toEqual([...widths].sort((a, b) => a - b));
  expect(widths.slice(0, 5)).not.toEqual(widths.slice(0, 5).sort((a, b) => a - b));
});
