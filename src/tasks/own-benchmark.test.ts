import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Result } from '../results/result.js';
import { isolatedEnvironment, runGpt } from '../testing/run-gpt.js';
import { makeTemporaryFolder } from '../testing/tiny-model.js';

let root: string;
let folder: string;
let count = 0;
const gpt = (...args: string[]) => runGpt(args, { cwd: folder, env: isolatedEnvironment(root) });

beforeAll(async () => {
  root = await makeTemporaryFolder();
});
afterAll(() => rm(root, { recursive: true, force: true }));
// Nothing is there but what a test puts there.
beforeEach(async () => {
  folder = path.join(root, String(count++));
  await mkdir(folder);
});

/** The files that the page of the documentation tells the reader to write. */
async function writeExample(): Promise<string> {
  const page = await readFile(new URL('../../docs/adding-a-task.md', import.meta.url), 'utf8');
  const [, source] = /```js\n([^`]*(?:`[^`]+`[^`]*)*?)```/.exec(page)!;
  const rows = /((?: {4}\{"sentence".*\n)+)/.exec(page)![1]!.replaceAll(/^ {4}/gm, '');
  await writeFile(path.join(folder, 'odd-word.js'), source!);
  await writeFile(path.join(folder, 'odd-word.jsonl'), rows);
  return source!;
}

const resultNames = async () =>
  (await readdir(path.join(folder, 'results'))).filter((name) => name.endsWith('.json'));

test('the example of the documentation runs from an empty folder', async () => {
  await writeExample();
  const { code, stdout, stderr } = await gpt('eval', './odd-word.js', '--model', 'tiny', '--json');
  expect(stderr).not.toContain('rror');
  expect(code).toBe(0);
  const { task, data, metrics, deviations } = JSON.parse(stdout) as Result;
  expect(task).toEqual({
    name: expect.stringMatching(/^odd-word@[0-9a-f]{8}$/),
    title: 'which word ends a sentence',
    version: 1,
  });
  expect(data).toMatchObject({ file: 'odd-word.jsonl', rows: 3, complete: false, own: true });
  expect(metrics).toEqual([expect.objectContaining({ id: 'accuracy', value: 100, n: 3, unit: 'percent' })]);
  expect(deviations).toContain('The benchmark is declared in odd-word.js, by whoever ran it.');
  expect(await resultNames()).toEqual([
    expect.stringMatching(/^odd-word-[0-9a-f]{8}--tiny--data-[0-9a-f]{8}\.json$/),
  ]);
});

test('a changed file is another benchmark: nothing of the old one is gone on with or replaced', async () => {
  const source = await writeExample();
  await gpt('eval', 'odd-word.js', '--model', 'tiny');
  await writeFile(path.join(folder, 'odd-word.js'), source.replace('options: [', 'options: [" sing",'));
  const { stdout, stderr } = await gpt('eval', 'odd-word.js', '--model', 'tiny', '--json');
  expect(stderr).not.toContain('already');
  expect(JSON.parse(stdout).metrics[0].value).toBe(0);
  expect(await resultNames()).toHaveLength(2);
});

test('--data, --limit, --samples, shards and merging work as for every task', async () => {
  await writeExample();
  const rows = Array.from({ length: 7 }, (_, index) => `He saw ${index} dogs and,two,tow\n`);
  await writeFile(path.join(folder, 'own.csv'), `sentence,right,wrong\n${rows.join('')}`);
  const args = ['eval', 'odd-word.js', '--model', 'tiny', '--data', 'own.csv', '--limit', '6', '--json'];
  const whole = JSON.parse((await gpt(...args, '--samples', 'answers.jsonl')).stdout) as Result;
  const answers = (await readFile(path.join(folder, 'answers.jsonl'), 'utf8')).trim().split('\n');
  expect(answers.map((line) => JSON.parse(line).prompt)[5]).toBe('He saw 5 dogs and');
  for (const shard of ['1/2', '2/2']) await gpt(...args, '--shard', shard);
  const shards = (await readdir(path.join(folder, 'results/journals'))).filter((name) => /shard/.test(name));
  const journals = shards.map((name) => path.join('results/journals', name));
  const merged = await gpt('merge', ...journals, '--benchmark', 'odd-word.js', '--json');
  expect(JSON.parse(merged.stdout)).toMatchObject({
    fingerprint: whole.fingerprint,
    metrics: whole.metrics,
  });
  const without = await gpt('merge', ...journals);
  expect(without.stderr).toContain('Of a benchmark of your own, name its file with --benchmark.');
});

test('every kind of question can be asked', async () => {
  await writeFile(path.join(folder, 'rows.jsonl'), '{"q": "The sun", "a": " rose"}\n{"q": "", "a": "It"}\n');
  const shared = `data: 'rows.jsonl', fields: { q: 'text', a: 'text' }`;
  const number = `label: 'x', n: 2, standardError: null, higherIsBetter: true`;
  const kinds = {
    loglikelihood: `requests: ({ q, a }) => [{ context: q, continuation: a }],
      record: (row, [{ logProbs }]) => ({ nats: -logProbs.reduce((a, b) => a + b) }),
      metrics: (records) => [{ id: 'x', value: records[0].nats, unit: 'nats', ${number} }]`,
    rolling: `texts: (rows) => [{ text: rows.map(({ q, a }) => q + a).join('\\n') }],
      metrics: (records) => [{ id: 'x', value: records[0].units.bytes, unit: 'count', ${number} }]`,
    generate: `prompt: ({ q }, answers) => (answers.length === 0 ? q : undefined), stop: ['\\n'], maxTokens: 4,
      record: (row, [{ tokens }]) => ({ tokens: tokens.length }),
      metrics: (records) => [{ id: 'x', value: records[0].tokens, unit: 'count', ${number} }]`,
  };
  for (const [kind, functions] of Object.entries(kinds)) {
    const source = `export default { name: '${kind}', title: 't', kind: '${kind}', ${shared}, ${functions} };`;
    await writeFile(path.join(folder, `${kind}.js`), source);
  }
  const files = Object.keys(kinds).map((kind) => `${kind}.js`);
  const { stdout, stderr } = await gpt('eval', ...files, '--model', 'tiny', '--json');
  expect(stderr).not.toContain('rror');
  const values = (JSON.parse(stdout) as Result[]).map(({ metrics }) => metrics[0]!.value);
  expect(values[0]).toBeGreaterThan(0);
  expect(values.slice(1)).toEqual(['The sun rose\nIt'.length, 4]);
});

describe('what is wrong with a file is said with file and key', () => {
  test.each([
    ['nothing is exported', 'const x = 1;', 'its default export is nothing and declares no benchmark'],
    ['a syntax error', '\n\nexport default {', 'odd-word.js, line 3: SyntaxError'],
    ['an error while loading', 'null.x;', 'odd-word.js, line 1: TypeError'],
    ['another file', "import './other.js';", 'it imports another file or package'],
    ['a package', "import 'fast-check';", 'it imports another file or package'],
    [
      'a missing key',
      'export default { name: "x", title: "t" };',
      'kind: expected one of loglikelihood, choice',
    ],
  ])('%s', async (_, source, message) => {
    await writeFile(path.join(folder, 'odd-word.js'), source);
    const { code, stderr } = await gpt('eval', 'odd-word.js', '--model', 'tiny');
    expect(stderr).toContain(message);
    expect(stderr).not.toMatch(/bug|base64/);
    expect(code).toBe(1);
  });

  test.each([
    ["kind: 'choice'", "kind: 'chioce'", 'odd-word.js: kind: expected one of'],
    [
      "name: 'odd-word'",
      "name: '../odd'",
      'name: expected a text of letters, digits and hyphens, found "../odd"',
    ],
    ["wrong: 'text' }", "wrong: 'txet' }", 'fields: expected an object such as'],
    ['request: (', 'reqest: (', 'odd-word.js: request: expected a function, found nothing'],
    ['title:', 'titel: 1, title:', 'titel: a benchmark of kind choice has no such key.\nDid you mean title?'],
    [
      'context: sentence',
      'context: 1',
      'odd-word.js, request: context: it returns something else than it must',
    ],
    ['context: sentence', 'context: sentence.x.y', 'odd-word.js, request: TypeError'],
    ['accuracy(', 'Promise.resolve(', 'metrics: [0].value: it returns something else'],
    ['sumLogProbs(logProbs)', 'NaN', 'odd-word.js, record: it returns something else than it must'],
    ["data: 'odd-word.jsonl'", "data: 'none.jsonl'", 'none.jsonl does not exist'],
  ])('%s as %s', async (from, to, message) => {
    const source = await writeExample();
    expect(source).toContain(from);
    await writeFile(path.join(folder, 'odd-word.js'), source.replace(from, to));
    const { code, stderr } = await gpt('eval', 'odd-word.js', '--model', 'tiny');
    expect(stderr).toContain(message);
    expect(stderr).not.toMatch(/This is a bug/);
    expect(code).toBe(1);
  });

  test('a file that is not there, and a row without a field', async () => {
    const missing = await gpt('eval', './nothing.js', '--model', 'tiny');
    expect([missing.code, missing.stderr]).toEqual([1, expect.stringContaining('nothing.js')]);
    await writeExample();
    await writeFile(path.join(folder, 'odd-word.jsonl'), '{"sentence": "A", "right": "b"}\n');
    const { stderr } = await gpt('eval', 'odd-word.js', '--model', 'tiny');
    expect(stderr).toMatch(/odd-word\.jsonl: line 1: no text under "wrong"/);
  });
});
