/** CoQA: answers to questions about a passage, each with the dialogue so far. GPT-2 paper §3.5 and Figure 1. */
import { type CoqaRow, type CoqaSource, coqaDev, coqaSources } from '../datasets/coqa.js';
import { coqaScore } from '../metrics/coqa.js';
import { mean } from '../metrics/mean.js';
import type { Metric } from '../results/result.js';
import type { GeneratedAnswer, GenerateTask, Prompt, RecordBase, TaskDefinition } from './task.js';

/** Whose answers stand in the dialogue so far: those of the data set, or what the model answered itself. */
export type CoqaHistory = 'gold' | 'own';
/** What stands between the parts of a prompt: a line end, or an empty line as in lm-evaluation-harness. */
export type CoqaPrompt = 'lines' | 'paragraphs';

/** What is kept of one question. */
interface CoqaTurnRecord {
  /** What the model wrote, without white space around it. */
  answer: string;
  /** Official scores, 0 to 1: means where there are several references. */
  f1: number;
  exactMatch: number;
  /** Reference answers that it was compared with. */
  references: number;
  /** Tokens that the story, and after it the oldest turns, lost so that the prompt fits the model. */
  cutTokens: number;
  /** The answer came to its end; if not, the limit of tokens or the model's context ended it. */
  finished: boolean;
}

/** What is kept of one dialogue. */
export interface CoqaRecord {
  source: CoqaSource;
  turns: CoqaTurnRecord[];
}

/** The passage's origin for people, under the names of the official script. */
const sourceLabels: Readonly<Record<CoqaSource, string>> = {
  mctest: "children's stories (MCTest)",
  gutenberg: 'literature (Gutenberg)',
  race: 'school exams (RACE)',
  cnn: 'news (CNN)',
  wikipedia: 'Wikipedia',
};

/**
 * The prompt of the next question, all in one line each:
 *
 *     story
 *
 *     Q: first question
 *     A: its answer
 *     Q: next question
 *     A:
 *
 * Everything before the next question may be cut from the left, so the story goes first and then the oldest turns. A
 * line end always begins a part and never ends one: GPT-2 reads two of them in a row as one token only at the end of a
 * text, and a prompt that is cut must have the tokens of one that is not.
 */
function dialoguePrompt(
  { story, turns }: CoqaRow,
  answers: readonly string[],
  history: CoqaHistory,
  prompt: CoqaPrompt,
): Prompt | undefined {
  const next = turns[answers.length];
  if (next === undefined) return undefined;
  const gap = prompt === 'lines' ? '\n' : '\n\n';
  const told = turns.slice(0, answers.length).map(({ question, references }, turn) => {
    const answer = history === 'gold' ? references[0]! : answers[turn]!.trim();
    return `${question}${gap}A: ${answer}`.trimEnd();
  });
  const [first, ...later] = [...told, `${next.question}${gap}A:`];
  const parts = [`${story.trim()}\n\nQ: ${first}`, ...later.map((turn) => `${gap}Q: ${turn}`)];
  // The first question has no turn before it that could carry its line ends.
  if (parts.length === 1) return { cuttable: story.trim(), cutFrom: 'left', after: `\n\nQ: ${first}` };
  return { cuttable: parts.slice(0, -1).join(''), cutFrom: 'left', after: parts.at(-1)! };
}

function recordDialogue({ source, turns }: CoqaRow, answers: readonly GeneratedAnswer[]): CoqaRecord {
  return {
    source,
    turns: turns.map(({ references }, turn) => {
      const { text, ended, truncatedTokens } = answers[turn]!;
      const answer = text.trim();
      const { f1, exactMatch } = coqaScore(answer, references);
      return {
        answer,
        f1,
        exactMatch,
        references: references.length,
        cutTokens: truncatedTokens,
        finished: ended === 'stop' || ended === 'end-of-text',
      };
    }),
  };
}

function coqaMetrics(records: readonly (RecordBase & CoqaRecord)[]): Metric[] {
  const turns = records.flatMap((record) => record.turns);
  const f1 = (id: string, label: string, of: readonly CoqaTurnRecord[]): Metric => ({
    id,
    label,
    ...mean(of.map((turn) => 100 * turn.f1)),
    unit: 'points',
    higherIsBetter: true,
  });
  const count = (id: string, label: string, counts: (turn: CoqaTurnRecord) => boolean): Metric => ({
    id,
    label,
    value: turns.filter(counts).length,
    standardError: null,
    n: turns.length,
    unit: 'count',
    higherIsBetter: false,
  });
  return [
    f1('f1', 'F1 of the words, official script', turns),
    {
      id: 'em',
      label: 'exact match, official script',
      ...mean(turns.map((turn) => 100 * turn.exactMatch)),
      unit: 'percent',
      higherIsBetter: true,
    },
    ...coqaSources.flatMap((source) => {
      const own = records.filter((record) => record.source === source).flatMap((record) => record.turns);
      return own.length === 0 ? [] : [f1(`f1_${source}`, `F1, ${sourceLabels[source]}`, own)];
    }),
    count('single_reference', 'questions with a single reference answer', (turn) => turn.references === 1),
    count('cut_prompts', 'prompts that were cut to fit the model', (turn) => turn.cutTokens > 0),
    count('unfinished', 'answers that did not come to their end', (turn) => !turn.finished),
  ];
}

const deviations = [
  'The paper describes its prompt in words only: ours is the passage, an empty line, and a line that begins with "Q:" or "A:" for each part of the dialogue.',
  'Not stated in the paper: where an answer ends (ours: at the line end), how long it may be (48 tokens; the longest answer of the data set has 44), and what becomes of dialogues that do not fit the model (the passage loses its beginning).',
];

const historyDeviation: Readonly<Record<CoqaHistory, string>> = {
  gold: 'The dialogue so far has the answers of the data set; the paper does not say whether it has those or the model’s own.',
  own: 'The dialogue so far has the model’s own answers; the paper does not say whether it has those or the ones of the data set.',
};

/** CoQA with a choice for each option. @internal */
export function createCoqa(history: CoqaHistory, prompt: CoqaPrompt): GenerateTask<CoqaRow, CoqaRecord> {
  return {
    kind: 'generate',
    name: 'coqa',
    title: 'answers to questions about a passage (CoQA)',
    paper: { name: 'GPT-2', section: '§3.5', table: 'gpt2-text' },
    version: 1,
    dataset: coqaDev,
    prompt: (row, answers) => dialoguePrompt(row, answers, history, prompt),
    stop: ['\n'],
    maxTokens: 48,
    sampling: { method: 'greedy' },
    references: ({ turns }) => turns.map(({ question, references }) => ({ question, reference: references })),
    record: recordDialogue,
    metrics: coqaMetrics,
    deviations: [
      ...deviations,
      historyDeviation[history],
      'Where the file has a single reference answer for a question (the count is given), F1 is lower than the official one, which uses four.',
    ],
  };
}

/** CoQA as `gpt eval` lists it. */
export const coqaTask: TaskDefinition = {
  name: 'coqa',
  options: [
    {
      name: 'history',
      choices: ['gold', 'own'],
      default: 'gold',
      describe: 'answers in the dialogue so far: those of the data set, or what the model answered itself',
    },
    {
      name: 'prompt',
      choices: ['lines', 'paragraphs'],
      default: 'lines',
      describe:
        'each question and answer on a line, or with an empty line between as in lm-evaluation-harness',
    },
  ],
  page: {
    asks: 'The passage, an empty line, the dialogue so far as lines that begin with `Q:` and `A:`, the next question, and `A:`. What the model writes up to the line end is its answer; at each step the most probable token is taken.',
    scores:
      'F1 of the words after SQuAD’s normalisation (lower case, no punctuation, no articles), as the official script computes it: with several references each is left out once, the best of the others counts, and the mean is the score of a question. The result is the mean over all questions, also for each source of passages.',
  },
  create: ({ history, prompt }) =>
    createCoqa(history === 'own' ? 'own' : 'gold', prompt === 'paragraphs' ? 'paragraphs' : 'lines'),
};
