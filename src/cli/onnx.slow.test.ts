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

test('--dtype takes the file of that type, and is refused where there is none', async () => {
  await publish('types', { 'model.onnx': {}, 'model_fp16.onnx': { numbers: 'float16' } });
  const args = [
    'eval',
    'lambada',
    '--model',
    'types',
    '--data',
    'sample',
    '--limit',
    '2',
    '--json',
    '--dtype',
  ];
  const half = await gpt(...args, 'fp16');
  expect(half.stderr).toContain(
    'Running onnx/model_fp16.onnx (float16), for --dtype fp16, beside model.onnx.',
  );
  expect((JSON.parse(half.stdout) as Result).model.onnx).toEqual({
    file: 'onnx/model_fp16.onnx',
    numbers: 'float16',
  });
  const none = await gpt(...args, 'q4');
  expect(none.code).toBe(1);
  expect(none.stderr).toContain('types has no ONNX file for --dtype q4.');
  expect(none.stderr).toContain('It has model.onnx (float32), model_fp16.onnx (float16).');
  const named = await gpt(...args.with(3, 'types/onnx/model.onnx'), 'q8');
  expect(named.stderr).toContain('types/onnx/model.onnx has no ONNX file for --dtype q8.');
  const weights = await gpt(...args.with(3, 'tiny'), 'fp16');
  expect(weights.code).toBe(1);
  expect(weights.stderr).toContain('--dtype fp16 is a number type of ready-made ONNX files, and');
});
