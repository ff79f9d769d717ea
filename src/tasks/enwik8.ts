/** enwik8: XML of Wikipedia, in bits per byte. GPT-2 paper §3.1 and Table 3. */
import type { ByteSplit } from '../datasets/byte-split.js';
import { enwik8 as enwik8Dataset } from '../datasets/enwik8.js';
import {
  chosenWindows,
  countUnits,
  languageModelMetrics,
  perByte,
  perCharacter,
  perToken,
  windowDeviation,
  windowOptions,
} from './language-model.js';
import type { RollingTask, TaskDefinition } from './task.js';

function enwik8Task(values: Readonly<Record<string, string>>): RollingTask<string> {
  const windows = chosenWindows(values);
  return {
    kind: 'rolling',
    name: 'enwik8',
    title: 'XML of Wikipedia, by bytes (enwik8)',
    paper: { name: 'GPT-2', section: '§3.1', table: 'gpt2-table3' },
    version: 1,
    dataset: enwik8Dataset(values.split as ByteSplit),
    windows,
    texts: (pieces) => {
      const text = pieces.join('');
      return [{ text, units: countUnits(text, 0) }];
    },
    metrics: (records) => languageModelMetrics(records, [perByte, perCharacter, perToken]),
    deviations: [
      'The paper does not say which part it measured. Here it is the last 5,000,000 bytes, as is customary (the 5,000,000 before them with --split validation).',
      windowDeviation(windows),
    ],
  };
}

/** enwik8. */
export const enwik8: TaskDefinition = {
  name: 'enwik8',
  options: [
    {
      name: 'split',
      choices: ['test', 'validation'],
      default: 'test',
      describe: 'the last 5,000,000 bytes, or those before them',
    },
    ...windowOptions('rolling'),
  ],
  page: {
    asks: 'Every token of the text, given the ones before it.',
    scores: 'Total nats / ln 2 / bytes of the text.',
    others: [
      {
        setting: 'gpt2, settings not stated; twice the value of the paper, so perhaps in another unit',
        value: '2.23',
        source: 'huggingface/transformers#13786',
      },
    ],
  },
  create: enwik8Task,
};
