import fc from 'fast-check';
import { expect, test } from 'vitest';
import { packBatch, planBatches } from './batch.js';

test('every request is in exactly one batch, and no batch exceeds the budget unless it is a single request', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 300 })),
      fc.integer({ min: 1, max: 1000 }),
      (lengths, budget) => {
        const batches = planBatches(lengths, budget);
        const members = batches.flatMap((batch) => batch.members);
        expect(members.toSorted((a, b) => a - b)).toEqual([...lengths.keys()]);
        for (const batch of batches) {
          expect(Math.max(...batch.members.map((member) => lengths[member]!))).toBe(batch.columns);
          if (batch.members.length > 1)
            expect(batch.members.length * batch.columns).toBeLessThanOrEqual(budget);
        }
      },
    ),
  );
});

test('the longest come first, equal ones in the order of the file', () => {
  expect(planBatches([3, 9, 3, 4], 9)).toEqual([
    { members: [1], columns: 9 },
    { members: [3, 0], columns: 4 },
    { members: [2], columns: 3 },
  ]);
});

test('a packed batch holds all but the last token of each member, and asks for the scored ones', () => {
  const requests = [
    { ids: [1, 2, 3, 4], from: 2 },
    { ids: [5, 6], from: 1 },
  ];
  const packed = packBatch({ members: [0, 1], columns: 3 }, requests);
  expect(packed.shape).toEqual([2, 3]);
  expect([...packed.ids]).toEqual([1n, 2n, 3n, 5n, 0n, 0n]);
  expect([...packed.rows]).toEqual([1n, 2n, 3n]);
  expect([...packed.targets]).toEqual([3n, 4n, 6n]);
});
