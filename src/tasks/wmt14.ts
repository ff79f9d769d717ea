/** WMT 2014: translation between English and French by example pairs in the prompt. GPT-2 paper §3.7. */
import type { BilingualDictionary } from '../datasets/bilingual-dictionary.js';
import { newstest2014, type Wmt14Row } from '../datasets/wmt14.js';
import { type BleuStatistics, bleuStatistics, corpusBleu, signature } from '../metrics/bleu.js';
import { splitSentences } from '../metrics/sentences.js';
import type { Detail, Metric } from '../results/result.js';
import type { GeneratedAnswer, GenerateTask, RecordBase, TaskDefinition } from './task.js';
import { examplePairs } from './wmt14-pairs.js';
import { translateWordByWord } from './word-by-word.js';

/** What is kept of one sentence. */
export interface Wmt14Record {
  /** The translation by a person. */
  reference: string;
  /** All that the model wrote on the line, and what counts in it for BLEU; absent where no model was asked. */
  answer?: string;
  line?: BleuStatistics;
  /** The first sentence of it, which is the translation. */
  translation?: string;
  bleu?: BleuStatistics;
  /** The source, word by word; only where there is a dictionary. */
  wordByWord?: BleuStatistics;
}

/** A direction of translation. */
export interface Direction {
  name: string;
  title: string;
  from: keyof Wmt14Row;
  to: keyof Wmt14Row;
  /** Most tokens of an answer: as many as the longest reference has with GPT-2's tokenizer, rounded up. */
  maxTokens: number;
}

/** From English to French; the longest French sentence has 159 tokens. @internal */
export const englishToFrench: Direction = {
  name: 'wmt14-en-fr',
  title: 'translation from English to French (newstest2014)',
  from: 'english',
  to: 'french',
  maxTokens: 160,
};

/** From French to English; the longest English sentence has 82 tokens. @internal */
export const frenchToEnglish: Direction = {
  name: 'wmt14-fr-en',
  title: 'translation from French to English (newstest2014)',
  from: 'french',
  to: 'english',
  maxTokens: 96,
};

function recordSentence(
  row: Wmt14Row,
  [given]: readonly GeneratedAnswer[],
  { from, to }: Direction,
  dictionary?: BilingualDictionary,
): Wmt14Record {
  const reference = row[to];
  return {
    reference,
    ...(given && scoreAnswer(given.text.trim(), reference)),
    ...(dictionary && {
      wordByWord: bleuStatistics(translateWordByWord(row[from], dictionary), [reference]),
    }),
  };
}

function scoreAnswer(answer: string, reference: string): Partial<Wmt14Record> {
  // The paper's rule, also where the source has several sentences: `bleu_line` tells what it costs.
  const translation = splitSentences(answer)[0] ?? '';
  return {
    answer,
    line: bleuStatistics(answer, [reference]),
    translation,
    bleu: bleuStatistics(translation, [reference]),
  };
}

const variants = [
  { key: 'bleu', id: 'bleu', of: 'first sentence' },
  { key: 'line', id: 'bleu_line', of: 'whole line' },
  { key: 'wordByWord', id: 'bleu_word_by_word', of: 'word by word, with the dictionary' },
] as const;

/** BLEU of each variant that any record has. */
function scoreVariants(records: readonly Wmt14Record[]) {
  return variants.flatMap((variant) => {
    const statistics = records.flatMap((record) => record[variant.key] ?? []);
    return statistics.length > 0 ? [{ ...variant, n: statistics.length, bleu: corpusBleu(statistics) }] : [];
  });
}

function wmt14Metrics(records: readonly (RecordBase & Wmt14Record)[]): Metric[] {
  return scoreVariants(records).map(({ id, of, n, bleu }) => ({
    id,
    label: `BLEU, ${of}`,
    value: bleu.score,
    // BLEU is one number of the whole corpus, not a mean over sentences.
    standardError: null,
    n,
    unit: 'points',
    higherIsBetter: true,
  }));
}

function wmt14Details(records: readonly (RecordBase & Wmt14Record)[]): Detail[] {
  return [
    {
      id: 'bleu',
      title: `BLEU in its parts (${signature})`,
      columns: ['of', 'BLEU', '1-grams %', '2-grams %', '3-grams %', '4-grams %', 'brevity', 'length ratio'],
      rows: scoreVariants(records).map(({ of, bleu }) => [
        of,
        bleu.score,
        ...bleu.precisions,
        bleu.brevityPenalty,
        bleu.hypothesisLength / bleu.referenceLength,
      ]),
    },
  ];
}

const deviations = [
  'The example pairs of the paper and their number are not published: ours were written for this project.',
  'The BLEU of the paper is not stated; ours is that of sacrebleu with 13a tokens. Papers of the time often used multi-bleu.perl on tokenised text.',
  'An answer ends at the line end, after which the model would go on with a pair of its own; sentences are told apart by English rules in both languages.',
];

/** One direction, with so many example pairs; with a dictionary also the word-by-word baseline. @internal */
export function createWmt14(
  direction: Direction,
  shots: number,
  dictionary?: BilingualDictionary,
): GenerateTask<Wmt14Row, Wmt14Record> {
  const { name, title, from, to, maxTokens } = direction;
  const examples = examplePairs.slice(0, shots).map((pair) => `${pair[from]} = ${pair[to]}\n`);
  return {
    kind: 'generate',
    name,
    title,
    paper: { name: 'GPT-2', section: '§3.7', table: 'gpt2-text' },
    version: 1,
    dataset: newstest2014,
    // A model with a short context loses examples, never the sentence it is to translate. No space after `=`: it belongs
    // to the first token of the answer.
    prompt: (row, answers) =>
      answers.length > 0
        ? undefined
        : { cuttable: examples.join(''), cutFrom: 'left', after: `${row[from]} =` },
    stop: ['\n'],
    maxTokens,
    sampling: { method: 'greedy' },
    baselines: dictionary === undefined ? undefined : ['word by word'],
    references: (row) => [{ question: row[from], reference: [row[to]] }],
    record: (row, answers) => recordSentence(row, answers, direction, dictionary),
    metrics: wmt14Metrics,
    details: wmt14Details,
    deviations,
  };
}

function define(direction: Direction): TaskDefinition {
  return {
    name: direction.name,
    options: [
      {
        name: 'shots',
        choices: Array.from({ length: examplePairs.length + 1 }, (_, number) => String(number)),
        default: '5',
        describe: 'example pairs before the sentence',
      },
    ],
    page: {
      asks: 'Lines that hold a sentence, ` = ` and its translation, then the sentence in question and ` =` (an author of the paper confirms the form in https://github.com/openai/gpt-2/issues/20). The model goes on up to the line end, at each step with the most probable token.',
      scores:
        'The first sentence of what it wrote is the translation, and BLEU of the whole set compares it with the one by a person. `bleu_line` takes all of the line instead: some lines of the set hold two sentences. For scale: repeating the source gets 2.4 in either direction (sacrebleu 2.6.0 and ours).',
    },
    uses: ['dictionary'],
    create: ({ shots }, resources) => createWmt14(direction, Number(shots), resources?.dictionary?.words),
  };
}

/** WMT 2014 as `gpt eval` lists it. */
export const wmt14Tasks: readonly TaskDefinition[] = [define(englishToFrench), define(frenchToEnglish)];
