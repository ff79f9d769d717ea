import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { continuations, measuredWords, passagesOf } from '../datasets/continuations.js';
import { createContinuations } from './continuations.js';
import type { GeneratedAnswer } from './task.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'gpt-continuations-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const words = (count: number, word: string) => Array.from({ length: count }, (_, i) => word + i).join(' ');

test('words are counted as people and GPT-1 write them alike', () => {
  expect(measuredWords('“Don’t,” she said.')).toEqual(measuredWords('“ don ’ t , ” she said .'));
  expect(measuredWords('Größe 12')).toEqual(['größe', '12']);
});

test('a passage begins with a paragraph, after the last one ended', () => {
  // 24 + 100 words reach 4 words into the second paragraph.
  const text = `\n${words(120, 'a')}\n\n${words(200, 'b')}\n \n${words(124, 'c')}\n\n${words(123, 'd')}`;
  const passages = passagesOf(text, 'x.txt');
  expect(passages).toEqual([
    { file: 'x.txt', prompt: words(24, 'a'), human: text.slice(text.indexOf(' a24'), text.indexOf(' b4')) },
    { file: 'x.txt', prompt: words(24, 'c'), human: words(124, 'c').slice(words(24, 'c').length) },
  ]);
});

test('of a long text 100 passages are taken at equal distances', () => {
  const text = Array.from({ length: 250 }, (_, i) => words(124, `p${i}x`)).join('\n\n');
  const starts = passagesOf(text, 'x.txt').map(({ prompt }) => prompt.split('x')[0]);
  expect(starts).toHaveLength(100);
  expect(starts.slice(0, 5)).toEqual(['p0', 'p2', 'p5', 'p7', 'p10']);
});

test('files are read as text; one without a whole passage gives none', async () => {
  const files = ['one', 'two'].map((name) => path.join(folder, `${name}.txt`));
  await writeFile(files[0]!, words(124, 'a'));
  await writeFile(files[1]!, 'too short');
  expect((await continuations.read(files)).map(({ file }) => file)).toEqual(['one.txt']);
});

const answer = (text: string) => ({ text, tokens: [], logProbs: [] }) as unknown as GeneratedAnswer;
const base = { index: 0, input: '', contextTokens: 0, scoredTokens: 0, truncatedTokens: 0 };

test('the model stands beside the people, over the first 100 words of each', () => {
  const task = createContinuations('greedy');
  const rows = [0, 1].map((i) => ({ file: 'x', prompt: 'p', human: words(100, `h${i}x`) }));
  const records = rows.map((row) => ({
    ...base,
    ...task.record(row, [answer(`${'the same '.repeat(50)}${words(20, 'unseen')}`)]),
  }));
  const value = (id: string) => task.metrics(records).find((metric) => metric.id === id)?.value;
  expect(value('repetition2')).toBeCloseTo(1 - 2 / 99, 12);
  expect(value('distinct1')).toBeCloseTo(2 / 200, 12);
  expect(value('selfBleu')).toBeCloseTo(1, 12);
  expect(value('words')).toBe(100);
  expect(value('human_repetition2')).toBe(0);
  expect(value('human_distinct1')).toBe(1);
  expect(value('human_selfBleu')).toBe(0);
});

test('without a model only the people are measured', () => {
  const task = createContinuations('top-k');
  const record = task.record({ file: 'x', prompt: 'p', human: words(100, 'h') }, []);
  expect(record).not.toHaveProperty('text');
  expect(task.metrics([{ ...base, ...record }]).every(({ id }) => id.startsWith('human_'))).toBe(true);
});

test('the prompt is asked once and words are drawn as the option says', () => {
  const task = createContinuations('top-k');
  const row = { file: 'x', prompt: 'Once', human: '' };
  expect(task.prompt(row, [])).toEqual({ cuttable: 'Once', cutFrom: 'left' });
  expect(task.prompt(row, ['upon'])).toBeUndefined();
  expect(task.sampling).toMatchObject({ method: 'sample', topK: 40 });
  expect(createContinuations('greedy').sampling).toEqual({ method: 'greedy' });
});
