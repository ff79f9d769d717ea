import { describe, expect, test } from 'vitest';
import { heldOutWindows, measureHeldOut, perplexityOf, scatterWindows, spreadWindows } from './held-out.js';

const documents = [
  { name: 'a', start: 1, end: 20, words: 10 },
  { name: 'b', start: 21, end: 24, words: 2 },
];

describe('windows over held-out documents', () => {
  test.each([
    [6, 3],
    [6, 5],
    [8, 1],
    [100, 50],
  ])('of length %i and stride %i predict every token once, with context', (length, stride) => {
    const windows = heldOutWindows(documents, true, length, stride);
    const targets = windows.flatMap(({ from, end }) =>
      Array.from({ length: end - from }, (_, i) => from + i),
    );
    const expected = documents.flatMap(({ start, end }) =>
      Array.from({ length: end - start }, (_, i) => start + i),
    );
    expect(targets).toEqual(expected);
    for (const { start, from, end } of windows) {
      expect(end - start).toBeLessThanOrEqual(length);
      const document = documents.find((one) => from >= one.start && from < one.end)!;
      const available = from - (document.start - 1);
      expect(from - start).toBeGreaterThanOrEqual(Math.min(available, length - stride));
      expect(start).toBeGreaterThanOrEqual(document.start - 1);
    }
  });

  test('without a separator leave a document’s first token out', () => {
    const [window] = heldOutWindows([{ name: 'a', start: 0, end: 4, words: 1 }], false, 8, 4);
    expect(window).toEqual({ start: 0, end: 4, from: 1 });
  });

  test('are thinned out evenly, without repetition', () => {
    const windows = heldOutWindows([{ name: 'a', start: 1, end: 1001, words: 1 }], true, 10, 9);
    const some = spreadWindows(windows, 0.2);
    expect(new Set(some).size).toBe(Math.round(windows.length * 0.2));
    const gaps = some.slice(1).map(({ start }, index) => start - some[index]!.start);
    expect(Math.max(...gaps) - Math.min(...gaps)).toBeLessThanOrEqual(9);
    expect(spreadWindows(windows, 1)).toEqual(windows);
  });
});

test('every beginning of scattered windows is spread over the text', () => {
  const windows = heldOutWindows([{ name: 'a', start: 1, end: 1001, words: 1 }], true, 10, 9);
  const scattered = scatterWindows(windows);
  expect(new Set(scattered)).toEqual(new Set(windows));
  for (const count of [5, 10, 40]) {
    const places = scattered.slice(0, count).map(({ start }) => start);
    const gaps = [0, ...places.toSorted((a, b) => a - b), 1001].map(
      (at, index, all) => at - (all[index - 1] ?? 0),
    );
    expect(Math.max(...gaps)).toBeLessThan((3 * 1001) / count);
  }
});

test('measuring that is cut short says how many windows it is about', async () => {
  const corpus = { tokens: new Uint16Array(24), documents };
  const score = async (sequences: readonly number[][]) =>
    sequences.map((ids) => new Float32Array(ids.length - 1).fill(-1));
  const windows = heldOutWindows(documents, true, 6, 2);
  const part = await measureHeldOut(corpus, windows, 2, score, (done) => done === 0);
  expect(part).toMatchObject({ windows: 2, nllPerToken: 1 });
  expect(await measureHeldOut(corpus, windows, 2, score, () => false)).toBeUndefined();
  expect((await measureHeldOut(corpus, windows, 4, score))!.windows).toBe(windows.length);
});

test('measuring adds up just the counted tokens', async () => {
  const tokens = Uint16Array.from({ length: 24 }, (_, index) => index);
  const corpus = { tokens, documents };
  // A model by which token i has the probability exp(−i/10).
  const score = async (sequences: readonly number[][]) =>
    sequences.map((ids) => Float32Array.from(ids.slice(1), (id) => -id / 10));
  const result = await measureHeldOut(corpus, heldOutWindows(documents, true, 6, 2), 2, score);
  const counted = [...tokens].filter((id) => id !== 0 && id !== 20);
  const nll = counted.reduce((sum, id) => sum + id / 10, 0);
  expect(result!.tokens).toBe(22);
  expect(result!.nllPerToken).toBeCloseTo(nll / 22, 6);
  expect(result!.perTokenPerplexity).toBeCloseTo(Math.exp(nll / 22), 5);
  expect(Math.log(result!.perWordPerplexity)).toBeCloseTo(nll / 12, 5);
});

test('perplexity per word is that of the tokens to the power of tokens per word', () => {
  const part = perplexityOf(4 * Math.log(3), 4, documents);
  expect(part.perTokenPerplexity).toBeCloseTo(3, 10);
  expect(part.perWordPerplexity).toBeCloseTo(3 ** (22 / 12), 10);
});
