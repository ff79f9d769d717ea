import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { type CnnDailymailRow, cnnDailymail, cnnDailymailShuffled } from '../datasets/cnn-dailymail.js';
import { dataFolder, hasData, needsData } from '../testing/reference.js';
import {
  type CnnDailymailRecord,
  cnnDailymailTask,
  createCnnDailymail,
  randomSentences,
} from './cnn-dailymail.js';
import type { GeneratedAnswer, RecordBase } from './task.js';

const row: CnnDailymailRow = {
  id: '5f',
  article:
    'The ferry stopped on Sunday. A bridge has taken over its traffic. It opened in March. The boat goes to a museum. Many people came to see it.',
  highlights: ['The ferry stopped on Sunday .', 'A bridge has taken over .'],
};

const wrote = (text: string): GeneratedAnswer => ({
  text,
  tokens: [],
  logProbs: [],
  ended: 'length',
  promptTokens: 0,
  truncatedTokens: 0,
});

const base: RecordBase = { index: 0, input: '', contextTokens: 0, scoredTokens: 0, truncatedTokens: 0 };
const task = createCnnDailymail({ hint: true, order: 'shuffled' });

function measure(records: readonly CnnDailymailRecord[]): Map<string, number> {
  const metrics = task.metrics(records.map((record) => ({ ...base, ...record })));
  return new Map(metrics.map(({ id, value }) => [id, value]));
}

describe('the prompt', () => {
  test('is the article, a line break and the hint, asked once; a long article loses its end', () => {
    expect(task.prompt(row, [])).toEqual({ cuttable: row.article, cutFrom: 'right', after: '\nTL;DR:' });
    expect(task.prompt(row, [' A summary.'])).toBeUndefined();
  });

  test('is the article alone without the hint', () => {
    const noHint = cnnDailymailTask.create({ hint: 'no', order: 'shuffled' });
    expect(noHint.kind === 'generate' && noHint.prompt(row, [])).toEqual({
      cuttable: row.article,
      cutFrom: 'right',
      after: undefined,
    });
    expect(noHint.deviations.length).toBe(task.deviations.length + 1);
  });
});

test('by default the hint is given and the articles are shuffled', () => {
  const defaults = Object.fromEntries(
    cnnDailymailTask.options.map((option) => [option.name, option.default]),
  );
  const created = cnnDailymailTask.create(defaults);
  expect(created.dataset).toBe(cnnDailymailShuffled);
  expect(created.kind === 'generate' && created.prompt(row, [])!.after).toBe('\nTL;DR:');
  expect(cnnDailymailTask.create({ ...defaults, order: 'file' }).dataset).toBe(cnnDailymail);
});

describe('the record', () => {
  test('keeps the first three sentences that the model wrote', () => {
    const text = ' The ferry stopped.\n\nA bridge opened. People came. More was said. And mo';
    expect(task.record(row, [wrote(text)]).summary).toEqual([
      'The ferry stopped.',
      'A bridge opened.',
      'People came.',
    ]);
  });

  test('of a model that repeats the highlights has 100 in every variant', () => {
    const metrics = measure([task.record(row, [wrote(row.highlights.join('\n'))])]);
    for (const id of ['rouge1', 'rouge2', 'rougeL', 'rougeLsum', 'rougeAvg'])
      expect([id, metrics.get(id)]).toEqual([id, expect.closeTo(100, 8)]);
  });

  test('of a model that wrote nothing has 0', () => {
    const record = task.record(row, [wrote(' \n')]);
    expect(record.summary).toEqual([]);
    expect(measure([record]).get('rougeAvg')).toBe(0);
  });

  // 16 words of Lede-3 and 10 of the highlights by hand: all 10 words in common, and all 9 pairs.
  test('has Lede-3 and Random-3 with and without a model', () => {
    const metrics = measure([task.record(row, [])]);
    expect([...metrics.keys()].filter((id) => !/^(lede3|random3)_/.test(id))).toEqual([]);
    const f1 = (common: number, summary: number, reference: number) => (200 * common) / (summary + reference);
    expect(metrics.get('lede3_rouge1')).toBeCloseTo(f1(10, 16, 10), 8);
    expect(metrics.get('lede3_rouge2')).toBeCloseTo(f1(9, 15, 9), 8);
    expect(metrics.get('lede3_rougeL')).toBeCloseTo(f1(10, 16, 10), 8);
    expect(metrics.get('lede3_rougeLsum')).toBeCloseTo(f1(10, 16, 10), 8);
    const answered = task.record(row, [wrote(' A bridge.')]);
    expect(answered.lede3).toEqual(task.record(row, []).lede3);
    expect(answered.random3).toEqual(task.record(row, []).random3);
  });
});

describe('Random-3', () => {
  const sentences = ['a', 'b', 'c', 'd', 'e', 'f'];

  test('draws three different sentences, in their order, the same for the same article', () => {
    for (let article = 0; article < 50; article++) {
      const drawn = randomSentences(sentences, `article ${article}`);
      expect(drawn).toEqual([...new Set(drawn)].sort());
      expect(drawn).toHaveLength(3);
      expect(randomSentences(sentences, `article ${article}`)).toEqual(drawn);
    }
  });

  test('draws every sentence equally often: 1,500 ± 6 standard deviations of 27.4 out of 3,000 draws', () => {
    const counts = new Map(sentences.map((sentence) => [sentence, 0]));
    for (let article = 0; article < 3000; article++)
      for (const sentence of randomSentences(sentences, `article ${article}`))
        counts.set(sentence, counts.get(sentence)! + 1);
    for (const count of counts.values()) expect(Math.abs(count - 1500)).toBeLessThan(165);
  });

  test('takes what there is of a short article', () => {
    expect(randomSentences(['a', 'b'], 'x')).toEqual(['a', 'b']);
    expect(randomSentences([], 'x')).toEqual([]);
  });
});

// An independent ROUGE in Python (NLTK's Porter stemmer, rule-based sentence splitter) on the same 500 articles.
describe.skipIf(!hasData)(`on the first 500 published articles${needsData}`, () => {
  let metrics: Map<string, number>;
  beforeAll(async () => {
    const rows = await cnnDailymail.read([path.join(dataFolder, 'cnn-dailymail', 'cnn_dailymail_test.csv')]);
    metrics = measure(rows.map((article) => task.record(article, [])));
  }, 60_000);

  test.each([
    ['lede3_rouge1', 30.25],
    ['lede3_rouge2', 11.92],
    ['lede3_rougeL', 20.72],
    ['lede3_rougeLsum', 27.01],
  ])('%s is %d ± 0.3', (id, value) => {
    expect(Math.abs(metrics.get(id)! - value)).toBeLessThan(0.3);
  });

  // Another draw of sentences: the standard error of a mean of 500 articles is about 0.4.
  test.each([
    ['random3_rouge1', 23.53],
    ['random3_rouge2', 6.29],
    ['random3_rougeL', 15.48],
    ['random3_rougeLsum', 20.71],
  ])('%s is %d ± 1.2', (id, value) => {
    expect(Math.abs(metrics.get(id)! - value)).toBeLessThan(1.2);
  });
});
