import { describe, expect, test } from 'vitest';
import { UserError } from '../errors.js';
import { createWindowOrder, windowsPerEpoch } from './order.js';

const tokens = Uint16Array.from({ length: 1000 }, (_, index) => index);

describe('the order of windows', () => {
  test('every target of an epoch comes once', () => {
    const perEpoch = windowsPerEpoch(tokens.length, 9);
    const order = createWindowOrder(tokens.length, [{ length: 9, updates: perEpoch, windows: 1 }], 7);
    const targets = Array.from({ length: perEpoch }, (_, update) => order(update)[0]!).flatMap(
      ({ start, end }) => Array.from(tokens.subarray(start + 1, end)),
    );
    expect(targets).toHaveLength(perEpoch * 8);
    expect(new Set(targets).size).toBe(targets.length);
    // At most a window at either end is lost to the offset.
    expect(targets.length).toBeGreaterThan(tokens.length - 2 * 8 - 1);
  });

  test('is the same for a seed, whatever was asked before, and another for another seed', () => {
    const stages = [{ length: 16, updates: 100, windows: 4 }];
    const [a, b, other] = [3, 3, 4].map((seed) => createWindowOrder(tokens.length, stages, seed));
    const inOrder = Array.from({ length: 100 }, (_, update) => a!(update));
    expect(b!(57)).toEqual(inOrder[57]);
    expect(b!(3)).toEqual(inOrder[3]);
    expect(other!(57)).not.toEqual(inOrder[57]);
  });

  test('an epoch has cuts and an order of its own', () => {
    const perEpoch = windowsPerEpoch(tokens.length, 16);
    const order = createWindowOrder(tokens.length, [{ length: 16, updates: 3 * perEpoch, windows: 1 }], 1);
    const starts = [0, 1, 2].map((epoch) =>
      Array.from({ length: perEpoch }, (_, index) => order(epoch * perEpoch + index)[0]!.start),
    );
    const offsets = starts.map((epoch) => epoch[0]! % 15);
    expect(new Set(offsets).size).toBeGreaterThan(1);
    expect(starts[0]).not.toEqual(starts[0]!.toSorted((x, y) => x - y));
  });

  test('a batch reaches from one epoch into the next without loss', () => {
    const perEpoch = windowsPerEpoch(tokens.length, 100); // 9
    const order = createWindowOrder(tokens.length, [{ length: 100, updates: 9, windows: 4 }], 2);
    const windows = Array.from({ length: 9 }, (_, update) => order(update)).flat();
    for (let epoch = 0; epoch < 4; epoch++) {
      const starts = windows.slice(epoch * perEpoch, (epoch + 1) * perEpoch).map(({ start }) => start);
      expect(new Set(starts).size).toBe(perEpoch);
    }
  });

  test('is the order of earlier versions, with which runs go on', () => {
    const order = createWindowOrder(10_007, [{ length: 128, updates: 300, windows: 7 }], 42);
    const starts = order(0).map(({ start }) => start);
    expect(starts).toEqual([7922, 4620, 8557, 9192, 2080, 8811, 2334]);
  });

  test('stages follow one another with windows of their own length', () => {
    const stages = [
      { length: 10, updates: 2, windows: 6 },
      { length: 30, updates: 3, windows: 2 },
    ];
    const order = createWindowOrder(tokens.length, stages, 1);
    const shapes = [0, 1, 2, 4].map((update) => order(update).map(({ start, end }) => end - start));
    expect(shapes).toEqual([Array(6).fill(10), Array(6).fill(10), [30, 30], [30, 30]]);
    expect(() => order(5)).toThrow(RangeError);
  });

  test('text that is too short is the user’s to mend', () => {
    const order = createWindowOrder(12, [{ length: 16, updates: 1, windows: 1 }], 1);
    expect(() => order(0)).toThrow(UserError);
  });
});
