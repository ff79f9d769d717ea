import { parquetWriteBuffer } from 'hyparquet-writer';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type WrittenData, writtenData } from '../testing/damaged-data.js';
import { colaDev, colaTrain } from './cola.js';
import type { Dataset } from './dataset.js';
import { mnliDevMatched, mnliTrain } from './mnli.js';
import { mrpcDev, mrpcTest, mrpcTrain } from './mrpc.js';
import { qnliDev, qnliTrain } from './qnli.js';
import { qqpDev, qqpTrain } from './qqp.js';
import { race } from './race.js';
import { rteDev, rteTrain } from './rte.js';
import { scitailDev, scitailTrain } from './scitail.js';
import { snliDev, snliTrain } from './snli.js';
import { sst2Dev, sst2Train } from './sst2.js';
import { stsBDev, stsBTrain } from './sts-b.js';
import { wnliDev, wnliTrain } from './wnli.js';

let data: WrittenData;
beforeAll(async () => {
  data = await writtenData();
});
afterAll(() => data.remove());

describe('a bad row of a Parquet file, as the hub has them, is refused with its number', () => {
  const column = (name: string, data: (string | bigint | number)[]) => ({
    ...{ name, data },
    type: { string: 'STRING' as const, bigint: 'INT64' as const, number: 'FLOAT' as const }[
      typeof data[0] as 'string' | 'bigint' | 'number'
    ],
  });
  const parquet = (...columnData: ReturnType<typeof column>[]) =>
    new Uint8Array(parquetWriteBuffer({ columnData }));
  const threeWay = '0 (entailment) or 1 (neutral) or 2 (contradiction)';
  const entailed = '0 (entailment) or 1 (not_entailment)';
  const pair = ['sentence1', 'sentence2'];
  const claim = ['premise', 'hypothesis'];
  const numbers = { good: 1n as bigint | string, bad: 7n as bigint | string, hidden: -1n as bigint | string };

  test.each<[string, Dataset<unknown>[], string[], typeof numbers, string]>([
    ['CoLA', [colaTrain, colaDev], ['sentence'], numbers, '0 (unacceptable) or 1 (acceptable)'],
    ['SST-2', [sst2Train, sst2Dev], ['sentence'], numbers, '0 (negative) or 1 (positive)'],
    ['MRPC', [mrpcTrain, mrpcDev, mrpcTest], pair, numbers, '0 (not_equivalent) or 1 (equivalent)'],
    ['QQP', [qqpTrain, qqpDev], ['question1', 'question2'], numbers, '0 (not_duplicate) or 1 (duplicate)'],
    ['MNLI', [mnliTrain, mnliDevMatched], claim, numbers, threeWay],
    ['QNLI', [qnliTrain, qnliDev], ['question', 'sentence'], numbers, entailed],
    ['RTE', [rteTrain, rteDev], pair, numbers, entailed],
    ['WNLI', [wnliTrain, wnliDev], pair, numbers, '0 (not_entailment) or 1 (entailment)'],
    ['SNLI', [snliTrain, snliDev], claim, { ...numbers, hidden: 7n }, threeWay],
    [
      'SciTail',
      [scitailTrain, scitailDev],
      claim,
      { good: 'entails', bad: 'perhaps', hidden: '-1' },
      '0 (entails) or 1 (neutral)',
    ],
  ])('%s', async (_, datasets, texts, { good, bad, hidden }, accepted) => {
    const file = (label: bigint | string, text = 'It was wet.') =>
      parquet(...texts.map((name) => column(name, ['It rained.', text])), column('label', [good, label]));
    for (const dataset of datasets) {
      const name = 'part.parquet';
      expect(await data.load(dataset, name, file(good))).toHaveLength(2);
      const wrong = await data.refusal(dataset, name, file(bad));
      expect(wrong.problem).toMatchObject({ at: 'row 2', expected: accepted, found: `"${bad}"` });
      if (hidden !== bad)
        expect((await data.refusal(dataset, name, file(hidden))).hint).toContain('--predict');
      if (!dataset.name.startsWith('QQP')) {
        const empty = await data.refusal(dataset, name, file(good, ''));
        expect(empty.problem).toMatchObject({ at: 'row 2', problem: expect.stringMatching(/ is empty\.$/) });
      }
      const without = parquet(...texts.map((text) => column(text, ['It rained.'])));
      expect((await data.refusal(dataset, name, without)).message).toMatch(
        /the column \w+ is missing, as in test files.*Expected .*label/,
      );
    }
  });

  test('STS-B', async () => {
    const file = (label: number, text = 'It was wet.') =>
      parquet(...pair.map((name) => column(name, ['It rained.', text])), column('label', [2.5, label]));
    for (const dataset of [stsBTrain, stsBDev]) {
      const wrong = await data.refusal(dataset, 'part.parquet', file(5.5));
      expect(wrong.problem).toMatchObject({ at: 'row 2', expected: 'a number from 0 to 5', found: '"5.5"' });
      expect((await data.refusal(dataset, 'part.parquet', file(-1))).hint).toContain('--predict');
      expect((await data.refusal(dataset, 'part.parquet', file(1, ''))).problem.problem).toBe(
        'sentence1 is empty.',
      );
    }
  });

  test('RACE', async () => {
    const file = (answer: string, article = 'Tom fed the goat.') =>
      new Uint8Array(
        parquetWriteBuffer({
          columnData: [
            { name: 'example_id', data: ['high1.txt'], type: 'STRING' },
            { name: 'article', data: [article], type: 'STRING' },
            { name: 'answer', data: [answer], type: 'STRING' },
            { name: 'question', data: ['Who was fed?'], type: 'STRING' },
            { name: 'options', data: [['the goat', 'Tom', 'nobody', 'a cow']], type: 'JSON' },
          ],
        }),
      );
    expect(await data.load(race({ split: 'dev', level: 'all' }), 'part.parquet', file('A'))).toHaveLength(1);
    const wrong = await data.refusal(race({ split: 'dev', level: 'all' }), 'part.parquet', file('E'));
    expect(wrong.problem).toMatchObject({ at: 'row 1', expected: 'A to D', found: '"E"' });
    expect(
      (await data.refusal(race({ split: 'dev', level: 'all' }), 'part.parquet', file('A', ' '))).message,
    ).toContain('article is empty');
  });
});
