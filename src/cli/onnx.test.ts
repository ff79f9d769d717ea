import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Result } from '../results/result.js';
import { type ExportForm, exportSizes, writeExport } from '../testing/onnx-export.js';
import { isolatedEnvironment, runGpt } from '../testing/run-gpt.js';
import { makeTemporaryFolder } from '../testing/tiny-model.js';
import { byteTokenizerFiles } from '../tokenizers/byte-tokenizer.js';
import { writeTokenizerFiles } from '../tokenizers/tokenizer-files.js';

let folder: string;
const gpt = (...args: string[]) => runGpt(args, { cwd: folder, env: isolatedEnvironment(folder) });

beforeAll(async () => {
  folder = await makeTemporaryFolder();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A folder as people publish it: config.json of a model that this tool's graphs cannot compute, ONNX files in onnx/. */
async function publish(name: string, files: Record<string, ExportForm>): Promise<void> {
  const model = path.join(folder, name);
  await mkdir(path.join(model, 'onnx'), { recursive: true });
  const { nLayer, nHead, nCtx } = exportSizes;
  const config = {
    n_layer: nLayer,
    n_head: nHead,
    n_positions: nCtx,
    activation_function: 'relu',
    n_inner: 40,
  };
  await writeFile(path.join(model, 'config.json'), JSON.stringify({ model_type: 'gpt2', ...config }));
  await writeTokenizerFiles(model, 'gpt2', byteTokenizerFiles());
  for (const [file, form] of Object.entries(files)) {
    const relu = { activation: 'relu', inner: 40, ...form } as const;
    await writeFile(path.join(model, 'onnx', file), writeExport(relu).model);
  }
}

test('of several files the most exact runs; stderr and the result say which, and that it is not float32', async () => {
  await publish('several', {
    'model.onnx': { quantised: 'dynamic' },
    'model_small.onnx': { numbers: 'float16' },
  });
  const { stdout, stderr } = await gpt('eval', 'lambada', '--model', 'several', '--data', 'sample', '--json');
  expect(stderr).toContain('Running onnx/model_small.onnx (float16), the most exact beside model.onnx.');
  expect(stderr).not.toMatch(/gelu/i);
  const { model, deviations } = JSON.parse(stdout) as Result;
  expect(model).toMatchObject({
    name: expect.stringMatching(/^local\/several@[0-9a-f]{8} float16$/),
    onnx: { file: 'onnx/model_small.onnx', numbers: 'float16' },
    // 2 layers of width 16 with 40 instead of 64 in between: 2 · 33 · 24 fewer than usual.
    parameters: 11472 - 1584,
  });
  expect(deviations.at(-1)).toContain('has numbers of float16 instead of float32');
});

test('a graph with dynamic quantisation gives the same metrics for any --batch-tokens', async () => {
  await publish('int8', { 'model_quantized.onnx': { quantised: 'dynamic', past: 'separate' } });
  const results = await Promise.all(
    ['64', '1024'].map(async (tokens) => {
      const args = ['--model', 'int8', '--data', 'sample', '--batch-tokens', tokens, '--json'];
      return JSON.parse((await gpt('eval', 'cbt-cn', ...args)).stdout) as Result;
    }),
  );
  const [narrow, wide] = results;
  expect(narrow!.metrics).toEqual(wide!.metrics);
  expect(narrow!.model.onnx).toEqual({ file: 'onnx/model_quantized.onnx', numbers: 'int8', isDynamic: true });
  expect(narrow!.deviations.at(-1)).toContain('what a token gets depends a little on the tokens after it');
  const files = (await readdir(path.join(folder, 'results'))).filter((name) => name.startsWith('cbt-cn'));
  expect(files).toEqual([expect.stringMatching(/^cbt-cn--local-int8-[0-9a-f]{8}-int8--sample\.json$/)]);
});

test('a graph with an unknown input is an error that names it', async () => {
  const further = { name: 'lora_scale', type: 'float32', shape: ['batch', 4] } as const;
  await publish('unknown', { 'model.onnx': { further: { ...further, shape: [...further.shape] } } });
  const { code, stderr } = await gpt('eval', 'lambada', '--model', 'unknown', '--data', 'sample');
  expect(stderr).toMatch(/onnx\/model\.onnx: lora_scale: .*does not know.*float32 \[batch, 4\]/s);
  expect(code).toBe(1);
});
