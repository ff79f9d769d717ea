/** CNN/DailyMail: the summary of an article, asked for with `TL;DR:`. GPT-2 paper §3.6 and Table 4. */

import { type CnnDailymailRow, cnnDailymail, cnnDailymailShuffled } from '../datasets/cnn-dailymail.js';
import { mean } from '../metrics/mean.js';
import { type RougeScores, rouge } from '../metrics/rouge.js';
import { splitSentences } from '../metrics/sentences.js';
import { keyedRandom } from '../random/keyed-random.js';
import { drawBelow } from '../random/shuffle.js';
import type { Metric } from '../results/result.js';
import type { GeneratedAnswer, GenerateTask, RecordBase, TaskDefinition } from './task.js';

/** Sentences of a summary, the model's as well as the baselines'. */
const SENTENCES = 3;

/** What is kept of one article. */
export interface CnnDailymailRecord {
  /** Id of the article in the data set. */
  id: string;
  /** The first sentences of the article. */
  lede3: RougeScores;
  /** Sentences of the article that were drawn at random. */
  random3: RougeScores;
  /** The first sentences that the model wrote, and how good they are; absent where no model was asked. */
  summary?: string[];
  model?: RougeScores;
}

/**
 * Sentences of the article, drawn without replacement and left in their order. The draw depends on nothing but the id, so
 * the baseline of an article is the same in every run.
 * @internal
 */
export function randomSentences(sentences: readonly string[], id: string): string[] {
  const below = drawBelow(keyedRandom(`Random-${SENTENCES} of ${id}`));
  const places = [...sentences.keys()];
  const drawn: number[] = [];
  while (drawn.length < SENTENCES && places.length > 0) {
    drawn.push(...places.splice(below(places.length), 1));
  }
  return drawn.sort((a, b) => a - b).map((place) => sentences[place]!);
}

function recordArticle(
  { id, article, highlights }: CnnDailymailRow,
  answers: readonly GeneratedAnswer[],
): CnnDailymailRecord {
  const sentences = splitSentences(article);
  const record: CnnDailymailRecord = {
    id,
    lede3: rouge(sentences.slice(0, SENTENCES), highlights),
    random3: rouge(randomSentences(sentences, id), highlights),
  };
  const [answer] = answers;
  if (answer === undefined) return record;
  const summary = splitSentences(answer.text).slice(0, SENTENCES);
  return { ...record, summary, model: rouge(summary, highlights) };
}

const variants = [
  { key: 'rouge1', label: 'ROUGE-1' },
  { key: 'rouge2', label: 'ROUGE-2' },
  { key: 'rougeL', label: 'ROUGE-L, one sequence' },
  { key: 'rougeLsum', label: 'ROUGE-L, sentence by sentence' },
] as const;

const systems = [
  { key: 'model', prefix: '', of: '' },
  { key: 'lede3', prefix: 'lede3_', of: ' of Lede-3' },
  { key: 'random3', prefix: 'random3_', of: ' of Random-3' },
] as const;

function cnnDailymailMetrics(records: readonly (RecordBase & CnnDailymailRecord)[]): Metric[] {
  return systems.flatMap(({ key, prefix, of }) => {
    const scores = records.flatMap((record) => record[key] ?? []);
    if (scores.length === 0) return [];
    const metric = (id: string, label: string, value: (score: RougeScores) => number): Metric => ({
      id: `${prefix}${id}`,
      label: `${label}${of}`,
      ...mean(scores.map((score) => 100 * value(score))),
      unit: 'points',
      higherIsBetter: true,
    });
    return [
      ...variants.map((variant) => metric(variant.key, `${variant.label} F1`, (score) => score[variant.key])),
      metric(
        'rougeAvg',
        'mean of ROUGE-1, -2 and -L',
        ({ rouge1, rouge2, rougeLsum }) => (rouge1 + rouge2 + rougeLsum) / 3,
      ),
    ];
  });
}

const deviations = [
  'The ROUGE program is not stated: ours is F1 with Porter stemming; the R-L column of the paper is taken for the summary-level one (sentence by sentence).',
  'Not stated in the paper: the temperature (1), how long articles are cut (their end, so that prompt and 100 tokens fit), and how sentences are told apart (by our own rules). A sentence that the 100 tokens cut short counts as one.',
];

const noHintDeviation =
  'Without the hint the article stands alone: no line break and nothing else follows it; the paper does not say.';

/** The task with a choice for each option. @internal */
export function createCnnDailymail({
  hint,
  order,
}: {
  hint: boolean;
  order: 'shuffled' | 'file';
}): GenerateTask<CnnDailymailRow, CnnDailymailRecord> {
  return {
    kind: 'generate',
    name: 'cnn-dm',
    title: 'summary of a news article (CNN/DailyMail)',
    paper: { name: 'GPT-2', section: '§3.6', table: 'gpt2-table4' },
    version: 1,
    dataset: order === 'file' ? cnnDailymail : cnnDailymailShuffled,
    prompt: ({ article }, answers) =>
      answers.length > 0
        ? undefined
        : { cuttable: article, cutFrom: 'right', after: hint ? '\nTL;DR:' : undefined },
    stop: [],
    maxTokens: 100,
    baselines: ['Lede-3', 'Random-3'],
    sampling: { method: 'sample', temperature: 1, topK: 2, topP: 1 },
    references: ({ highlights }) => [{ reference: [highlights.join('\n')] }],
    record: recordArticle,
    metrics: cnnDailymailMetrics,
    deviations: hint ? deviations : [...deviations, noHintDeviation],
  };
}

/** CNN/DailyMail as `gpt eval` lists it. */
export const cnnDailymailTask: TaskDefinition = {
  name: 'cnn-dm',
  options: [
    {
      name: 'hint',
      choices: ['yes', 'no'],
      default: 'yes',
      describe: 'whether "TL;DR:" follows the article; without it the model is not told to summarise',
    },
    {
      name: 'order',
      choices: ['shuffled', 'file'],
      default: 'shuffled',
      describe:
        'order of the articles; the file begins with CNN, whose articles score some ten points lower, so with --limit its order misleads',
    },
  ],
  page: {
    asks: 'The article, a line break, and `TL;DR:` (so an author of the paper in https://github.com/openai/gpt-2/issues/33). The model writes 100 tokens, each drawn from the two most probable ones.',
    scores:
      'The first three sentences of what it wrote are the summary; ROUGE compares it with the highlights of the editors, and the result is the mean over the articles. Lede-3 and Random-3, the first three sentences of the article and three that are drawn, are measured on the same articles; they need no model. `rougeLsum` is what the paper prints as R-L: its Lede-3 has 0.91 of R-1 there, a ratio that one common sequence of the whole texts does not come near (0.68 on 500 articles, against 0.89 sentence by sentence).',
  },
  create: ({ hint, order }) =>
    createCnnDailymail({ hint: hint !== 'no', order: order === 'file' ? 'file' : 'shuffled' }),
};
