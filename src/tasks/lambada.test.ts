import { describe, expect, test } from 'vitest';
import { loadDataset } from '../datasets/load.js';
import { lambada, lambadaTokenised } from './lambada.js';
import { isStopWord, stopWordContinuations } from './stop-words.js';
import type { LoglikelihoodAnswer } from './task.js';

const noHub = () => Promise.reject(new Error('no hub in this test'));

test('the samples are in the formats of the published files', async () => {
  for (const { dataset } of [lambada, lambadaTokenised]) {
    const { rows } = await loadDataset(dataset, { data: 'sample', fetch: noHub });
    expect(rows.length).toBeGreaterThanOrEqual(24);
  }
});

/** An answer about a word of the given tokens; the model's best tokens and best allowed tokens are given. */
function answerFor(
  tokens: number[],
  argMax: number[],
  bestAllowed: number[],
  { logProb = -5, allowedLogProb = -1 } = {},
): [LoglikelihoodAnswer] {
  const answer = {
    tokens,
    argMax,
    bestAllowed,
    logProbs: tokens.map(() => logProb),
    bestAllowedLogProb: bestAllowed.map(() => allowedLogProb),
    contextTokens: 10,
    truncatedTokens: 0,
    decode: (ids: ArrayLike<number>) => Array.from(ids).join('-'),
  };
  return [answer];
}

describe('the three accuracies', () => {
  const row = { context: 'a context', word: 'word' };

  test('a word counts as whole only when every token is the most probable one', () => {
    const record = lambada.record(row, answerFor([7, 8], [1, 8], [1, 8]));
    expect(record).toMatchObject({
      wholeWord: false,
      lastToken: true,
      stopWordFilter: false,
      predicted: '1-8',
    });
    expect(record.logProb).toBe(-10);
    expect(lambada.record(row, answerFor([7, 8], [7, 8], [7, 8]))).toMatchObject({
      wholeWord: true,
      lastToken: true,
    });
  });

  test('a stop word that is more probable is skipped, any other word is not', () => {
    expect(lambada.record(row, answerFor([7], [262], [7])).stopWordFilter).toBe(true);
    expect(lambada.record(row, answerFor([7], [262], [9])).stopWordFilter).toBe(false);
  });

  test('only the first token may be a skipped one', () => {
    expect(lambada.record(row, answerFor([7, 8], [262, 1], [7, 8])).stopWordFilter).toBe(false);
  });

  test('a word that begins like a stop word is compared whole, and not skipped', () => {
    const better = { logProb: -0.5, allowedLogProb: -1 };
    expect(lambada.record(row, answerFor([262, 8], [262, 8], [9, 8], better)).stopWordFilter).toBe(true);
    const worse = { logProb: -2, allowedLogProb: -1 };
    expect(lambada.record(row, answerFor([262, 8], [262, 8], [9, 8], worse)).stopWordFilter).toBe(false);
  });

  test('a last word that is itself a stop word can never be right with the filter', () => {
    const record = lambada.record({ context: 'a context', word: 'Him' }, answerFor([7], [7], [7]));
    expect(record).toMatchObject({ wholeWord: true, stopWordFilter: false });
  });
});

test('the list has 127 stop words and their capitalised forms', () => {
  expect(stopWordContinuations).toHaveLength(254);
  expect(stopWordContinuations).toContain(' The');
  expect(isStopWord('Ourselves')).toBe(true);
  expect(isStopWord('than')).toBe(true);
  expect(isStopWord('signs')).toBe(false);
});
