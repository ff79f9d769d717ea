import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { writeRandomCheckpoint } from '../checkpoints/random.js';
import { InterruptedError, UserError } from '../errors.js';
import type { ExportOptions } from './commands/export.js';
import { runExport } from './export.js';

let folder: string;
let model: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'gpt-export-'));
  model = path.join(folder, 'model');
  const sizes = { nLayer: 1, nHead: 2, nEmbd: 16, nCtx: 8, vocabSize: 30, layerNormEpsilon: 1e-5 };
  await writeRandomCheckpoint(model, { architecture: 'gpt2', ...sizes }, 1);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** A command's surroundings that remember what it said. */
function recorder(signal = new AbortController().signal) {
  const said = { out: [] as string[], notes: [] as string[], progress: [] as string[] };
  const context = {
    output: { out: (text: string) => void said.out.push(text), write() {}, err() {}, color: false },
    line: {
      update: (text: string) => void said.progress.push(text),
      note: (text: string) => void said.notes.push(text),
      clear() {},
    },
    signal,
    // Everything that is remembered between runs goes here.
    env: { GPT_CACHE: path.join(folder, 'cache') },
  };
  return { said, context };
}

test('the paths of the files go to stdout, everything else does not', async () => {
  const { said, context } = recorder();
  const output = path.join(folder, 'out');
  await runExport(model, { output, dtype: 'fp32', force: false, json: false }, context);
  expect(said.out.join('')).toBe(`${path.join(output, 'model.onnx')}\n${path.join(output, 'config.json')}\n`);
  expect((await readdir(output)).sort()).toEqual(['config.json', 'model.onnx']);
  expect(said.notes.join('\n')).toMatch(/no tokenizer/);
  expect(said.progress.some((text) => text.startsWith('checking'))).toBe(true);
  expect(said.progress.at(-1)).toMatch(/^exporting .* of /);
});

test('as JSON it says what was written', async () => {
  const { said, context } = recorder();
  const output = path.join(folder, 'out');
  await runExport(model, { output, dtype: 'fp32', force: false, json: true }, context);
  expect(JSON.parse(said.out.join(''))).toMatchObject({
    folder: output,
    files: ['model.onnx', 'config.json'],
  });
});

test('a second export needs --force', async () => {
  const { context } = recorder();
  const options: ExportOptions = {
    output: path.join(folder, 'out'),
    dtype: 'fp32',
    force: false,
    json: false,
  };
  await runExport(model, options, context);
  const failed = runExport(model, options, context);
  await expect(failed).rejects.toBeInstanceOf(UserError);
  await expect(failed).rejects.toMatchObject({ hint: expect.stringContaining('--force') });
  await runExport(model, { ...options, force: true }, context);
});

test('an interrupted export says so and leaves nothing', async () => {
  const controller = new AbortController();
  const { context } = recorder(controller.signal);
  controller.abort(new InterruptedError('Interrupted.'));
  const output = path.join(folder, 'out');
  const failed = runExport(model, { output, dtype: 'fp32', force: false, json: false }, context);
  await expect(failed).rejects.toBeInstanceOf(InterruptedError);
  expect(await readdir(folder)).not.toContain('out');
});
