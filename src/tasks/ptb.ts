/**
 * Penn Treebank: sentences of the Wall Street Journal in lower case, without punctuation and rare words. GPT-2 paper §3.1 and
 * Table 3.
 *
 * The one outside run that gives both units has 52.53 per token and 79.65 per word (huggingface/transformers#13786; the paper:
 * 65.85). These two stand to each other as the tokens do to the words by the rules that turn `<unk>` into `?`. Overlapping
 * windows, with more context for each token, lower such a number. Hence the defaults.
 */
import { detokenize, ptbDiffusionRules, ptbMegatronRules, type Rule } from '../datasets/detokenizers.js';
import { type PtbSplit, ptb as ptbDataset } from '../datasets/ptb.js';
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

interface Presentation {
  rules: readonly Rule[];
  deviation: string;
}

const presentations: Readonly<Record<string, Presentation>> = {
  detokenized: {
    rules: ptbDiffusionRules,
    deviation:
      "The paper's de-tokenizers were not published; the rules are those of the code bases of diffusion language models, which write ? for <unk>.",
  },
  'detokenized-unk': {
    rules: ptbMegatronRules,
    deviation:
      "The paper's de-tokenizers were not published; the rules are those of Megatron-LM, which keep <unk>.",
  },
  raw: {
    rules: [],
    deviation:
      'The paper undoes the tokenisation of the text first, by rules that were not published; this does not.',
  },
};

function ptbTask(values: Readonly<Record<string, string>>): RollingTask<string> {
  const { rules, deviation } = presentations[values.text!]!;
  const windows = chosenWindows(values);
  const { reading, readingDeviations } = chosenReading(values);
  return {
    kind: 'rolling',
    name: 'ptb',
    title: 'newspaper sentences (Penn Treebank)',
    paper: { name: 'GPT-2', section: '§3.1', table: 'gpt2-table3' },
    version: 1,
    dataset: ptbDataset(values.split as PtbSplit),
    windows,
    reading,
    texts: (lines) => {
      const published = lines.map((line) => `${line}\n`).join('');
      return [{ text: detokenize(published, rules), units: countUnits(published, lines.length) }];
    },
    metrics: (records) =>
      languageModelMetrics(records, [{ ...perWordAndLine, id: 'perplexity' }, perWord, perToken, perByte]),
    deviations: [
      deviation,
      windowDeviation(windows),
      'The paper does not say whether line ends count. Here each is a word, as with the other models of its table.',
      ...readingDeviations,
    ],
  };
}

/** Penn Treebank. */
export const ptb: TaskDefinition = {
  name: 'ptb',
  options: [
    { name: 'split', choices: ['test', 'validation'], default: 'test', describe: 'which sentences' },
    {
      name: 'text',
      choices: Object.keys(presentations),
      default: 'detokenized',
      describe:
        'the text with its tokenisation undone, <unk> becoming ? (rules of diffusion language models) or staying (rules of Megatron-LM), or as it is in the file',
    },
    ...windowOptions('stride'),
    readingOption,
  ],
  page: {
    asks: 'Every token of the sentences, given the ones before it. All sentences are one text.',
    scores:
      'exp(total nats / units), the units being the words of the file as published and, for the number beside the paper, its line ends.',
  },
  create: ptbTask,
};
