/** text8: Wikipedia in small letters and spaces, in bits per character. GPT-2 paper §3.1 and Table 3. */
import type { ByteSplit } from '../datasets/byte-split.js';
import { text8 as text8Dataset } from '../datasets/text8.js';
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

function text8Task(values: Readonly<Record<string, string>>): RollingTask<string> {
  const windows = chosenWindows(values);
  return {
    kind: 'rolling',
    name: 'text8',
    title: 'Wikipedia in small letters, by characters (text8)',
    paper: { name: 'GPT-2', section: '§3.1', table: 'gpt2-table3' },
    version: 1,
    dataset: text8Dataset(values.split as ByteSplit),
    windows,
    texts: (pieces) => {
      const text = pieces.join('');
      return [{ text, units: countUnits(text, 0) }];
    },
    // Every character is one byte: the two agree.
    metrics: (records) => languageModelMetrics(records, [perCharacter, perByte, perToken]),
    deviations: [
      'The paper does not say which part it measured. Here it is the last 5,000,000 characters, as is customary (the 5,000,000 before them with --split validation).',
      'Whether the paper undid the removal of capitals and punctuation is not said; here the text is as published.',
      windowDeviation(windows),
    ],
  };
}

/** text8. */
export const text8: TaskDefinition = {
  name: 'text8',
  options: [
    {
      name: 'split',
      choices: ['test', 'validation'],
      default: 'test',
      describe: 'the last 5,000,000 characters, or those before them',
    },
    ...windowOptions('rolling'),
  ],
  page: {
    asks: 'Every token of the text, given the ones before it.',
    scores: 'Total nats / ln 2 / characters of the text.',
    others: [
      {
        setting: 'gpt2, settings not stated; twice the value of the paper, so perhaps in another unit',
        value: '2.29',
        source: 'huggingface/transformers#13786',
      },
    ],
  },
  create: text8Task,
};
