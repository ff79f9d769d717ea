/** Natural Questions: short answers from what the model knows, no text at hand. GPT-2 paper §3.8 and Table 5. */
import { type NaturalQuestionsRow, naturalQuestionsDev } from '../datasets/natural-questions.js';
import { accuracy } from '../metrics/accuracy.js';
import {
  accuracyOfMostConfident,
  byConfidence,
  calibrationBins,
  expectedCalibrationError,
} from '../metrics/calibration.js';
import { sumLogProbs } from '../metrics/choice.js';
import { normaliseAnswer } from '../metrics/normalise-answer.js';
import { compareAnswers } from '../metrics/token-f1.js';
import type { Detail, Metric } from '../results/result.js';
import { mostCommonAnswers } from './question-words.js';
import type { GeneratedAnswer, GenerateTask, Prompt, RecordBase, TaskDefinition } from './task.js';

/** Rows of Table 5. */
const MOST_CONFIDENT = 30;

/** Where an answer ends: at the line end, or at a full stop or comma as well, as in lm-evaluation-harness. */
export type AnswerEnd = 'line' | 'punctuation';

/** What the model answered. */
interface NaturalQuestionsAnswer {
  /** Without white space around it. */
  answer: string;
  /** Exact match with one of the references. */
  correct: boolean;
  /** An exact match only because nothing is left of the answer and of a reference after normalisation; not correct. */
  emptyMatch: boolean;
  /** Probability of the answer with its end, given the prompt, 0 to 1; 0 where the model wrote nothing. */
  confidence: number;
  /** The answer came to its end; if not, the limit of tokens or the model's context ended it. */
  finished: boolean;
}

/** What is kept of one question. */
export interface NaturalQuestionsRecord {
  /** As the model saw it. */
  question: string;
  references: readonly string[];
  /** Absent where no model was asked. */
  given?: NaturalQuestionsAnswer;
}

/**
 * The examples that show the model how short an answer is. Neither their questions nor their answers are among those
 * of the data set's development split.
 */
const examples: readonly (readonly [question: string, answer: string])[] = [
  ['Who composed the opera Fidelio?', 'Ludwig van Beethoven'],
  ['When was the Suez Canal opened?', '1869'],
  ['What metal has the chemical symbol Sn?', 'tin'],
  ['Where does the river Danube end?', 'the Black Sea'],
  ['How many squares does a chessboard have?', '64'],
  ['Which island did Erik the Red settle?', 'Greenland'],
];

const exampleText = examples.map(([question, answer]) => `Q: ${question}\nA: ${answer}`).join('\n\n');

/** A question as Table 5 prints it: the first letter upper case, a question mark at the end. */
function asSentence(question: string): string {
  const text = question.trim();
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}${text.endsWith('?') ? '' : '?'}`;
}

function questionPrompt(question: string): Prompt {
  // The line ends begin this part: a prompt that is cut must have the tokens of one that is not.
  return { cuttable: exampleText, cutFrom: 'left', after: `\n\nQ: ${asSentence(question)}\nA:` };
}

function judge(
  { text, logProbs, ended }: GeneratedAnswer,
  references: readonly string[],
): NaturalQuestionsAnswer {
  const answer = text.trim();
  const { exactMatch } = compareAnswers(answer, references);
  // "A" and "A+" are both nothing once articles and punctuation are gone. Such answers have to be equal as they stand.
  const nothingLeft = normaliseAnswer(answer) === '';
  const asWritten = references.some((reference) => reference.toLowerCase() === answer.toLowerCase());
  return {
    answer,
    correct: exactMatch === 1 && (!nothingLeft || asWritten),
    emptyMatch: exactMatch === 1 && nothingLeft && !asWritten,
    confidence: answer === '' ? 0 : Math.exp(sumLogProbs(logProbs)),
    finished: ended === 'stop' || ended === 'end-of-text',
  };
}

function recordQuestion(
  { question, answers: references }: NaturalQuestionsRow,
  [answer]: readonly GeneratedAnswer[],
): NaturalQuestionsRecord {
  const record = { question: asSentence(question), references };
  return answer === undefined ? record : { ...record, given: judge(answer, references) };
}

type Records = readonly (RecordBase & NaturalQuestionsRecord)[];

const answersOf = (records: Records) =>
  records.flatMap(({ index, question, given }) => (given === undefined ? [] : { index, question, ...given }));

/** The metrics of what a model answered. */
function answerMetrics(answers: readonly NaturalQuestionsAnswer[]): Metric[] {
  const n = answers.length;
  const count = (id: string, label: string, counts: (answer: NaturalQuestionsAnswer) => boolean): Metric => ({
    id,
    label,
    value: answers.filter(counts).length,
    standardError: null,
    n,
    unit: 'count',
    higherIsBetter: false,
  });
  return [
    {
      id: 'em',
      label: 'exact match',
      ...accuracy(answers.map(({ correct }) => correct)),
      unit: 'percent',
      higherIsBetter: true,
    },
    {
      id: 'em_top1percent',
      label: 'exact match, the most confident 1 %',
      ...accuracyOfMostConfident(answers, 0.01),
      unit: 'percent',
      higherIsBetter: true,
    },
    {
      id: 'calibration_error',
      label: 'expected calibration error, ten bins',
      value: expectedCalibrationError(answers),
      standardError: null,
      n,
      unit: 'share',
      higherIsBetter: false,
    },
    count('empty_matches', 'matches of nothing with nothing (not counted as right)', (one) => one.emptyMatch),
    count('unanswered', 'questions without an answer', ({ answer }) => answer === ''),
    count('unfinished', 'answers that did not come to their end', ({ finished }) => !finished),
  ];
}

function naturalQuestionsMetrics(records: Records): Metric[] {
  const answers = answersOf(records);
  const verdicts = mostCommonAnswers(records).flatMap((group) => group.verdicts);
  return [
    ...(answers.length === 0 ? [] : answerMetrics(answers)),
    {
      id: 'em_most_common_answer',
      label: 'exact match of the most common answer per question word',
      ...accuracy(verdicts.map(({ correct }) => correct)),
      unit: 'percent',
      higherIsBetter: true,
    },
  ];
}

/** Percent with one decimal, as Table 5 has it. */
const percent = (share: number) => Math.round(1000 * share) / 10;

/** Table 5, how confidence and accuracy go together, and what the baseline says. */
function naturalQuestionsDetails(records: Records): Detail[] {
  const answers = answersOf(records);
  const bins = calibrationBins(answers).filter(({ n }) => n > 0);
  const details: Detail[] = [
    {
      id: 'most_confident',
      title: `The ${MOST_CONFIDENT} most confident answers`,
      columns: ['no.', 'question', 'answer', 'correct', 'probability, %'],
      quotes: ['question'],
      rows: byConfidence(answers)
        .slice(0, MOST_CONFIDENT)
        .map((one) => [
          one.index + 1,
          one.question,
          one.answer,
          one.correct ? 'right' : 'wrong',
          percent(one.confidence),
        ]),
    },
    {
      id: 'calibration',
      title: 'Accuracy by confidence',
      columns: ['confidence, %', 'answers', 'mean confidence, %', 'exact match, %'],
      rows: bins.map((bin) => [
        `${percent(bin.from)} to ${percent(bin.to)}`,
        bin.n,
        percent(bin.confidence),
        percent(bin.accuracy),
      ]),
    },
  ];
  return [
    ...(answers.length === 0 ? [] : details),
    {
      id: 'question_words',
      title: 'The most common answer per question word',
      columns: ['question word', 'questions', 'most common answer', 'questions it answers', 'baseline right'],
      quotes: ['most common answer'],
      rows: mostCommonAnswers(records).map((group) => [
        group.word,
        group.questions,
        group.answer,
        group.answers,
        group.verdicts.filter(({ correct }) => correct).length,
      ]),
    },
  ];
}

const deviations = [
  'The example questions and answers of the paper are not printed: ours are six of our own, whose questions and answers are not in the data.',
  'Questions are written as Table 5 prints them: a first letter in upper case and a question mark, which the data set does not have.',
  'The data is the open form of Natural Questions, which is younger than the paper and has other references: of the answers that Table 5 marks right, five do not match them.',
  'An answer of which normalisation leaves nothing ("A") counts as right only if it is written like a reference; SQuAD’s script takes it for equal to any other such answer ("A+").',
  'Confidence is the probability of the answer and its end together; the paper does not say whether the end belongs to it. An answer may have 24 tokens.',
  'The baseline gives each question the most common answer of the other questions with its question word, counted in the same file; the paper does not say where it counts.',
];

/** Natural Questions with a choice of where an answer ends. @internal */
export function createNaturalQuestions(
  end: AnswerEnd,
): GenerateTask<NaturalQuestionsRow, NaturalQuestionsRecord> {
  return {
    kind: 'generate',
    name: 'nq',
    title: 'answers from memory (Natural Questions)',
    paper: { name: 'GPT-2', section: '§3.8', table: 'gpt2-text' },
    version: 1,
    dataset: naturalQuestionsDev,
    prompt: ({ question }, answers) => (answers.length > 0 ? undefined : questionPrompt(question)),
    stop: end === 'line' ? ['\n'] : ['\n', '.', ','],
    // The longest answer of the data set has 20 tokens of GPT-2.
    maxTokens: 24,
    sampling: { method: 'greedy' },
    baselines: ['the most common answer per question word'],
    references: ({ question, answers }) => [{ question, reference: answers }],
    record: recordQuestion,
    metrics: naturalQuestionsMetrics,
    details: naturalQuestionsDetails,
    deviations,
  };
}

/** Natural Questions as `gpt eval` lists it. */
export const naturalQuestionsTask: TaskDefinition = {
  name: 'nq',
  options: [
    {
      name: 'answer-end',
      choices: ['line', 'punctuation'],
      default: 'line',
      describe:
        'where an answer ends: at the line end, or also at a full stop or comma as in lm-evaluation-harness',
    },
  ],
  page: {
    asks: 'Six example questions with their answers, an empty line between, then the question and `A:`. What the model writes up to the line end is its answer; at each step the most probable token is taken.',
    scores:
      'Exact match after SQuAD’s normalisation (lower case, no punctuation, no articles) with any of the references. Answers are sorted by the probability that the model gave them: accuracy of the most confident 1 %, the thirty most confident answers as in Table 5, and how far confidence and accuracy are apart.',
  },
  create: ({ 'answer-end': end }) => createNaturalQuestions(end === 'punctuation' ? 'punctuation' : 'line'),
};
