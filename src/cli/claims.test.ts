import { expect, test } from 'vitest';
import { packagedModels } from '../checkpoints/packaged.js';
import { findRegisteredModel } from '../models/config.js';
import { type ClaimTest, readClaims } from '../reports/claims/claim.js';
import { allTasks } from '../tasks/find.js';
import { runGpt } from '../testing/run-gpt.js';

test('every claim is decided by tasks that exist', async () => {
  const { claims } = await readClaims();
  const names = new Set(allTasks.map(({ name }) => name));
  const tasksOf = (test: ClaimTest) =>
    test.kind === 'sizes'
      ? [test.task]
      : [...test.first, ...(test.kind === 'better' ? test.second : [])].map(({ task }) => task);
  const unknown = claims
    .flatMap(({ test, family }) => [test, ...(family === undefined ? [] : [family])])
    .flatMap(tasksOf)
    .filter((task) => !names.has(task));
  expect(unknown).toEqual([]);
});

test('the published models are registered', async () => {
  const { published, family } = await readClaims();
  const models = [...published.sizes, ...Object.values(published.parts)];
  expect(models.filter((name) => findRegisteredModel(name) === undefined)).toEqual([]);
  expect(packagedModels().has(family.sizes.at(-1)!)).toBe(true);
});

test('gpt claims prints verdicts, as JSON too, and refuses an unknown name', async () => {
  const { stdout, code } = await runGpt(['claims', 'size-cbt-cn', '--results', 'nowhere']);
  expect(code).toBe(0);
  expect(stdout).toContain('does not hold');
  expect(stdout).toContain('87.65 → 92.35 →');
  const { stdout: json } = await runGpt(['claims', 'lstm', '--json', '--results', 'nowhere']);
  expect(JSON.parse(json)).toMatchObject([{ claim: { id: 'lstm' }, family: { verdict: 'not run' } }]);
  const wrong = await runGpt(['claims', 'lsmt']);
  expect(wrong.code).toBe(2);
  expect(wrong.stderr).toContain('Did you mean lstm?');
});
