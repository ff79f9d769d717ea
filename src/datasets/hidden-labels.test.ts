import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type WrittenData, writtenData } from '../testing/damaged-data.js';
import { colaDev, colaTrain } from './cola.js';
import type { Dataset } from './dataset.js';
import { mnliDevMatched, mnliTrain } from './mnli.js';
import { mrpcDev, mrpcTrain } from './mrpc.js';
import { qnliDev, qnliTrain } from './qnli.js';
import { qqpDev, qqpTrain } from './qqp.js';
import { rteDev, rteTrain } from './rte.js';
import { sst2Dev, sst2SentencesDev, sst2Train } from './sst2.js';
import { storyClozeTest } from './story-cloze.js';
import { stsBDev, stsBTrain } from './sts-b.js';
import { wnliDev, wnliTrain } from './wnli.js';

let data: WrittenData;
beforeAll(async () => {
  data = await writtenData();
});
afterAll(() => data.remove());

const columns = (...cells: string[]) => cells.join('\t');

describe('a test file without labels is told from a damaged one, and what it is for is said', () => {
  test.each<[string, Dataset<unknown>[], string, string]>([
    ['CoLA', [colaTrain, colaDev], columns('index', 'sentence'), columns('0', 'It rained.')],
    [
      'SST-2',
      [sst2Train, sst2Dev, sst2SentencesDev],
      columns('index', 'sentence'),
      columns('0', 'it rained . '),
    ],
    [
      'MRPC',
      [mrpcTrain, mrpcDev],
      columns('index', '#1 ID', '#2 ID', '#1 String', '#2 String'),
      columns('0', '1', '2', 'It rained.', 'It snowed.'),
    ],
    [
      'STS-B',
      [stsBTrain, stsBDev],
      columns(
        'index',
        'genre',
        'filename',
        'year',
        'old_index',
        'source1',
        'source2',
        'sentence1',
        'sentence2',
      ),
      columns('0', 'news', 'x', '2015', '1', 'a', 'b', 'It rained.', 'It snowed.'),
    ],
    ['QQP', [qqpTrain, qqpDev], columns('id', 'question1', 'question2'), columns('0', 'Why?', 'Who?')],
    [
      'MNLI',
      [mnliTrain, mnliDevMatched],
      columns('index', 'genre', 'sentence1', 'sentence2'),
      columns('0', 'slate', 'It rained.', 'It snowed.'),
    ],
    ['QNLI', [qnliTrain, qnliDev], columns('index', 'question', 'sentence'), columns('0', 'Why?', 'So.')],
    [
      'RTE and WNLI',
      [rteTrain, rteDev, wnliTrain, wnliDev],
      columns('index', 'sentence1', 'sentence2'),
      columns('0', 'It rained.', 'It snowed.'),
    ],
  ])('%s', async (_, datasets, header, line) => {
    for (const dataset of datasets) {
      const { message, hint } = await data.refusal(dataset, 'test.tsv', `${header}\n${line}\n`);
      expect(message).toMatch(/line 1: the column \w+ is missing, as in test files/);
      expect(hint).toMatch(/not public.*--predict/);
    }
  });

  test('Story Cloze', async () => {
    const sentences = [1, 2, 3, 4].map((number) => `InputSentence${number}`);
    const endings = [1, 2].map((number) => `RandomFifthSentenceQuiz${number}`);
    const header = ['InputStoryid', ...sentences, ...endings].join(',');
    const content = `${header}\ns1,A.,B.,C.,D.,E.,F.\n`;
    const { message, hint } = await data.refusal(storyClozeTest, 'stories.csv', content);
    expect(message).toContain('line 1: the column AnswerRightEnding is missing, as in test files');
    expect(hint).toContain('--predict');
  });
});
