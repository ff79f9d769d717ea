import { rm } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { InterruptedError, UserError } from '../errors.js';
import type { OthersNumber } from '../reports/others.js';
import { writeResult } from '../results/results-folder.js';
import { capturedOutput } from '../testing/captured-output.js';
import { exampleResult } from '../testing/example-result.js';
import { makeTemporaryFolder } from '../testing/tiny-model.js';
import { readKnownAnswers } from '../verification/answers.js';
import type { RunCommand } from './command.js';
import { runVerify } from './verify.js';

let folder = '';
let env: Record<string, string> = {};

beforeAll(async () => {
  folder = await makeTemporaryFolder();
  env = { HOME: folder, HF_HUB_CACHE: path.join(folder, 'hub'), GPT_CACHE: path.join(folder, 'own') };
});

afterAll(() => rm(folder, { recursive: true }));

/** A number about tiny on a benchmark, as somebody might have published it. */
const number = (value: string): OthersNumber => ({
  ...{ task: 'lambada', model: 'tiny', metric: 'accuracy_whole_word', unit: 'percent', value },
  ...{ setting: 'whole word', run: { options: {}, tolerance: 0.1, tokens: 1000 }, source: 'nobody' },
});

/** Runs the command on few facts: files and tokens only. */
async function verify(
  names: string[],
  flags: object,
  run: RunCommand = async () => {},
  others: OthersNumber[] = [],
) {
  const { output, written } = capturedOutput();
  const notes: string[] = [];
  const line = { update() {}, note: (text: string) => void notes.push(text), clear() {} };
  const context = { output, line, signal: new AbortController().signal, env };
  const options = {
    fetch: false,
    ladder: false,
    dtype: 'fp32' as const,
    threads: 0,
    json: false,
    results: path.join(folder, 'results'),
    ...flags,
  };
  const answers = { ...(await readKnownAnswers()), greedy: [], training: [] };
  const error = await runVerify(names, options, run, context, { answers, others }).catch(
    (reason: unknown) => reason,
  );
  return { ...written, notes, error };
}

test('without names and without a published model it is tiny that is verified', async () => {
  const { out, notes, error } = await verify([], {});
  expect(error).toBeUndefined();
  expect(notes[0]).toContain('gpt verify gpt2 --fetch');
  expect(out).toMatch(/^tiny\n {2}ok {3}files {5}model.safetensors/);
  expect(out).toContain('tiny: 8 facts hold, 0 fail.');
});

test('a published model that is not here is not fetched unasked', async () => {
  for (const name of ['gpt2', 'someone/model', 'someone/model@v1']) {
    const { error } = await verify([name], {});
    expect(error).toBeInstanceOf(UserError);
    expect((error as UserError).hint).toContain(`gpt verify ${name} --fetch`);
  }
});

test('the ladder takes a result that is there, and fails where it does not agree', async () => {
  const first = JSON.parse((await verify(['tiny'], { json: true })).out);
  expect(first).toMatchObject({ name: 'tiny', as: 'tiny', format: 'safetensors', held: 8, failed: 0 });
  const results = path.join(folder, 'measured');
  const commands: string[] = [];
  // The example has an accuracy of 32.5.
  const run: RunCommand = async (words) => {
    commands.push(words.join(' '));
    await writeResult(results, exampleResult({ model: { name: 'tiny', sha256: first.sha256 } }));
  };
  const climbed = await verify(['tiny'], { ladder: true, results }, run, [number('32.56')]);
  expect(commands).toEqual([`eval lambada --model=tiny --dtype=fp32 --results=${results}`]);
  expect(climbed.error).toBeUndefined();
  expect(climbed.out).toContain(
    'ok   benchmark lambada, accuracy whole word (whole word): 32.50 (published 32.56 ± 0.1)',
  );
  const again = await verify(['tiny'], { ladder: true, results }, run, [number('40')]);
  expect(commands).toHaveLength(1);
  expect(again.error).toBeInstanceOf(UserError);
  expect(again.out).toContain('FAIL benchmark');
});

test('a benchmark without its data is told and fails nothing; an interrupted one ends the command', async () => {
  const results = path.join(folder, 'none');
  const missing: RunCommand = () => Promise.reject(new UserError('LAMBADA is not on this machine.'));
  const { out, error } = await verify(['tiny'], { ladder: true, results }, missing, [number('1')]);
  expect(error).toBeUndefined();
  expect(out).toContain('LAMBADA is not on this machine.');
  const interrupted: RunCommand = () => Promise.reject(new InterruptedError('Stopped.'));
  const stopped = await verify(['tiny'], { ladder: true, results }, interrupted, [number('1')]);
  expect(stopped.error).toBeInstanceOf(InterruptedError);
  expect((stopped.error as UserError).hint).toContain('run the same command again');
});

test('in few bits the loss is held to what rounding may change', async () => {
  const { out, error } = await verify(['tiny'], { dtype: 'q8', json: true });
  expect(error).toBeUndefined();
  const { facts } = JSON.parse(out);
  const loss = facts.find(({ step }: { step: string }) => step === 'loss');
  expect(loss).toMatchObject({ verdict: 'holds', tolerance: '± 0.0101' });
  expect(loss.found).not.toBe(loss.expected);
});
