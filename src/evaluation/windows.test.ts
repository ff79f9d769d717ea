import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Windows } from '../tasks/task.js';
import { cutWindows } from './windows.js';

const text = (length: number) => Array.from({ length }, (_, place) => place);
const scoredOf = (windows: ReturnType<typeof cutWindows>) =>
  windows.map(({ ids, from }) => ids.length - from);

// The counts for 2,500 tokens and a context of 1,024 are those of the Hugging Face documentation's loop and of
// lm-evaluation-harness 4e7e0d4, computed there.
describe('2,500 tokens in windows of 1,024', () => {
  test('disjoint: 2,497 tokens are scored', () => {
    const windows = cutWindows(text(2500), { scheme: 'disjoint' }, 1024, 9999);
    expect(windows.map(({ ids }) => [ids[0], ids.length])).toEqual([
      [0, 1024],
      [1024, 1024],
      [2048, 452],
    ]);
    expect(scoredOf(windows).reduce((a, b) => a + b)).toBe(2497);
  });

  test('stride 512: windows begin at 0, 512, 1024, 1536; 2,499 tokens are scored', () => {
    const windows = cutWindows(text(2500), { scheme: 'stride', stride: 512 }, 1024, 9999);
    expect(windows.map(({ ids }) => ids[0])).toEqual([0, 512, 1024, 1536]);
    expect(scoredOf(windows)).toEqual([1023, 512, 512, 452]);
  });

  test('rolling: three windows score every token, the last is full', () => {
    const windows = cutWindows(text(2500), { scheme: 'rolling' }, 1024, 9999);
    expect(scoredOf(windows)).toEqual([1024, 1024, 452]);
    expect(windows[0]!.ids[0]).toBe(9999);
    expect(windows.map(({ ids }) => ids.length)).toEqual([1025, 1025, 1025]);
  });
});

test('without a start token the first token of the text is given', () => {
  const windows = cutWindows(text(10), { scheme: 'rolling' }, 4, undefined);
  expect(windows.map(({ ids, from }) => ids.slice(from))).toEqual([[1, 2, 3, 4], [5, 6, 7, 8], [9]]);
  expect(windows[2]!.ids).toEqual([5, 6, 7, 8, 9]);
});

test('a text without a token to score has no windows', () => {
  expect(cutWindows([], { scheme: 'rolling' }, 4, 0)).toEqual([]);
  expect(cutWindows([7], { scheme: 'disjoint' }, 4, 0)).toEqual([]);
});

test('whatever the scheme, no token is scored twice, none out of order, and every window fits', () => {
  const scheme: fc.Arbitrary<Windows> = fc.oneof(
    fc.constant({ scheme: 'disjoint' } as const),
    fc.constant({ scheme: 'rolling' } as const),
    fc.integer({ min: 1, max: 40 }).map((stride) => ({ scheme: 'stride', stride }) as const),
  );
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 200 }), fc.integer({ min: 2, max: 32 }), scheme, (n, nCtx, how) => {
      const windows = cutWindows(text(n), how, nCtx, -1);
      const scored = windows.flatMap(({ ids, from }) => ids.slice(from));
      expect(scored).toEqual([...new Set(scored)].sort((a, b) => a - b));
      for (const { ids, from } of windows) {
        expect(from).toBeGreaterThanOrEqual(1);
        expect(ids.length - 1).toBeLessThanOrEqual(nCtx);
        expect(ids.length).toBeGreaterThan(from);
      }
      if (how.scheme === 'rolling') expect(scored).toEqual(text(n));
    }),
  );
});
