/**
 * How a model writes: the texts with which it continues passages, measured without asking what they mean. Both papers show samples
 * of their models; neither measures them.
 */
import {
  CONTINUATION_WORDS,
  continuations,
  measuredWords,
  type Passage,
  PROMPT_WORDS,
} from '../datasets/continuations.js';
import { mean } from '../metrics/mean.js';
import { distinct, repetition } from '../metrics/repetition.js';
import { selfBleu } from '../metrics/self-bleu.js';
import { zipfCoefficient } from '../metrics/zipf.js';
import type { Metric } from '../results/result.js';
import type { GeneratedAnswer, GenerateTask, RecordBase, Sampling, TaskDefinition } from './task.js';

/** What is kept of one passage. */
export interface ContinuationRecord {
  file: string;
  /** How the person went on. */
  human: string;
  /** What the model wrote; absent where none was asked. */
  text?: string;
}

function recordPassage({ file, human }: Passage, answers: readonly GeneratedAnswer[]): ContinuationRecord {
  const [answer] = answers;
  return answer === undefined ? { file, human } : { file, human, text: answer.text };
}

/** The numbers of one writer: the model, or the people whose texts it continues. */
function metricsOf(texts: readonly string[], prefix: string, of: string): Metric[] {
  const words = texts.map((text) => measuredWords(text).slice(0, CONTINUATION_WORDS));
  const metric = (
    id: string,
    label: string,
    value: Pick<Metric, 'value' | 'standardError' | 'n'>,
  ): Metric => ({
    id: `${prefix}${id}`,
    label: `${label}${of}`,
    ...value,
    unit: 'share',
    // Neither more nor less is better by itself: what counts is how near a person's text is.
    higherIsBetter: id.startsWith('distinct'),
  });
  const whole = (value: number) => ({ value, standardError: null, n: texts.length });
  return [
    ...[2, 3, 4].map((n) =>
      metric(
        `repetition${n}`,
        `repeated ${n}-grams within a text`,
        mean(words.map((one) => repetition(one, n))),
      ),
    ),
    ...[1, 2, 3].map((n) =>
      metric(`distinct${n}`, `different ${n}-grams of all texts`, whole(distinct(words, n))),
    ),
    ...(texts.length < 2 ? [] : [metric('selfBleu', 'self-BLEU-4', whole(selfBleu(words)))]),
    { ...metric('zipf', 'Zipf coefficient', whole(zipfCoefficient(words))), unit: 'count' as const },
    {
      ...metric('words', 'words measured in a text', mean(words.map((one) => one.length))),
      unit: 'count' as const,
    },
  ];
}

function continuationMetrics(records: readonly (RecordBase & ContinuationRecord)[]): Metric[] {
  const written = records.flatMap(({ text }) => text ?? []);
  return [
    ...(written.length === 0 ? [] : metricsOf(written, '', '')),
    ...metricsOf(
      records.map(({ human }) => human),
      'human_',
      ', by people',
    ),
  ];
}

const decodings = {
  'top-k': { method: 'sample', temperature: 1, topK: 40, topP: 1 },
  greedy: { method: 'greedy' },
} as const satisfies Record<string, Sampling>;

/** The task with a way of drawing words. @internal */
export function createContinuations(
  decoding: keyof typeof decodings,
): GenerateTask<Passage, ContinuationRecord> {
  return {
    kind: 'generate',
    name: 'continuations',
    title: 'how a model writes: repetition, variety',
    paper: { name: 'GPT-2', section: 'Appendix 8.3', table: 'gpt2-text' },
    version: 1,
    dataset: continuations,
    prompt: ({ prompt }, answers) => (answers.length > 0 ? undefined : { cuttable: prompt, cutFrom: 'left' }),
    stop: [],
    maxTokens: 128,
    baselines: ['people'],
    sampling: decodings[decoding],
    record: recordPassage,
    metrics: continuationMetrics,
    deviations: ['Neither paper measures how its models write; both show samples.'],
  };
}

/** Continuations as `gpt eval` lists them. */
export const continuationsTask: TaskDefinition = {
  name: 'continuations',
  options: [
    {
      name: 'decoding',
      choices: Object.keys(decodings),
      default: 'top-k',
      describe: 'how words are drawn: from the 40 most probable ones, or always the most probable one',
    },
  ],
  page: {
    asks: `The first ${PROMPT_WORDS} words of a paragraph of any text. The model writes 128 tokens, each drawn from the 40 most probable ones.`,
    scores: `The first ${CONTINUATION_WORDS} words that it wrote, punctuation marks among them and all in lower case, beside as many of the text itself (\`human_…\`). Within a text: the share of 2-, 3- and 4-grams that stood in it before (Welleck et al. 2020). Over all texts: different n-grams over all n-grams (Li et al. 2016); self-BLEU-4, where each text is compared with all others (Zhu et al. 2018, smoothed as by NLTK's method 1); the Zipf coefficient of the 5,000 most frequent words (Holtzman et al. 2020). The last three depend on how many texts there are: compare runs over the same passages only. At most 100 passages are taken of each file, at equal distances.`,
  },
  create: ({ decoding }) => createContinuations(decoding === 'greedy' ? 'greedy' : 'top-k'),
};
