import { existsSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Dataset } from '../datasets/dataset.js';
import { loadDataset } from '../datasets/load.js';
import { dataFolder, hasData, needsData } from '../testing/reference.js';
import type { AnyFinetuneTask, Label } from './finetune-task.js';
import { finetuneTasks } from './index.js';

const find = (name: string) => finetuneTasks.find((task) => task.name === name)!;
const datasetOf = (task: AnyFinetuneTask, split: string): Dataset<unknown> =>
  split === 'train' || split === 'dev' ? task[split] : task.further!.find(({ id }) => id === split)!.dataset;
const fetch = async (): Promise<string> => {
  throw new Error('tests use no network');
};
/** Segments and label of the first row. */
const begin = (task: AnyFinetuneTask, rows: readonly unknown[]) => ({
  segments: task
    .segments(rows[0])
    .map((text) => (typeof text === 'string' ? text : `${text.cuttable.slice(0, 24)}…${text.after}`)),
  label: task.label(rows[0]),
});

/** Task, split, a file of it, rows as published, and of the first row the beginnings of its segments and its label. */
const published: [string, string, string, number, string[], Label][] = [
  ['mnli', 'dev', 'glue/MNLI/dev_matched.jsonl', 9815, ['The new rights are n', 'Everyone really like'], 1],
  ['snli', 'dev', 'snli/validation.tsv', 9842, ['Two women are embrac', 'The sisters are hugg'], 1],
  ['snli', 'test', 'snli/test.tsv', 9824, ['This church choir si', 'The church has crack'], 1],
  [
    'scitail',
    'dev',
    'scitail/dev_preprocessed.txt',
    1304,
    ['An introduction to a', 'Replace another in a'],
    1,
  ],
  ['scitail', 'test', 'scitail/test.jsonl', 2126, ['Based on the list pr', 'If a substance has a'], 1],
  ['qnli', 'dev', 'glue/QNLI/dev.tsv', 5463, ['What came into force', 'As of that day, the '], 0],
  ['rte', 'train', 'glue/RTE/train.tsv', 2490, ['No Weapons of Mass D', 'Weapons of Mass Dest'], 1],
  ['rte', 'dev', 'glue/RTE/dev.tsv', 277, ['Dana Reeve, the wido', 'Christopher Reeve ha'], 1],
  [
    'story-cloze',
    'train',
    'story-cloze/cloze_test_val__spring2016.csv',
    1497,
    ['I decided to rent a ', 'I had a hard time fa', 'Overall I was dissat'],
    0,
  ],
  [
    'story-cloze',
    'dev',
    'story-cloze/cloze_test_val__spring2016.csv',
    374,
    ['Jackson had always a', 'He decided to have t', 'E spit out his beer.'],
    0,
  ],
  [
    'story-cloze',
    'test',
    'story-cloze/cloze_test_test__spring2016.csv',
    1871,
    ['My friends all love ', 'My friends decided t', 'The next weekend, I '],
    1,
  ],
  [
    'race',
    'dev',
    'race/dev',
    4887,
    [
      'One thinks of prince',
      'affected only the co',
      'sought to eliminate ',
      'promoted trade with ',
      'provides a financial',
    ],
    1,
  ],
  [
    'race',
    'test',
    'race/test',
    4934,
    ['Studies show that yo', 'harmful', 'easy', 'interesting', 'common'],
    3,
  ],
  [
    'race-middle',
    'dev',
    'race/dev/middle',
    1436,
    ['Many Chinese people ', 'English', 'Japanese', 'American', 'Chinese'],
    2,
  ],
  [
    'race-middle',
    'test',
    'race/test/middle',
    1436,
    [
      'Take a class at Dula',
      'take care of the who',
      'make sure that every',
      'make sure that nobod',
      'collect all the home',
    ],
    2,
  ],
  ['cola', 'train', 'glue/CoLA/in_domain_train.tsv', 8551, ["Our friends won't bu"], 1],
  ['cola', 'dev', 'glue/CoLA/in_domain_dev.tsv', 1043, ['The sailors rode the'], 1],
  ['sst2', 'train', 'glue/SST-2/train.tsv', 67349, ['hide new secretions '], 0],
  ['sst2', 'dev', 'glue/SST-2/dev.tsv', 872, ["it 's a charming and"], 1],
  ['sst2', 'test', 'glue/SST-2/sentences_test.tsv', 1821, ['no movement , no yuk'], 0],
  ['sst2-sentences', 'train', 'glue/SST-2/sentences_train.tsv', 6920, ['a stirring , funny a'], 1],
  ['sst2-sentences', 'dev', 'glue/SST-2/sentences_dev.tsv', 872, ['one long string of c'], 0],
  [
    'mrpc',
    'train',
    'glue/MRPC/msr_paraphrase_train.txt',
    3668,
    ['Amrozi accused his b', 'Referring to him as '],
    1,
  ],
  ['mrpc', 'dev', 'glue/MRPC/dev_glue408.tsv', 408, ['He said the foodserv', '"The foodservice pie'], 1],
  [
    'mrpc',
    'test',
    'glue/MRPC/msr_paraphrase_test.txt',
    1725,
    ["PCCW's chief operati", 'Current Chief Operat'],
    1,
  ],
  [
    'sts-b',
    'train',
    'glue/STS-B/sts-train.tsv',
    5749,
    ['A plane is taking of', 'An air plane is taki'],
    [0, 0, 0, 0, 0, 1],
  ],
  [
    'sts-b',
    'dev',
    'glue/STS-B/sts-dev.tsv',
    1500,
    ['A man with a hard ha', 'A man wearing a hard'],
    [0, 0, 0, 0, 0, 1],
  ],
  [
    'sts-b',
    'test',
    'glue/STS-B/sts-test.tsv',
    1379,
    ['A girl is styling he', 'A girl is brushing h'],
    [0, 0, 0.5, 0.5, 0, 0],
  ],
  [
    'sts-b-regression',
    'test',
    'glue/STS-B/sts-test.tsv',
    1379,
    ['A girl is styling he', 'A girl is brushing h'],
    2.5,
  ],
  ['wnli', 'train', 'glue/WNLI/train_part1.tsv', 635, ['I stuck a pin throug', 'The carrot had a hol'], 1],
  ['wnli', 'dev', 'glue/WNLI/dev.tsv', 71, ['The drain is clogged', 'The hair has to be c'], 0],
];

describe.skipIf(!hasData)(`published files${needsData}`, () => {
  test.each(published)('%s %s', { timeout: 60_000 }, async (name, split, file, count, segments, label) => {
    const task = find(name);
    expect(existsSync(path.join(dataFolder, file)), file).toBe(true);
    const { rows, source } = await loadDataset(datasetOf(task, split), { dataDir: dataFolder, fetch });
    expect(source).toBe('file');
    expect(rows).toHaveLength(count);
    const found = begin(task, rows);
    expect(found.label).toEqual(label);
    expect(found.segments.map((text) => text.slice(0, 20))).toEqual(segments);
  });
});
