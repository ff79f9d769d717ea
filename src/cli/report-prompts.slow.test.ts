import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readResults } from '../results/results-folder.js';
import { readJournal } from '../runs/journal.js';
import { capturedOutput } from '../testing/captured-output.js';
import { makeTemporaryFolder } from '../testing/tiny-model.js';
import { createProgram } from './main.js';
import { promptReader } from './report-prompts.js';

const runs = ['lambada', 'cbt-cn', 'coqa', 'winograd', 'nq', 'ptb'];
let folder: string;
let results: string;
let data: string;

beforeAll(async () => {
  folder = await makeTemporaryFolder();
  results = path.join(folder, 'results');
  data = path.join(folder, 'lambada.jsonl');
  await writeFile(
    data,
    '{"text": "He took the bread and ate the bread"}\n{"text": "It rained and it rained"}\n',
  );
  const gpt = async (...words: string[]) => {
    const line = ['node', 'gpt', ...words, '--model', 'tiny', '--limit', '2', '--results', results];
    await createProgram(capturedOutput().output, line).parseAsync(line);
  };
  await gpt('eval', ...runs, '--data', 'sample');
  await gpt('eval', 'lambada', '--data', data);
});
afterAll(() => rm(folder, { recursive: true }));

/** Records of the journals of a task, with prompts, and what was said about those that have none. */
async function read(task: string, source: 'sample' | 'file', env: NodeJS.ProcessEnv = {}) {
  const notes: string[] = [];
  const addPrompts = promptReader((await readResults(results)).results, env, (sentence) =>
    notes.push(sentence),
  );
  const journals = path.join(results, 'journals');
  for (const name of (await readdir(journals)).filter((one) => one.endsWith('.jsonl'))) {
    const { header, records } = await readJournal(path.join(journals, name));
    const { identity } = header;
    if (identity.task.name !== task || identity.data.source !== source) continue;
    const shown = (await addPrompts(header, records)) as Record<string, unknown>[];
    return { records: shown.sort((a, b) => (a.index as number) - (b.index as number)), notes };
  }
  throw new Error(`no journal of ${task}`);
}

describe('promptReader', () => {
  it('shows context and continuation of a text that was scored', async () => {
    const { records, notes } = await read('lambada', 'sample');
    const passages = (await readFile('samples/lambada.jsonl', 'utf8')).split('\n').slice(0, 2);
    const texts = passages.map((line) => (JSON.parse(line) as { text: string }).text);
    expect(records.map(({ prompt, continuation }) => `${prompt}${continuation}`)).toEqual(texts);
    expect(records.map(({ continuation, target }) => [continuation, typeof target])).toEqual(
      records.map(({ target }) => [target, 'string']),
    );
    expect(notes).toEqual([]);
  });

  it('shows the options of a choice, and all texts where several are compared', async () => {
    const [first] = (await read('cbt-cn', 'sample')).records;
    expect(first!.options).toHaveLength(10);
    expect((first!.prompt as string).length).toBeGreaterThan(500);
    const [schema] = (await read('winograd', 'sample')).records;
    const [one, other] = schema!.texts as string[];
    expect(one!.length).toBeGreaterThan(20);
    expect(one).not.toBe(other);
  });

  it('shows what was asked in each turn of a dialogue', async () => {
    const [dialogue] = (await read('coqa', 'sample')).records;
    const turns = dialogue!.turns as { prompt: string; answer: string }[];
    expect(turns.length).toBeGreaterThan(1);
    for (const { prompt } of turns) expect(prompt).toMatch(/\nQ: [^\n]+\nA:$/);
    const [other] = (await read('nq', 'sample')).records;
    expect(other!.prompt).toMatch(/A:$/);
  });

  it('leaves the windows of long texts as they are', async () => {
    const { records, notes } = await read('ptb', 'sample');
    expect(records.length).toBeGreaterThan(0);
    expect(records.every((record) => record.prompt === undefined)).toBe(true);
    expect(notes).toEqual([]);
  });

  it('reads the file of the command, as long as it is what was measured', async () => {
    const { records } = await read('lambada', 'file');
    expect(records.map(({ continuation }) => continuation)).toEqual([' bread', ' rained']);
    const before = await readFile(data, 'utf8');
    await writeFile(data, before.replace('bread', 'broad'));
    const changed = await read('lambada', 'file');
    expect(changed.records[0]).not.toHaveProperty('prompt');
    expect(changed.notes).toEqual(['Prompts of lambada, tiny: the data found here is other data.']);
    await rm(data);
    const { notes } = await read('lambada', 'file', { HF_HUB_CACHE: path.join(folder, 'hub') });
    expect(notes).toEqual([expect.stringMatching(/^Prompts of lambada, tiny: .* is not on this machine\.$/)]);
  });
});
