/** Wikipedia by bytes and characters: enwik8 and text8. GPT-2 paper §3.1 and Table 3. */
import type { ByteSplit } from '../datasets/byte-split.js';
import type { Dataset } from '../datasets/dataset.js';
import { enwik8 as enwik8Dataset } from '../datasets/enwik8.js';
import { text8 as text8Dataset } from '../datasets/text8.js';
import {
  chosenReading,
  chosenWindows,
  countUnits,
  languageModelMetrics,
  type Measure,
  perByte,
  perCharacter,
  perToken,
  readingOption,
  windowDeviation,
  windowOptions,
} from './language-model.js';
import type { TaskDefinition } from './task.js';

/** What tells the two apart. */
interface WikipediaText {
  name: string;
  title: string;
  dataset: (split: ByteSplit) => Dataset<string>;
  /** What its length is counted in. */
  unit: 'bytes' | 'characters';
  /** The first one stands beside the paper's number. */
  measures: readonly Measure[];
  deviations: readonly string[];
}

function define({ name, title, dataset, unit, measures, deviations }: WikipediaText): TaskDefinition {
  return {
    name,
    options: [
      {
        name: 'split',
        choices: ['test', 'validation'],
        default: 'test',
        describe: `the last 5,000,000 ${unit}, or those before them`,
      },
      ...windowOptions('rolling'),
      readingOption,
    ],
    page: {
      asks: 'Every token of the text, given the ones before it.',
      scores: `Total nats / ln 2 / ${unit} of the text.`,
    },
    create(values) {
      const windows = chosenWindows(values);
      const { reading, readingDeviations } = chosenReading(values);
      return {
        kind: 'rolling',
        name,
        title,
        paper: { name: 'GPT-2', section: '§3.1', table: 'gpt2-table3' },
        version: 1,
        dataset: dataset(values.split as ByteSplit),
        windows,
        reading,
        texts: (pieces: readonly string[]) => {
          const text = pieces.join('');
          return [{ text, units: countUnits(text, 0) }];
        },
        metrics: (records) => languageModelMetrics(records, measures),
        deviations: [
          `The paper does not say which part it measured. Here it is the last 5,000,000 ${unit}, as is customary (the 5,000,000 before them with --split validation).`,
          ...deviations,
          windowDeviation(windows),
          ...readingDeviations,
        ],
      };
    },
  };
}

/** enwik8: XML of Wikipedia, in bits per byte. */
export const enwik8 = define({
  name: 'enwik8',
  title: 'XML of Wikipedia, by bytes (enwik8)',
  dataset: enwik8Dataset,
  unit: 'bytes',
  measures: [perByte, perCharacter, perToken],
  deviations: [],
});

/** text8: Wikipedia in small letters and spaces, in bits per character; every character is one byte. */
export const text8 = define({
  name: 'text8',
  title: 'Wikipedia in small letters, by characters (text8)',
  dataset: text8Dataset,
  unit: 'characters',
  measures: [perCharacter, perByte, perToken],
  deviations: [
    'Whether the paper undid the removal of capitals and punctuation is not said; here the text is as published.',
  ],
});
