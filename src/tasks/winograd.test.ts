import { createHash } from 'node:crypto';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadDataset } from '../datasets/load.js';
import type { PronounProblem } from '../datasets/pronoun-problem.js';
import { winograd } from '../datasets/winograd.js';
import { dataFolder, hasData, needsData } from '../testing/reference.js';
import type { LoglikelihoodAnswer, LoglikelihoodTask, RecordBase } from './task.js';
import { type WinogradRecord, winogradTasks } from './winograd.js';

const noHub = () => Promise.reject(new Error('no hub in this test'));

function create(
  name: string,
  values: Record<string, string> = {},
): LoglikelihoodTask<PronounProblem, WinogradRecord> {
  const definition = winogradTasks.find((task) => task.name === name)!;
  const defaults = Object.fromEntries(definition.options.map((option) => [option.name, option.default]));
  const task = definition.create({ ...defaults, ...values });
  if (task.kind !== 'loglikelihood') throw new Error(`${name} asks for no log-probabilities`);
  return task;
}

const task = create('winograd');
const sentences = (problem: PronounProblem, substitution = 'harness') =>
  create('winograd', { substitution })
    .requests(problem)
    .filter(({ context }) => context === '')
    .map(({ continuation }) => continuation);

describe('each candidate takes the place of the pronoun', () => {
  const problem: PronounProblem = {
    before: 'The owl saw the vole because',
    after: 'hooted.',
    possessive: false,
    candidates: ['The owl', 'the vole'],
    answer: 0,
  };

  test('partial and full request of one candidate, then of the next', () => {
    expect(task.requests(problem)).toEqual([
      { context: 'The owl saw the vole because the owl', continuation: ' hooted.' },
      { context: '', continuation: 'The owl saw the vole because the owl hooted.' },
      { context: 'The owl saw the vole because the vole', continuation: ' hooted.' },
      { context: '', continuation: 'The owl saw the vole because the vole hooted.' },
    ]);
  });

  test('five candidates make ten requests', () => {
    const candidates = ['a', 'b', 'c', 'd', 'e'];
    expect(create('pdp60').requests({ ...problem, candidates })).toHaveLength(10);
  });

  test('in the place of a possessive it has an s, unless it has one', () => {
    const owners = { ...problem, possessive: true, candidates: ['The owl', "Ann's"], after: 'wings beat.' };
    expect(sentences(owners)).toEqual([
      "The owl saw the vole because the owl's wings beat.",
      "The owl saw the vole because Ann's wings beat.",
    ]);
  });

  test('at the beginning of a sentence its capital stays; only "sentence" puts one there', () => {
    const beginning = { ...problem, before: 'The owl saw the vole.' };
    const [big, small] = ['The owl saw the vole. The owl hooted.', 'The owl saw the vole. the vole hooted.'];
    expect(sentences(beginning)).toEqual([big, small]);
    expect(sentences(beginning, 'sentence')).toEqual([big, 'The owl saw the vole. The vole hooted.']);
    expect(sentences({ ...problem, before: '' }, 'sentence')).toEqual([
      'The owl hooted.',
      'The vole hooted.',
    ]);
    expect(sentences({ ...problem, before: 'He said "Oh!"' })[0]).toBe('He said "Oh!" The owl hooted.');
  });

  test('names keep their capitals within a sentence, articles and possessives do not', () => {
    const candidates = ['Theo', 'An owl', 'My owl', 'Ann'];
    expect(sentences({ ...problem, before: 'So', candidates })).toEqual([
      'So Theo hooted.',
      'So an owl hooted.',
      'So my owl hooted.',
      'So Ann hooted.',
    ]);
  });

  test('"published" leaves it as the file has it', () => {
    const owners = { ...problem, possessive: true, after: 'wings beat.' };
    expect(sentences(owners, 'published')[0]).toBe('The owl saw the vole because The owl wings beat.');
  });

  test('punctuation joins it, quotation marks only from the inside', () => {
    const candidates = ['Ann', 'Bo'];
    const sentence = (before: string, after: string) =>
      sentences({ before, after, possessive: false, candidates, answer: 0 })[0];
    expect(sentence('I saw', '.')).toBe('I saw Ann.');
    expect(sentence('I saw', ', and left.')).toBe('I saw Ann, and left.');
    expect(sentence('I took', '"Dibs!" as no.')).toBe('I took Ann "Dibs!" as no.');
    expect(sentence('She said: "', 'is here."')).toBe('She said: "Ann is here."');
    expect(sentence('("', 'is here."')).toBe('("Ann is here."');
    expect(sentence('He said "no" to', 'twice.')).toBe('He said "no" to Ann twice.');
  });
});

const files = path.join(dataFolder, 'winograd');

describe.skipIf(!hasData)(`the published files${needsData}`, () => {
  const read = (file: string) => winograd('273').read([path.join(files, file)]);

  test('the partial requests are those of lm-evaluation-harness', async () => {
    const problems = await read('WSCollection.xml');
    const texts = problems.map((problem) => {
      const partial = task.requests(problem).filter(({ context }) => context !== '');
      return [...partial.map(({ context }) => context), partial[0]!.continuation];
    });
    // Rows 208 and 209 are left out: there the harness writes "Emma's's". In 18 rows it has a space before the full stop.
    const compared = texts.filter((_, index) => index !== 208 && index !== 209);
    // Its wsc273/utils.py (commit 62fb9ca) on what the hub's loading script makes of the collection, in Python 3.11.
    expect(createHash('sha256').update(JSON.stringify(compared)).digest('hex').slice(0, 16)).toBe(
      '9fd3ccf82a6245c6',
    );
    expect(texts[208]!.slice(0, 2)).toEqual([
      "Emma's mother had died long ago, and Emma's",
      "Emma's mother had died long ago, and Emma's mother's",
    ]);
  });

  test('masked lines and JSON lines make the same requests in all but two schemata', async () => {
    const [masked, json] = await Promise.all([read('wsc273.txt'), read('winograd_wsc.jsonl')]);
    const requests = (problem: PronounProblem) =>
      task
        .requests(problem)
        .map(({ context, continuation }) => `${context}|${continuation}`)
        .sort();
    const different = masked.flatMap((problem, index) =>
      requests(problem).join() === requests(json[index]!).join() ? [] : [index],
    );
    // After "duck!" the JSON lines go on in lower case.
    expect(different).toEqual([172, 173]);
    expect(requests(masked[172]!)).not.toEqual(requests(json[172]!));
    expect(requests(masked[172]!).join().toLowerCase()).toBe(requests(json[172]!).join().toLowerCase());
  });

  test('the collection words 156 of its 546 candidates otherwise than the JSON lines', async () => {
    const [xml, json] = await Promise.all([read('WSCollection.xml'), read('winograd_wsc.jsonl')]);
    const partial = (problem: PronounProblem) =>
      task.requests(problem).filter(({ context }) => context !== '');
    const pairs = xml.flatMap((problem, index) => {
      const other = partial(json[index]!);
      return partial(problem).map((request, candidate) => [request, other[candidate]!] as const);
    });
    expect(pairs).toHaveLength(546);
    expect(pairs.filter(([one, other]) => one.context !== other.context)).toHaveLength(156);
    expect(pairs.every(([one, other]) => one.continuation === other.continuation)).toBe(true);
  });

  test('every full sentence is written without a space before punctuation or two in a row', async () => {
    for (const { name } of winogradTasks) {
      const { dataset, requests } = create(name);
      for (const problem of (await loadDataset(dataset, { dataDir: dataFolder, fetch: noHub })).rows) {
        for (const { context, continuation } of requests(problem)) {
          expect(context + continuation).not.toMatch(/ [.,;:!?]| {2}|\[MASK\]|^\s|\s$/);
          expect(continuation).toMatch(/^(?:\S| \S)/);
        }
      }
    }
  });
});

function answer(...logProbs: number[]): LoglikelihoodAnswer {
  return {
    tokens: logProbs.map(() => 0),
    logProbs,
    argMax: logProbs.map(() => 0),
    contextTokens: 1,
    truncatedTokens: 0,
    decode: () => '',
  };
}

test('the record sums the log-probabilities of each request', () => {
  const problem: PronounProblem = {
    before: 'So',
    after: 'ran.',
    possessive: false,
    candidates: ['Ann', 'Bo'],
    answer: 1,
  };
  const answers = [answer(-1, -2), answer(-3, -4, -5), answer(-2, -0.5), answer(-6, -6, -6)];
  expect(task.record(problem, answers)).toEqual({
    target: 'Bo',
    predictedPartial: 'Bo',
    predictedFull: 'Ann',
    answer: 1,
    partial: [-3, -2.5],
    full: [-12, -18],
  });
});

test('193 of 273 by partial scoring are 70.70 % ± 2.76; a draw is not right', () => {
  const record = (right: boolean): RecordBase & WinogradRecord => ({
    index: 0,
    input: '',
    contextTokens: 1,
    scoredTokens: 1,
    truncatedTokens: 0,
    target: '',
    predictedPartial: '',
    predictedFull: '',
    answer: 0,
    partial: right ? [-1, -2] : [-2, -1],
    full: [-1, -1],
  });
  const [partial, full] = task.metrics(Array.from({ length: 273 }, (_, index) => record(index < 193)));
  expect(partial).toMatchObject({ id: 'accuracy_partial', n: 273, unit: 'percent' });
  expect(partial!.value).toBeCloseTo(70.7, 2);
  expect(partial!.standardError).toBeCloseTo(2.755, 3);
  expect(full).toMatchObject({ id: 'accuracy_full', value: 0, n: 273 });
});

test('the options choose the collection and how a candidate is written, and the deviations say so', () => {
  expect(task.dataset.publishedRows).toBe(273);
  const other = create('winograd', { collection: '285', substitution: 'published' });
  expect(other.dataset.publishedRows).toBe(285);
  expect(other.deviations.join(' ')).toMatch(/as the file has it.*first 273 of the 285/);
});

test('every problem of the samples can be asked', async () => {
  for (const { name } of winogradTasks) {
    const { dataset, requests } = create(name);
    const { rows } = await loadDataset(dataset, { data: 'sample', fetch: noHub });
    for (const problem of rows) {
      const texts = requests(problem).map(({ context, continuation }) => context + continuation);
      expect(new Set(texts).size).toBe(problem.candidates.length);
      for (const text of texts) expect(text).toMatch(/^[A-Z][^[\]]*\S\.$/);
    }
  }
});
