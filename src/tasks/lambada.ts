/**
 * LAMBADA: predict the last word of a passage. GPT-2 paper §3.3 and Table 3.
 *
 * The paper's accuracy cannot be rebuilt exactly: it uses a stop-word filter whose list and algorithm were not published.
 * Three variants that the literature uses come from the same run; docs/lambada.md tells them apart.
 */
import { type LambadaRow, lambadaOpenai, lambadaOriginal } from '../datasets/lambada.js';
import { accuracy } from '../metrics/accuracy.js';
import { sumLogProbs } from '../metrics/choice.js';
import { perplexity } from '../metrics/perplexity.js';
import type { Metric } from '../results/result.js';
import { isStopWord, stopWordContinuations } from './stop-words.js';
import {
  fixedTask,
  type LoglikelihoodAnswer,
  type LoglikelihoodTask,
  type RecordBase,
  type TaskDefinition,
  type TaskPage,
} from './task.js';

/** What is kept of one passage. */
export interface LambadaRecord {
  /** The last word, with its space. */
  target: string;
  /** What the model would have said token by token, given the right tokens before each. */
  predicted: string;
  /** log P(last word | context), nats. */
  logProb: number;
  /** Every token of the word is the most probable one (lm-evaluation-harness). */
  wholeWord: boolean;
  /** The last token of the word is the most probable one (cybertronai/bflm). */
  lastToken: boolean;
  /** The word is predicted once stop words may not be. */
  stopWordFilter: boolean;
}

/**
 * Walks down the candidates for the first token, skipping stop words, until the first that is none. The word counts when
 * that candidate is its first token and every later token is the most probable one. A word that merely begins with a
 * stop word (`the|ater`) is never skipped: what is compared is the completed word.
 */
function passesStopWordFilter(word: string, answer: LoglikelihoodAnswer): boolean {
  const { tokens, logProbs, argMax, bestAllowed, bestAllowedLogProb } = answer;
  if (bestAllowed === undefined || bestAllowedLogProb === undefined) {
    throw new Error('the model was not asked for the best token that is no stop word');
  }
  if (isStopWord(word)) return false;
  const first = tokens[0] === bestAllowed[0] || logProbs[0]! > bestAllowedLogProb[0]!;
  return first && tokens.every((token, place) => place === 0 || token === argMax[place]);
}

function recordPassage({ word }: LambadaRow, [answer]: readonly LoglikelihoodAnswer[]): LambadaRecord {
  if (answer === undefined) throw new Error('a passage has one answer');
  const { tokens, argMax } = answer;
  const right = tokens.map((token, place) => token === argMax[place]);
  return {
    target: ` ${word}`,
    predicted: answer.decode(argMax),
    logProb: sumLogProbs(answer.logProbs),
    wholeWord: right.every(Boolean),
    lastToken: right.at(-1)!,
    stopWordFilter: passesStopWordFilter(word, answer),
  };
}

function lambadaMetrics(records: readonly (RecordBase & LambadaRecord)[]): Metric[] {
  const share = (id: string, label: string, right: (record: LambadaRecord) => boolean): Metric => ({
    id,
    label,
    ...accuracy(records.map(right)),
    unit: 'percent',
    higherIsBetter: true,
  });
  return [
    {
      id: 'perplexity',
      label: 'perplexity of the last word',
      ...perplexity(records.map((record) => -record.logProb)),
      unit: 'perplexity',
      higherIsBetter: false,
    },
    share('accuracy_whole_word', 'accuracy, whole word', (record) => record.wholeWord),
    share('accuracy_last_token', 'accuracy, last token only', (record) => record.lastToken),
    share(
      'accuracy_stop_word_filter',
      'accuracy, whole word, no stop words',
      (record) => record.stopWordFilter,
    ),
  ];
}

const shared = {
  kind: 'loglikelihood',
  paper: { name: 'GPT-2', section: '§3.3', table: 'gpt2-table3' },
  version: 1,
  excludedWords: stopWordContinuations,
  requests: ({ context, word }: LambadaRow) => [{ context, continuation: ` ${word}` }],
  record: recordPassage,
  metrics: lambadaMetrics,
} as const;

const filterDeviation =
  'The stop-word filter of the paper was not published: the list is the 127 English stop words without contractions, and a skipped token is taken for the stop word that it spells.';

/** LAMBADA on OpenAI's file. @internal */
export const lambada: LoglikelihoodTask<LambadaRow, LambadaRecord> = {
  ...shared,
  name: 'lambada',
  title: 'last word of a passage (LAMBADA, OpenAI file)',
  dataset: lambadaOpenai,
  deviations: [filterDeviation],
};

/** LAMBADA on the authors' tokenised lower-case file. @internal */
export const lambadaTokenised: LoglikelihoodTask<LambadaRow, LambadaRecord> = {
  ...shared,
  name: 'lambada-original',
  title: 'last word of a passage (LAMBADA, original tokenised file)',
  dataset: lambadaOriginal,
  deviations: [
    filterDeviation,
    'The published figures are on detokenised text; this file is tokenised and lower-case, which costs about 6 points.',
  ],
};

const asks =
  'The model reads a passage without its last word and says how probable that word is, with the space before it. Nothing is put before the passage.';
const scores =
  'Perplexity: exp of the mean of −log p(last word), all its tokens together. Accuracy in three variants, told apart in lambada.md beside this folder: every token of the word is the most probable one; the last token is; the word is predicted once stop words may not be.';
const openaiPage: TaskPage = {
  asks,
  scores,
};

const originalPage: TaskPage = {
  asks,
  scores,
};

/** Both forms of the benchmark. */
export const lambadaTasks: readonly TaskDefinition[] = [
  fixedTask(lambada, openaiPage),
  fixedTask(lambadaTokenised, originalPage),
];
