import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { newstest2014, type Wmt14Row } from '../datasets/wmt14.js';
import { dataFolder, hasData, needsData } from '../testing/reference.js';
import type { GeneratedAnswer, RecordBase } from './task.js';
import {
  createWmt14,
  type Direction,
  englishToFrench,
  frenchToEnglish,
  type Wmt14Record,
  wmt14Tasks,
} from './wmt14.js';
import { examplePairs } from './wmt14-pairs.js';

const row: Wmt14Row = { english: 'The dog sleeps.', french: 'Le chien dort.' };

const wrote = (text: string): GeneratedAnswer => ({
  text,
  tokens: [],
  logProbs: [],
  ended: 'stop',
  promptTokens: 0,
  truncatedTokens: 0,
});

const base: RecordBase = { index: 0, input: '', contextTokens: 0, scoredTokens: 0, truncatedTokens: 0 };

/** The metrics, by id, when the model writes those texts. */
function measure(direction: Direction, pairs: readonly (readonly [Wmt14Row, string?])[]) {
  const task = createWmt14(direction, 5);
  const records = pairs.map(([pair, text]): RecordBase & Wmt14Record => ({
    ...base,
    ...task.record(pair, text === undefined ? [] : [wrote(text)]),
  }));
  return new Map(task.metrics(records).map((metric) => [metric.id, metric]));
}

describe('the prompt', () => {
  test('has the example pairs in the direction of the task, and ends before the answer’s space', () => {
    const [first] = examplePairs;
    expect(createWmt14(englishToFrench, 1).prompt(row, [])).toEqual({
      cuttable: `${first!.english} = ${first!.french}\n`,
      cutFrom: 'left',
      after: 'The dog sleeps. =',
    });
    expect(createWmt14(frenchToEnglish, 1).prompt(row, [])).toEqual({
      cuttable: `${first!.french} = ${first!.english}\n`,
      cutFrom: 'left',
      after: 'Le chien dort. =',
    });
  });

  test('has as many pairs as the option says: five unless it is set', () => {
    for (const definition of wmt14Tasks) {
      const [shots] = definition.options;
      const pairs = (value: string) => {
        const task = definition.create({ shots: value });
        if (task.kind !== 'generate') throw new Error('not a task of generation');
        return task.prompt(row, [])!.cuttable.split('\n').length - 1;
      };
      expect(pairs(shots!.default)).toBe(5);
      expect(shots!.choices!.map(pairs)).toEqual(shots!.choices!.map(Number));
      expect(pairs('10')).toBe(examplePairs.length);
    }
  });

  test('is asked once', () => {
    expect(createWmt14(englishToFrench, 5).prompt(row, [' Le chien dort.'])).toBeUndefined();
  });
});

test('no example has the sign between the languages, a line break, or stands in the sample', async () => {
  const sample = (name: string) => fileURLToPath(new URL(`../../samples/${name}`, import.meta.url));
  const known = await Promise.all(['wmt14.en', 'wmt14.fr'].map((name) => readFile(sample(name), 'utf8')));
  for (const text of examplePairs.flatMap(({ english, french }) => [english, french])) {
    expect(text).toMatch(/^[^=\n]+$/);
    expect(known.some((lines) => lines.includes(text))).toBe(false);
  }
});

describe('the answer', () => {
  const { record } = createWmt14(englishToFrench, 5);

  test('is the first sentence of the line', () => {
    expect(record(row, [wrote(' Le chien dort. Il rêve.')])).toMatchObject({
      reference: 'Le chien dort.',
      answer: 'Le chien dort. Il rêve.',
      translation: 'Le chien dort.',
    });
  });

  test('may be empty, which scores 0', () => {
    expect(record(row, [wrote('  ')])).toMatchObject({ answer: '', translation: '' });
    expect(measure(englishToFrench, [[row, ' ']]).get('bleu')!.value).toBe(0);
  });

  test('that repeats the reference has 100 BLEU; what follows the first sentence counts for the line only', () => {
    const pair = { english: 'I see the dog.', french: 'Je vois le grand chien.' };
    const metrics = measure(englishToFrench, [[pair, ' Je vois le grand chien. Et le chat aussi.']]);
    expect(metrics.get('bleu')!.value).toBeCloseTo(100, 8);
    // 6 of 11 unigrams, 5/10, 4/9, 3/8, no brevity penalty.
    const precisions = (6 / 11) * (5 / 10) * (4 / 9) * (3 / 8);
    expect(metrics.get('bleu_line')!.value).toBeCloseTo(100 * precisions ** 0.25, 8);
  });
});

// sacrebleu 2.6.0, default settings.
test('BLEU is that of the corpus, not a mean over sentences', () => {
  const pair = (english: string): Wmt14Row => ({ english, french: '…' });
  const metrics = measure(frenchToEnglish, [
    [pair('the cat sat on the mat'), 'the cat is on the mat'],
    [pair('there is a dog in the big garden'), 'there is a dog in the garden'],
  ]);
  expect(metrics.get('bleu')).toMatchObject({ n: 2, standardError: null, higherIsBetter: true });
  expect(metrics.get('bleu')!.value).toBeCloseTo(58.54828908, 8);
});

test('without a model nothing is reported but the baseline with a dictionary', () => {
  expect([...measure(englishToFrench, [[row]]).keys()]).toEqual([]);
  const dictionary = new Map([
    ['the', 'le'],
    ['dog', 'chien'],
    ['sleeps', 'dort'],
  ]);
  const task = createWmt14(englishToFrench, 5, dictionary);
  const [metric, ...others] = task.metrics([{ ...base, ...task.record(row, []) }]);
  expect(others).toEqual([]);
  expect(metric).toMatchObject({ id: 'bleu_word_by_word', n: 1 });
  expect(metric!.value).toBeCloseTo(100, 8);
});

test('the details have the parts of BLEU and sacrebleu’s signature', () => {
  const task = createWmt14(englishToFrench, 5);
  const [detail] = task.details!([{ ...base, ...task.record(row, [wrote(' Le chien mange.')]) }]);
  expect(detail!.title).toContain('nrefs:1|case:mixed|eff:no|tok:13a|smooth:exp');
  // Tokens `Le chien mange .`: 3 of 4, 1 of 3, and 1/2 of 2, 1/4 of 1 by smoothing.
  const precisions = [75, 100 / 3, 25, 25];
  const bleu = precisions.reduce((product, precision) => product * precision, 1) ** 0.25;
  const [, ...numbers] = detail!.rows[0]!;
  expect(numbers).toEqual([bleu, ...precisions, 1, 1].map((value) => expect.closeTo(value, 8)));
  expect(detail!.rows).toHaveLength(2);
});

// sacrebleu 2.6.0: the source itself in place of a translation has 2.4267 and 2.4221 BLEU.
test.skipIf(!hasData)(`copying the source gets 2.43 and 2.42 BLEU on newstest2014${needsData}`, async () => {
  const files = ['newstest2014.en', 'newstest2014.fr'].map((name) => path.join(dataFolder, 'wmt14', name));
  const rows = await newstest2014.read(files);
  const copied = (direction: Direction) =>
    measure(
      direction,
      rows.map((pair) => [pair, ` ${pair[direction.from]}`]),
    ).get('bleu_line')!.value;
  expect(copied(englishToFrench)).toBeCloseTo(2.4266654864825745, 9);
  expect(copied(frenchToEnglish)).toBeCloseTo(2.422056980605613, 9);
});
