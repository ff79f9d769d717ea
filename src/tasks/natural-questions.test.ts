import { describe, expect, test } from 'vitest';
import { type NaturalQuestionsRow, naturalQuestionsDev } from '../datasets/natural-questions.js';
import { normaliseAnswer } from '../metrics/normalise-answer.js';
import { dataFolder, hasData, needsData } from '../testing/reference.js';
import {
  createNaturalQuestions,
  type NaturalQuestionsRecord,
  naturalQuestionsTask,
} from './natural-questions.js';
import type { GeneratedAnswer, RecordBase } from './task.js';

const task = createNaturalQuestions('line');

/** What a model would answer with this probability. */
function wrote(text: string, probability: number, more: Partial<GeneratedAnswer> = {}): GeneratedAnswer {
  const logProbs = [0.25 * Math.log(probability), 0.75 * Math.log(probability)];
  return { text, tokens: [1, 2], logProbs, ended: 'stop', promptTokens: 9, truncatedTokens: 0, ...more };
}

function records(
  ...questions: [row: NaturalQuestionsRow, answer?: GeneratedAnswer][]
): (RecordBase & NaturalQuestionsRecord)[] {
  return questions.map(([row, answer], index) => ({
    index,
    input: String(index),
    contextTokens: 9,
    scoredTokens: 2,
    truncatedTokens: 0,
    ...task.record(row, answer === undefined ? [] : [answer]),
  }));
}

const metric = (id: string, of: (RecordBase & NaturalQuestionsRecord)[]) =>
  task.metrics(of).find((one) => one.id === id);
const detail = (id: string, of: (RecordBase & NaturalQuestionsRecord)[]) =>
  task.details!(of).find((one) => one.id === id);

const ask = (question: string, ...answers: string[]): NaturalQuestionsRow => ({ question, answers });

describe('the prompt', () => {
  const { cuttable, after } = task.prompt(ask('who wrote it', 'Ann'), [])!;

  test('ends with the question as a sentence and "A:", with an empty line before', () => {
    expect(after).toBe('\n\nQ: Who wrote it?\nA:');
    expect(task.prompt(ask('Why?', 'so'), [])!.after).toBe('\n\nQ: Why?\nA:');
  });

  test('begins with example questions and answers in the same form', () => {
    const blocks = cuttable.split('\n\n');
    expect(blocks.length).toBe(6);
    for (const block of blocks) expect(block).toMatch(/^Q: [A-Z][^\n]+\?\nA: [^\n]+$/);
  });

  test('is asked once', () => {
    expect(task.prompt(ask('who wrote it', 'Ann'), ['Ann'])).toBeUndefined();
  });

  test.skipIf(!hasData)(`has no question and no answer of the data set${needsData}`, async () => {
    const rows = await naturalQuestionsDev.read([`${dataFolder}/nq-open/NQ-open.dev.jsonl`]);
    const questions = new Set(rows.map(({ question }) => normaliseAnswer(question)));
    const answers = new Set(rows.flatMap((row) => row.answers.map(normaliseAnswer)));
    const examples = cuttable.split('\n\n').map((block) => /^Q: (.*)\nA: (.*)$/.exec(block)!);
    expect(examples.filter(([, question]) => questions.has(normaliseAnswer(question!)))).toEqual([]);
    expect(examples.filter(([, , answer]) => answers.has(normaliseAnswer(answer!)))).toEqual([]);
  });
});

describe('an answer', () => {
  const given = (answer: GeneratedAnswer, ...references: string[]) =>
    task.record(ask('which', ...references), [answer]).given!;

  test('is right when it equals one of the references after normalisation', () => {
    expect(given(wrote(' The Eiffel-Tower!', 0.5), 'Louvre', 'Eiffel-tower')).toMatchObject({
      answer: 'The Eiffel-Tower!',
      correct: true,
      emptyMatch: false,
    });
    expect(given(wrote(' Eiffel', 0.5), 'Eiffel-tower').correct).toBe(false);
  });

  test('has the product of its tokens’ probabilities as confidence', () => {
    expect(given(wrote(' x', 0.834), 'x').confidence).toBeCloseTo(0.834, 12);
  });

  test('is neither right nor confident where the model wrote nothing', () => {
    expect(given(wrote(' ', 0.9), 'x')).toMatchObject({ answer: '', correct: false, confidence: 0 });
    // Not even where nothing is left of the reference.
    expect(given(wrote('', 0.9), ')')).toMatchObject({ correct: false, emptyMatch: true, confidence: 0 });
  });

  test('of which normalisation leaves nothing is right only as it is written', () => {
    expect(given(wrote(' A', 0.7), 'A+', 'AB+')).toMatchObject({ correct: false, emptyMatch: true });
    expect(given(wrote(' a+', 0.7), 'A+', 'AB+')).toMatchObject({ correct: true, emptyMatch: false });
  });

  test('that the limit of tokens ended is not finished', () => {
    expect(given(wrote(' x', 0.5, { ended: 'length' }), 'x').finished).toBe(false);
    expect(given(wrote(' x', 0.5, { ended: 'end-of-text' }), 'x').finished).toBe(true);
  });
});

describe('the numbers', () => {
  // 150 questions: the first two are the most confident 1 % (1.5, rounded up), one of them right; 30 are right in all.
  const many = records(
    ...Array.from({ length: 150 }, (_, i): [NaturalQuestionsRow, GeneratedAnswer] => [
      ask(`who is ${i}`, `person ${i}`),
      wrote(i % 5 === 0 ? ` Person ${i}` : ' nobody', i < 2 ? 0.95 : 0.15),
    ]),
  );

  test('exact match is the share of right answers, with its standard error', () => {
    expect(metric('em', many)).toMatchObject({ value: 20, n: 150, unit: 'percent' });
    expect(metric('em', many)!.standardError).toBeCloseTo(100 * Math.sqrt((0.2 * 0.8) / 150), 10);
  });

  test('the most confident 1 % are measured alone', () => {
    expect(metric('em_top1percent', many)).toMatchObject({ value: 50, n: 2 });
  });

  test('the calibration error weighs the distance of confidence and accuracy by the answers', () => {
    // 2 answers at 0.95 with accuracy 1/2, 148 at 0.15 with accuracy 29/148.
    const expected = (2 * 0.45 + 148 * (29 / 148 - 0.15)) / 150;
    expect(metric('calibration_error', many)!.value).toBeCloseTo(expected, 12);
    expect(detail('calibration', many)!.rows).toEqual([
      ['10 to 20', 148, 15, 19.6],
      ['90 to 100', 2, 95, 50],
    ]);
  });

  test('matches of nothing, empty answers and unfinished ones are counted', () => {
    const odd = records(
      [ask('what', 'A+'), wrote(' A', 0.5)],
      [ask('what', 'iron'), wrote('', 0.5)],
      [ask('what', 'iron'), wrote(' iron', 0.5, { ended: 'length' })],
    );
    const counts = ['empty_matches', 'unanswered', 'unfinished'].map((id) => metric(id, odd)!.value);
    expect(counts).toEqual([1, 1, 1]);
    expect(metric('em', odd)!.value).toBeCloseTo(100 / 3, 10);
  });

  test('the baseline needs no model', () => {
    const alone = records([ask('who one', 'Ann')], [ask('who two', 'Ann')], [ask('who three', 'Ben')]);
    expect(task.metrics(alone).map(({ id, value }) => [id, Math.round(value)])).toEqual([
      ['em_most_common_answer', 67],
    ]);
    expect(task.details!(alone)).toEqual([
      expect.objectContaining({ id: 'question_words', rows: [['who', 3, 'ann', 2, 2]] }),
    ]);
  });

  test('the thirty most confident answers are listed as in Table 5', () => {
    const { rows, columns } = detail('most_confident', many)!;
    expect(rows.length).toBe(30);
    expect(rows.slice(0, 3)).toEqual([
      [1, 'Who is 0?', 'Person 0', 'right', 95],
      [2, 'Who is 1?', 'nobody', 'wrong', 95],
      [3, 'Who is 2?', 'nobody', 'wrong', 15],
    ]);
    for (const row of rows) expect(row.length).toBe(columns.length);
  });
});

test('where an answer ends is an option', () => {
  const stops = (end: string) => {
    const created = naturalQuestionsTask.create({ 'answer-end': end });
    return created.kind === 'generate' ? created.stop : undefined;
  };
  expect(stops('line')).toEqual(['\n']);
  expect(stops('punctuation')).toEqual(['\n', '.', ',']);
});

describe.skipIf(!hasData)(`Table 5 of the paper${needsData}`, () => {
  // Question, the answer of the 1542M model, and whether it matches the references of today; of these the paper marks all
  // right but "A".
  test.each<[string, string, boolean]>([
    ['who wrote the book the origin of species', 'Charles Darwin', true],
    ['who is the founder of the ubuntu project', 'Mark Shuttleworth', false],
    ['who is the quarterback for the green bay packers', 'Aaron Rodgers', true],
    ['panda is a national animal of which country', 'China', true],
    ['who came up with the theory of relativity', 'Albert Einstein', true],
    ['when was the first star wars film released', '1977', true],
    ['what is the most common blood type in sweden', 'A', false],
    ['who is regarded as the founder of psychoanalysis', 'Sigmund Freud', true],
    ['who took the first steps on the moon in 1969', 'Neil Armstrong', true],
    ['who is the largest supermarket chain in the uk', 'Tesco', true],
    ['what was the emperor name in star wars', 'Palpatine', false],
    ['do you have to have a gun permit to shoot at a range', 'No', false],
    ['who is the head of the department of homeland security 2017', 'John Kelly', false],
    ['vikram samvat calender is official in which country', 'India', false],
  ])('%s? %s', async (question, answer, correct) => {
    const rows = await naturalQuestionsDev.read([`${dataFolder}/nq-open/NQ-open.dev.jsonl`]);
    const row = rows.find((one) => one.question === question)!;
    expect(task.record(row, [wrote(` ${answer}`, 0.8)]).given).toMatchObject({ correct });
  });
});
