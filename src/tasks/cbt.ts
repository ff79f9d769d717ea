/**
 * Children's Book Test: which of ten words is missing from a sentence, given the 20 sentences before it? GPT-2 paper §3.2:
 * the score of a word is the probability of the word and of the rest of the sentence after it.
 */
import {
  type CbtKind,
  type CbtRow,
  type CbtSplit,
  cbt,
  cbtBlank,
  cbtKinds,
  cbtSplits,
} from '../datasets/cbt.js';
import { type CbtText, cbtTexts, writeCbt } from '../datasets/cbt-detokenizer.js';
import { accuracy } from '../metrics/accuracy.js';
import { mostProbable, prefers, sumLogProbs } from '../metrics/choice.js';
import type { Metric } from '../results/result.js';
import type {
  ChoiceRequest,
  ChoiceTask,
  LoglikelihoodAnswer,
  RecordBase,
  TaskDefinition,
  TaskOption,
} from './task.js';

/** What is kept of one question. */
export interface CbtRecord {
  /** The missing word, and the one that the model prefers. */
  target: string;
  predicted: string;
  /** Index of the missing word among the candidates. */
  answer: number;
  /** log P(candidate, rest of the sentence | all before it) for each candidate, nats. */
  logProbs: number[];
  /** log P(candidate | all before it), nats. */
  wordLogProbs: number[];
}

/** A question with the text around its blank, as the model reads it. */
interface Cloze extends ChoiceRequest {
  /** What follows the candidate in each option. */
  rests: string[];
}

/**
 * The sentences and the beginning of the query, then each candidate with the rest of the query. The space before the blank
 * belongs to the options: GPT-2's tokens begin with their space. It is gone where the text has none there: behind an opening
 * quotation mark, or before a candidate such as 's.
 */
export function cloze(row: CbtRow, text: CbtText): Cloze {
  const [before, ...after] = [...row.sentences, row.query].join(' ').split(cbtBlank);
  const context = writeCbt(before!, text);
  const space = context.endsWith(' ') ? ' ' : '';
  const options = row.candidates.map((word) => space + word + after.join(word));
  const rests = row.candidates.map((word) => after.join(word));
  return {
    context: context.trimEnd(),
    options: options.map((option) => writeCbt(option, text)),
    rests: rests.map((rest) => writeCbt(rest, text)),
  };
}

const visibleLength = (text: string) => text.replace(/\s/g, '').length;

/**
 * How many tokens belong to the candidate: all but those whose text is in the rest of the sentence. A token that has both
 * (`don|'t` for `do` before `n't`) belongs to the candidate. Spaces do not count: GPT-1's tokens hold them at another end.
 */
function wordTokens({ tokens, decode }: LoglikelihoodAnswer, rest: string): number {
  const restLength = visibleLength(rest);
  let count = 1;
  while (count < tokens.length && visibleLength(decode(tokens.slice(count))) > restLength) count++;
  return count;
}

/** What is kept of a question, from what the model says about its options. */
export function recordQuestion(
  row: CbtRow,
  answers: readonly LoglikelihoodAnswer[],
  text: CbtText,
): CbtRecord {
  const { rests } = cloze(row, text);
  const logProbs = answers.map((answer) => sumLogProbs(answer.logProbs));
  const wordLogProbs = answers.map((answer, option) =>
    sumLogProbs(answer.logProbs.slice(0, wordTokens(answer, rests[option]!))),
  );
  const predicted = mostProbable(logProbs);
  return {
    target: row.candidates[row.answer]!,
    predicted: row.candidates[predicted]!,
    answer: row.answer,
    logProbs,
    wordLogProbs,
  };
}

/** The numbers of all questions. */
export function cbtMetrics(records: readonly (RecordBase & CbtRecord)[]): Metric[] {
  const share = (
    id: string,
    label: string,
    holds: (record: RecordBase & CbtRecord) => boolean,
    higherIsBetter = true,
  ): Metric => ({ id, label, ...accuracy(records.map(holds)), unit: 'percent', higherIsBetter });
  return [
    share('accuracy', 'accuracy, word and rest of the sentence', ({ logProbs, answer }) =>
      prefers(logProbs, answer),
    ),
    share('accuracy_word', 'accuracy, word alone', ({ wordLogProbs, answer }) =>
      prefers(wordLogProbs, answer),
    ),
    share(
      'truncated',
      'questions whose sentences were cut on the left',
      ({ truncatedTokens }) => truncatedTokens > 0,
      false,
    ),
  ];
}

const options: readonly TaskOption[] = [
  {
    name: 'split',
    choices: cbtSplits,
    default: 'validation',
    // All accuracies in the paper are multiples of 1/2000, several of them none of 1/2500 (GPT-2 paper §3.2, Table 3).
    describe:
      'the questions: the paper used validation, because a book of the test split is in the training data',
  },
  {
    name: 'text',
    choices: cbtTexts,
    default: 'detokenized',
    describe:
      'detokenized: as ordinary text; harness: by the steps of lm-evaluation-harness; raw: tokenised, as published',
  },
];

/** What is missing, and whether the paper has a number for it. */
const kinds: Record<CbtKind, { title: string; published: boolean }> = {
  CN: { title: 'missing common noun of a children’s book (CBT-CN)', published: true },
  NE: { title: 'missing name of a children’s book (CBT-NE)', published: true },
  V: { title: 'missing verb of a children’s book (CBT-V)', published: false },
  P: { title: 'missing preposition of a children’s book (CBT-P)', published: false },
};

const textDeviations: Record<CbtText, string> = {
  detokenized:
    'The detokenizer of the paper was not published: quotation marks, brackets, negations, genitives and punctuation are written as in ordinary text.',
  harness:
    'The detokenizer of the paper was not published: the text is detokenized as lm-evaluation-harness did, which joins every apostrophe to the word before it and leaves ` as it is.',
  raw: 'The paper detokenized the text; here it is tokenised, as published.',
};

function createCbt(kind: CbtKind, split: CbtSplit, text: CbtText): ChoiceTask<CbtRow, CbtRecord> {
  const { title, published } = kinds[kind];
  const deviations = [
    textDeviations[text],
    'The paper does not say how the sentences are joined: here by spaces, without words such as "Passage:" around them.',
  ];
  if (split === 'test') deviations.push('The paper used the validation split.');
  if (!published) deviations.push('The paper has no numbers for verbs and prepositions.');
  return {
    kind: 'choice',
    name: `cbt-${kind.toLowerCase()}`,
    title,
    paper: { name: 'GPT-2', section: '§3.2', table: 'gpt2-table3' },
    version: 1,
    dataset: cbt(kind, split),
    deviations,
    request(row) {
      const { context, options } = cloze(row, text);
      return { context, options };
    },
    record: (row, answers) => recordQuestion(row, answers, text),
    metrics: cbtMetrics,
  };
}

const asks =
  'The model reads 20 sentences of a book and the next one up to its missing word, and says how probable each of ten words is there, together with the rest of the sentence. The sentences are joined by spaces; nothing is put around them.';
const scores =
  'The word is right whose log P(word, rest of the sentence) is the highest: a sum, not a mean over tokens. A second accuracy takes log P(word) alone. A story that does not fit the model is cut on the left; the share of such questions is printed.';

function defineCbt(kind: CbtKind): TaskDefinition {
  return {
    name: `cbt-${kind.toLowerCase()}`,
    options,
    page: { asks, scores },
    // The values come from `choices`, whose types these are.
    create: ({ split, text }) => createCbt(kind, split as CbtSplit, text as CbtText),
  };
}

/** The four kinds of missing words; the paper has common nouns and named entities (Table 3). */
export const cbtTasks: readonly TaskDefinition[] = cbtKinds.map(defineCbt);
