import { describe, expect, test } from 'vitest';
import { type CoqaRow, coqaDev } from '../datasets/coqa.js';
import { dataFolder, hasData, needsData } from '../testing/reference.js';
import { type CoqaRecord, coqaTask, createCoqa } from './coqa.js';
import type { GeneratedAnswer, RecordBase } from './task.js';

const row: CoqaRow = {
  source: 'mctest',
  story: '  Ann has a red hat.\n\nIt is new. \n',
  turns: [
    { question: 'What color is it?', references: ['red', 'Red', 'a red one', 'the red hat'] },
    { question: "Is it Ann's?", references: ['yes', 'Yes', 'she did', 'Yes, she did'] },
    { question: 'Is it old?', references: ['no', 'No', 'no', 'it is not'] },
  ],
};

const wrote = (text: string, more: Partial<GeneratedAnswer> = {}): GeneratedAnswer => ({
  text,
  tokens: [1],
  logProbs: [-0.5],
  ended: 'stop',
  promptTokens: 9,
  truncatedTokens: 0,
  ...more,
});

const task = createCoqa('gold', 'lines');

function records(...dialogues: [row: CoqaRow, answers: GeneratedAnswer[]][]): (RecordBase & CoqaRecord)[] {
  const base = { input: '0', contextTokens: 9, scoredTokens: 2, truncatedTokens: 0 };
  return dialogues.map(([dialogue, answers], index) => ({
    index,
    ...base,
    ...task.record(dialogue, answers),
  }));
}

const metric = (id: string, of: (RecordBase & CoqaRecord)[]) => task.metrics(of).find((one) => one.id === id);

describe('the prompt', () => {
  const textOf = (prompt: ReturnType<typeof task.prompt>) =>
    prompt && `${prompt.before ?? ''}${prompt.cuttable}${prompt.after ?? ''}`;

  test('of the first question is the passage, an empty line and the question', () => {
    expect(textOf(task.prompt(row, []))).toBe('Ann has a red hat.\n\nIt is new.\n\nQ: What color is it?\nA:');
  });

  test('of a later one has the dialogue of the data set before it', () => {
    expect(textOf(task.prompt(row, ['blue', 'maybe']))).toBe(
      "Ann has a red hat.\n\nIt is new.\n\nQ: What color is it?\nA: red\nQ: Is it Ann's?\nA: yes\nQ: Is it old?\nA:",
    );
  });

  test('has the model’s own answers instead when asked to', () => {
    const own = createCoqa('own', 'lines');
    expect(textOf(own.prompt(row, [' blue', '']))).toBe(
      "Ann has a red hat.\n\nIt is new.\n\nQ: What color is it?\nA: blue\nQ: Is it Ann's?\nA:\nQ: Is it old?\nA:",
    );
  });

  test('has an empty line between all parts in the form of lm-evaluation-harness', () => {
    const paragraphs = createCoqa('gold', 'paragraphs');
    expect(textOf(paragraphs.prompt(row, ['']))).toBe(
      "Ann has a red hat.\n\nIt is new.\n\nQ: What color is it?\n\nA: red\n\nQ: Is it Ann's?\n\nA:",
    );
  });

  test('loses the passage first and never the question; no part that may be cut ends with a line end', () => {
    for (const answers of [[], ['red'], ['red', 'yes']]) {
      const prompt = task.prompt(row, answers)!;
      expect(prompt.cutFrom).toBe('left');
      expect(prompt.cuttable.startsWith('Ann has')).toBe(true);
      expect(prompt.cuttable).toMatch(/\S$/);
      expect(prompt.after).toMatch(/^\n{1,2}Q: [^\n]+\nA:$/);
    }
  });

  test('ends with the last turn', () => {
    expect(task.prompt(row, ['red', 'yes', 'no'])).toBeUndefined();
  });
});

describe('the scores', () => {
  test('are those of the official script: each reference is left out once', () => {
    // Against the single references F1 is 0.5, 0.5, 0.8 and 1, which gives maxima 1, 1, 1 and 0.8 over the others.
    const { turns } = task.record(row, [wrote(' blue'), wrote(' yes she did '), wrote(' No.')]);
    expect(turns[1]).toMatchObject({ answer: 'yes she did', references: 4 });
    expect(turns[1]!.f1).toBeCloseTo(0.95, 12);
    expect(turns[1]!.exactMatch).toBeCloseTo(0.75, 12);
    expect(turns.map(({ f1 }) => f1)).toEqual([0, expect.closeTo(0.95, 12), 1]);
  });

  test('are means over all questions, not over dialogues', () => {
    const short: CoqaRow = {
      source: 'cnn',
      story: 'Rain.',
      turns: [{ question: 'What?', references: ['rain'] }],
    };
    const all = records([row, [wrote('blue'), wrote('yes she did'), wrote('no')]], [short, [wrote('rain')]]);
    expect(metric('f1', all)!.value).toBeCloseTo((100 * (0 + 0.95 + 1 + 1)) / 4, 10);
    expect(metric('f1', all)!.n).toBe(4);
    expect(metric('em', all)!.value).toBeCloseTo((100 * (0 + 0.75 + 1 + 1)) / 4, 10);
    expect(metric('f1_mctest', all)!.value).toBeCloseTo(65, 10);
    expect(metric('f1_cnn', all)).toMatchObject({ value: 100, n: 1 });
    expect(metric('f1_race', all)).toBeUndefined();
    expect(metric('single_reference', all)!.value).toBe(1);
  });

  test('cut prompts and answers without an end are counted', () => {
    const answers = [
      wrote('red', { truncatedTokens: 7 }),
      wrote('yes', { ended: 'length', truncatedTokens: 9 }),
      wrote('no', { ended: 'end-of-text' }),
    ];
    const all = records([row, answers]);
    expect(metric('cut_prompts', all)!.value).toBe(2);
    expect(metric('unfinished', all)!.value).toBe(1);
  });
});

test('history and prompt are options, and the deviations say which history was used', () => {
  const values = { history: 'own', prompt: 'lines' };
  const own = coqaTask.create(values);
  expect(own.deviations.some((one) => one.includes('the model’s own answers;'))).toBe(true);
  expect(coqaTask.options.map((option) => [option.name, option.default])).toEqual([
    ['history', 'gold'],
    ['prompt', 'lines'],
  ]);
});

describe.skipIf(!hasData)(`all 7,983 published questions${needsData}`, () => {
  test('score what the rules of the official script give', async () => {
    const rows = await coqaDev.read([`${dataFolder}/coqa/coqa_validation.csv`]);
    // Answers that are partly right: too long in turns 1, 3, 5 …, the last word in the others.
    const answer = ({ turns }: CoqaRow, turn: number) => {
      const [right] = turns[turn]!.references as [string];
      if (turn % 2 === 1) return right.split(' ').at(-1)!;
      return `${turns[turn]!.question.split(' ')[0]} ${turns[turn - 1]?.references[0] ?? ''} ${right}`;
    };
    const all = records(
      ...rows.map((dialogue): [CoqaRow, GeneratedAnswer[]] => [
        dialogue,
        dialogue.turns.map((_, turn) => wrote(answer(dialogue, turn))),
      ]),
    );
    // Python 3.11 with the functions normalize_answer, compute_f1 and compute_exact of evaluate-v1.0.py.
    const expected = {
      f1: 65.25035834715065,
      em: 24.213954653638982,
      f1_mctest: 65.88303932858335,
      f1_gutenberg: 65.73575321324003,
      f1_race: 64.77006032239254,
      f1_cnn: 64.89089576265906,
      f1_wikipedia: 65.06211874474059,
    };
    for (const [id, value] of Object.entries(expected)) {
      expect(metric(id, all)!.value, id).toBeCloseTo(value, 9);
    }
    expect(metric('single_reference', all)!.value).toBe(7983);
  });
});
