import { describe, expect, test } from 'vitest';
import {
  chosenWindows,
  countUnits,
  languageModelMetrics,
  perByte,
  perCharacter,
  perToken,
  perWord,
  perWordAndLine,
} from './language-model.js';
import type { RecordBase, WindowRecord } from './task.js';

const none = { words: 0, lines: 0, bytes: 0, characters: 0 };
const record = (
  text: number,
  nats: number,
  scoredTokens: number,
  units = none,
): RecordBase & WindowRecord => ({
  index: 0,
  input: '0000000000000000',
  contextTokens: 1,
  scoredTokens,
  truncatedTokens: 0,
  text,
  nats,
  units,
});

test('a text is counted in words, line ends, bytes and code points', () => {
  expect(countUnits(' é 中文 😀 \n', 1)).toEqual({ words: 3, lines: 1, bytes: 17, characters: 9 });
});

// 8 nats over 4 tokens, 3 words, 15 bytes: e^2, e^(8/3), 8 / (15 ln 2).
describe('8 nats in two windows of one text', () => {
  const units = { words: 3, lines: 1, bytes: 15, characters: 12 };
  const records = [record(0, 3, 2, units), record(0, 5, 2)];

  test.each([
    [perToken, 7.3890561, 4],
    [perWord, 14.3919161, 3],
    [perWordAndLine, 7.3890561, 4],
    [perByte, 0.76943736, 15],
    [perCharacter, 0.9617967, 12],
  ])('$id', (measure, value, n) => {
    const [metric] = languageModelMetrics(records, [measure]);
    expect(metric!.value).toBeCloseTo(value, 6);
    expect(metric).toMatchObject({ id: measure.id, n, standardError: null, higherIsBetter: false });
  });
});

test('the standard error over texts is that of a ratio, times the slope of the metric', () => {
  const words = (count: number) => ({ ...none, words: count, bytes: 4 * count });
  // numpy 2.4.6: sqrt(3/2 * sum((nats - 19/7 * words)**2)) / 7 = 0.30815651; perplexity times that.
  const records = [record(0, 4, 3, words(2)), record(1, 9, 4, words(3)), record(2, 6, 3, words(2))];
  const [perplexity, bits] = languageModelMetrics(records, [perWord, perByte]);
  expect(perplexity!.value).toBeCloseTo(Math.exp(19 / 7), 10);
  expect(perplexity!.standardError).toBeCloseTo(4.65126038, 7);
  expect(bits!.standardError).toBeCloseTo(0.30815651 / 4 / Math.LN2, 7);
});

test('a text without words has no perplexity', () => {
  expect(() => languageModelMetrics([record(0, 1, 1)], [perWord])).toThrow('nothing to divide by');
});

test('the windows follow the options', () => {
  expect(chosenWindows({ windows: 'rolling', stride: '512' })).toEqual({ scheme: 'rolling' });
  expect(chosenWindows({ windows: 'stride', stride: '32' })).toEqual({ scheme: 'stride', stride: 32 });
});
