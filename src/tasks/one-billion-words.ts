/**
 * One Billion Word Benchmark: single sentences of news. GPT-2 paper §3.1 and Table 3; the one data set of the table on which
 * GPT-2 stays behind the state of the art, because its order destroys everything beyond the sentence.
 */
import { detokenize, oneBillionWordsRules } from '../datasets/detokenizers.js';
import { oneBillionWords as oneBillionWordsDataset } from '../datasets/one-billion-words.js';
import {
  chosenReading,
  chosenWindows,
  countUnits,
  languageModelMetrics,
  perByte,
  perToken,
  perWord,
  perWordAndLine,
  readingOption,
  windowDeviation,
  windowOptions,
} from './language-model.js';
import type { RollingTask, TaskDefinition } from './task.js';

function oneBillionWordsTask(values: Readonly<Record<string, string>>): RollingTask<string> {
  const windows = chosenWindows(values);
  const { reading, readingDeviations } = chosenReading(values);
  const detokenized = values.text === 'detokenized';
  const bySentence = values.documents === 'sentence';
  const present = (sentence: string) =>
    `${detokenized ? detokenize(sentence, oneBillionWordsRules) : sentence}\n`;
  return {
    kind: 'rolling',
    name: '1bw',
    title: 'shuffled sentences of news (One Billion Word)',
    paper: { name: 'GPT-2', section: '§3.1', table: 'gpt2-table3' },
    version: 1,
    dataset: oneBillionWordsDataset,
    windows,
    reading,
    // The line end belongs to the text: it is counted as a word, so it has to be predicted.
    texts: (sentences) =>
      bySentence
        ? sentences.map((sentence) => ({ text: present(sentence), units: countUnits(`${sentence}\n`, 1) }))
        : [
            {
              text: sentences.map(present).join(''),
              units: countUnits(sentences.map((sentence) => `${sentence}\n`).join(''), sentences.length),
            },
          ],
    metrics: (records) =>
      languageModelMetrics(records, [{ ...perWordAndLine, id: 'perplexity' }, perWord, perToken, perByte]),
    deviations: [
      detokenized
        ? "The paper's de-tokenizers were not published; the rules are those of the code bases of diffusion language models."
        : 'The paper undoes the tokenisation of the text first, by rules that were not published; this does not.',
      bySentence
        ? 'The paper does not say how sentences were put together. Here each is scored by itself: their order in the file is random.'
        : 'The paper does not say how sentences were put together. Here all are one text, in the random order of the file.',
      'The paper does not say whether line ends count. Here each is a word, as with the other models of its table.',
      windowDeviation(windows),
      ...readingDeviations,
    ],
  };
}

/** One Billion Word. */
export const oneBillionWords: TaskDefinition = {
  name: '1bw',
  options: [
    {
      name: 'text',
      choices: ['detokenized', 'raw'],
      default: 'detokenized',
      describe:
        'the text with its tokenisation undone (rules of diffusion language models), or as it is in the file',
    },
    {
      name: 'documents',
      choices: ['sentence', 'all'],
      default: 'sentence',
      describe: 'what is scored as one text: each sentence, or all of them in the order of the file',
    },
    ...windowOptions('rolling'),
    readingOption,
  ],
  page: {
    asks: 'Every token of a sentence and its line end, given the ones before it in the sentence.',
    scores:
      'exp(total nats / units), the units being the words of the file as published and, for the number beside the paper, its line ends.',
  },
  create: oneBillionWordsTask,
};
