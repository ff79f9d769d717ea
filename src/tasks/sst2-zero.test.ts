import path from 'node:path';
import { expect, test } from 'vitest';
import { loadDataset } from '../datasets/load.js';
import type { Sst2Row } from '../datasets/sst2.js';
import { dataFolder, hasData, needsData } from '../testing/reference.js';
import { loadTokenizer } from '../tokenizers/load.js';
import { createTask } from './find.js';
import { type Sst2ZeroRecord, sst2Zero } from './sst2-zero.js';
import type { ChoiceTask, RecordBase } from './task.js';

const task = createTask(sst2Zero) as ChoiceTask<Sst2Row, Sst2ZeroRecord>;

test('the sentence, "very", and one of two words', () => {
  expect(task.request({ sentence: 'a quiet , patient film . ', label: 1 })).toEqual({
    context: 'a quiet , patient film . very',
    options: [' negative', ' positive'],
  });
});

const vocabulary = path.join(dataFolder, 'tokenizers', 'gpt1');

test.skipIf(!hasData)(`in GPT-1’s vocabulary all three words are one token each${needsData}`, async () => {
  const tokenizer = await loadTokenizer(vocabulary, { architecture: 'gpt1' });
  const { context, options } = task.request({ sentence: 'it was long', label: 0 });
  const [negative, positive] = options.map((option) => tokenizer.encode(context + option));
  // openai/finetune-transformer-lm: positions of very</w>, negative</w> and positive</w> in encoder_bpe_40000.json.
  expect(negative!.slice(-2)).toEqual([963, 9503]);
  expect(positive!.slice(-2)).toEqual([963, 6353]);
  expect(tokenizer.encode(context)).toEqual(positive!.slice(0, -1));
});

test('the more probable word is the answer, and a draw is not right', () => {
  const answer = (logProb: number) => ({
    ...{ tokens: [1], logProbs: [logProb], argMax: [0], contextTokens: 3, truncatedTokens: 0 },
    decode: () => '',
  });
  const record = task.record({ sentence: '', label: 1 }, [answer(-3), answer(-2)]);
  expect(record).toEqual({ target: 'positive', predicted: 'positive', label: 1, logProbs: [-3, -2] });
  const base = { index: 0, input: '', contextTokens: 3, scoredTokens: 2, truncatedTokens: 0 };
  const records: (RecordBase & Sst2ZeroRecord)[] = [
    { ...base, ...record },
    { ...base, ...record, target: 'negative', label: 0 },
    { ...base, ...record },
    { ...base, ...record, logProbs: [-2, -2] },
  ];
  const [accuracy, normalised, positive] = task.metrics(records);
  expect(accuracy).toMatchObject({ id: 'accuracy', value: 50, unit: 'percent', n: 4 });
  expect(normalised).toMatchObject({ id: 'normalised', value: 0, unit: 'share' });
  expect(positive).toMatchObject({ id: 'predicted_positive', value: 100 });
});

test.skipIf(!hasData)(`both splits can be asked${needsData}`, async () => {
  const fetch = () => Promise.reject(new Error('no hub in this test'));
  for (const [split, count, positive] of [
    ['dev', 872, 444],
    ['test', 1821, 909],
  ] as const) {
    const { dataset, request } = createTask(sst2Zero, { split }) as typeof task;
    const { rows } = await loadDataset(dataset, { dataDir: dataFolder, fetch });
    expect(rows).toHaveLength(count);
    expect(rows.filter(({ label }) => label === 1)).toHaveLength(positive);
    for (const row of rows) expect(request(row).context).toMatch(/\S very$/);
  }
});
