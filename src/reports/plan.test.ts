import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { readResults } from '../results/results-folder.js';
import { readFeeds } from './feeds.js';
import { readPlan } from './plan.js';

const plan = await readPlan();

test('a plan with a model or group that it does not have is refused, with its place', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'gpt-plan-'));
  try {
    const file = path.join(folder, 'plan.json');
    const write = (changed: object) => writeFile(file, JSON.stringify({ ...plan, ...changed }));
    await write({ groups: { ...plan.groups, sizes: { models: ['huge'], quick: ['tiny'] } } });
    await expect(readPlan(file)).rejects.toThrow('groups.sizes: the plan has no model huge.');
    await write({ experiments: [{ ...plan.experiments[0], models: 'sises' }] });
    await expect(readPlan(file)).rejects.toThrow('experiments[0]: lambada: no group sises.');
    await write({ experiments: [{ ...plan.experiments[0], work: { rows: 1, spoken: 2 } }] });
    await expect(readPlan(file)).rejects.toThrow(/experiments\[0\]\.work\.spoken/);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('what a task goes into is read from tables, figures and claims', async () => {
  const feedsOf = await readFeeds();
  expect(feedsOf('winograd')).toEqual({
    tables: ['gpt2-text'],
    figures: ['gpt2-figure3'],
    claims: expect.arrayContaining(['size-winograd', 'winograd-chance']),
  });
  expect(feedsOf('overlap-ptb')).toEqual({ tables: ['gpt2-table6'], figures: [], claims: [] });
});

test('the work of an experiment is what a committed result of it counted', async () => {
  const root = fileURLToPath(new URL('../../', import.meta.url));
  const all = (
    await Promise.all(['results', 'results/samples'].map((folder) => readResults(path.join(root, folder))))
  ).flatMap(({ results }) => results);
  for (const { command, task, work } of plan.experiments) {
    if (command !== 'eval') continue;
    const { read = 0, asked = 0, written = 0, rows } = work;
    const counted = all.some(
      ({ task: { name }, counts, data, settings }) =>
        name === task &&
        Math.min(data.rows, settings.limit ?? data.rows) === rows &&
        counts.inputTokens === read + asked + written,
    );
    expect(counted, task).toBe(true);
  }
});

test('models are trained as their pages say', async () => {
  for (const { name, flags } of plan.models) {
    const folder = name === 'tiny' ? 'tiny' : name.replace('mini-', 'mini/');
    const page = await readFile(new URL(`../../models/${folder}/README.md`, import.meta.url), 'utf8').catch(
      () => undefined,
    );
    // Of a model that is still in training there is none.
    if (page === undefined) continue;
    const rate = flags.find((flag) => flag.startsWith('--lr='))!.slice('--lr='.length);
    expect(page, name).toContain(`--lr ${rate}`);
  }
});
