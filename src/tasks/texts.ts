/**
 * Perplexity of any text. With texts that a model was trained on beside texts that it was not, by size: Figure 4 of the GPT-2 paper, which
 * shows both to fall together.
 */
import { runningTexts } from '../datasets/texts.js';
import {
  chosenReading,
  chosenWindows,
  countUnits,
  languageModelMetrics,
  perByte,
  perToken,
  perWord,
  readingOption,
  windowDeviation,
  windowOptions,
} from './language-model.js';
import type { RollingTask, TaskDefinition } from './task.js';

function textsTask(values: Readonly<Record<string, string>>): RollingTask<{ text: string }> {
  const windows = chosenWindows(values);
  const { reading, readingDeviations } = chosenReading(values);
  return {
    kind: 'rolling',
    name: 'texts',
    title: 'perplexity of any text',
    paper: { name: 'GPT-2', section: '§4, Figure 4', table: 'gpt2-text' },
    version: 1,
    dataset: runningTexts,
    windows,
    reading,
    texts: (rows) => rows.map(({ text }) => ({ text, units: countUnits(text, text.split('\n').length - 1) })),
    metrics: (records) => languageModelMetrics(records, [perToken, perWord, perByte]),
    deviations: [
      'The paper has WebText, which was never published, and does not say how much of it was measured.',
      windowDeviation(windows),
      ...readingDeviations,
    ],
  };
}

/** Texts as `gpt eval` lists them. */
export const texts: TaskDefinition = {
  name: 'texts',
  options: [
    {
      name: 'trained-on',
      choices: ['no', 'yes'],
      default: 'no',
      describe:
        'whether the model has read these texts in training: only said, so that results of both kinds stand apart',
    },
    readingOption,
    ...windowOptions('rolling'),
  ],
  page: {
    asks: 'Every token of every text, given the ones before it. Each file is a text of its own.',
    scores:
      'exp(total nats / tokens), which compares models of one tokenizer; per word and per byte, which compares all.',
  },
  create: textsTask,
};
