import { describe, expect, it } from 'vitest';
import type { CbtRecord } from '../../tasks/cbt.js';
import type { CoqaRecord } from '../../tasks/coqa.js';
import type { ClassifiedRecord } from '../../tasks/finetune-task.js';
import type { LambadaRecord } from '../../tasks/lambada.js';
import type { NaturalQuestionsRecord } from '../../tasks/natural-questions.js';
import type { RecordBase, WindowRecord } from '../../tasks/task.js';
import type { WinogradRecord } from '../../tasks/winograd.js';
import type { Wmt14Record } from '../../tasks/wmt14.js';
import { packExamples } from './pack-examples.js';

const base: RecordBase = {
  index: 0,
  input: '0123456789abcdef',
  contextTokens: 9,
  scoredTokens: 2,
  truncatedTokens: 0,
};

/** The packed form of one record without its fields: they are in another test. */
function pack<Kept extends object>(kept: Kept) {
  const { criteria, valueLabel, rows } = packExamples('a run', [{ ...base, ...kept }], 10);
  return { criteria, valueLabel, rows: rows.map((row) => row.slice(0, 5)) };
}

// Records are typed as their tasks type them: a key that is renamed there fails to compile here.
describe('packExamples reads the records of each kind of task', () => {
  it('LAMBADA: three ways to be right', () => {
    expect(
      pack<LambadaRecord>({
        target: ' loaf',
        predicted: ' leaf',
        logProb: -10.531566143035889,
        wholeWord: false,
        lastToken: true,
        stopWordFilter: true,
      }),
    ).toEqual({
      criteria: ['whole word', 'last token only', 'whole word, no stop words'],
      valueLabel: 'log-probability of the right answer, nats',
      rows: [['0', 6, ' loaf', ' leaf', -10.5316]],
    });
  });

  it('choices: the number is that of the right candidate', () => {
    expect(
      pack<CbtRecord>({
        target: 'bread',
        predicted: 'king',
        answer: 1,
        logProbs: [-1, -2.5],
        wordLogProbs: [-0.5, -0.75],
      }),
    ).toEqual({
      criteria: ['right'],
      valueLabel: 'log-probability of the right answer, nats',
      rows: [['0', 0, 'bread', 'king', -2.5]],
    });
  });

  it('Winograd: right by either scoring', () => {
    const { criteria, rows } = pack<WinogradRecord>({
      target: 'the cup',
      predictedPartial: 'the cup',
      predictedFull: 'the table',
      answer: 0,
      partial: [-1, -2],
      full: [-7, -6],
    });
    expect(criteria).toEqual(['partial scoring', 'full scoring']);
    expect(rows).toEqual([['0', 1, 'the cup', 'the table', -7]]);
  });

  it('CoQA: one example for each question of a dialogue', () => {
    const turn = { references: 4, cutTokens: 0, finished: true };
    const { criteria, valueLabel, rows } = pack<CoqaRecord>({
      source: 'race',
      turns: [
        { answer: 'white', f1: 1, exactMatch: 1, ...turn },
        { answer: 'in a barn', f1: 0.4, exactMatch: 0, ...turn },
      ],
    });
    expect([criteria, valueLabel]).toEqual([['exact match'], 'F1']);
    expect(rows).toEqual([
      ['0.1', 1, null, 'white', 1],
      ['0.2', 0, null, 'in a barn', 0.4],
    ]);
  });

  it('Natural Questions: the answer within the record', () => {
    const { criteria, rows } = pack<NaturalQuestionsRecord>({
      question: 'Who?',
      references: ['Ann', 'Ann Lee'],
      given: { answer: 'Ann', correct: true, emptyMatch: false, confidence: 0.125, finished: true },
    });
    expect(criteria).toEqual(['exact match']);
    expect(rows).toEqual([['0', 1, 'Ann | Ann Lee', 'Ann', 0.125]]);
  });

  it('translation and windows of long texts: nothing is right or wrong', () => {
    const counts = { matches: [1], totals: [1], hypothesisLength: 1, referenceLength: 1 };
    expect(
      pack<Wmt14Record>({
        reference: 'Oui.',
        answer: 'Oui. Non.',
        line: counts,
        translation: 'Oui.',
        bleu: counts,
      }),
    ).toEqual({ criteria: [], valueLabel: null, rows: [['0', 0, 'Oui.', 'Oui.', null]] });
    expect(
      pack<WindowRecord>({
        text: 0,
        nats: 3532.608903,
        units: { words: 3, lines: 1, bytes: 9, characters: 9 },
      }).rows,
    ).toEqual([['0', 0, null, null, 3532.61]]);
  });

  it('fine-tuning: classes', () => {
    const record: ClassifiedRecord = { index: 4, input: 'f', label: 1, predicted: 1, logits: [-0.5, 0.25] };
    const { criteria, rows } = packExamples('a run', [record], 10);
    expect(criteria).toEqual(['right']);
    expect(rows[0]!.slice(0, 5)).toEqual(['4', 1, '1', '1', 0.25]);
  });
});

describe('packExamples', () => {
  it('puts records in the order of the data file and keeps the first ones, counting all', () => {
    const records = [3, 0, 2, 1].map((index) => ({ index, nats: index + 0.5 }));
    const { total, rows } = packExamples('a run', records, 2);
    expect(total).toBe(4);
    expect(rows.map(([name]) => name)).toEqual(['0', '1']);
  });

  it('keeps every other key, objects flattened, null where a record has none', () => {
    const { fields, rows } = packExamples(
      'a run',
      [
        { index: 0, note: 'x', scores: { best: [1.23456789, 2], last: 0.1234567 } },
        { index: 1, note: 'y' },
      ],
      10,
    );
    expect(fields).toEqual(['note', 'scores.best', 'scores.last']);
    expect(rows.map((row) => row[5])).toEqual([
      ['x', [1.23457, 2], 0.123457],
      ['y', null, null],
    ]);
  });

  it('has room for more criteria than there are bits in a 32-bit number of its own', () => {
    const record = {
      index: 0,
      target: 'a',
      ...Object.fromEntries(Array.from({ length: 40 }, (_, n) => [`predicted${n}`, n % 2 ? 'a' : 'b'])),
    };
    const { criteria, rows } = packExamples('a run', [record], 1);
    expect(criteria).toHaveLength(40);
    expect(Math.floor(rows[0]![1] / 2 ** 39) % 2).toBe(1);
    expect(Math.floor(rows[0]![1] / 2 ** 38) % 2).toBe(0);
  });
});
