import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { UsageError } from '../errors.js';
import { type HubServer, startHubServer } from '../testing/hub-server.js';
import { type ExportForm, writeExport } from '../testing/onnx-export.js';
import { openCheckpoint } from './open.js';
import { writeRandomCheckpoint } from './random.js';
import { resolveCheckpoint } from './resolve.js';

let folder: string;
let server: HubServer;
let env: Record<string, string>;
let files: { 'config.json': Buffer; 'model.safetensors': Buffer };

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'gpt-resolve-'));
  const model = path.join(folder, 'gpt2');
  const sizes = { nLayer: 1, nHead: 2, nEmbd: 8, nCtx: 4, vocabSize: 9, layerNormEpsilon: 1e-5 };
  await writeRandomCheckpoint(model, { architecture: 'gpt2', ...sizes }, 1);
  files = {
    'config.json': await readFile(path.join(model, 'config.json')),
    'model.safetensors': await readFile(path.join(model, 'model.safetensors')),
  };
});
afterAll(() => rm(folder, { recursive: true, force: true }));
beforeEach(async () => {
  server = await startHubServer();
  const cache = await mkdtemp(path.join(folder, 'cache-'));
  env = { HF_ENDPOINT: server.url, HF_HUB_CACHE: cache, HF_HOME: cache, HOME: cache };
});
afterEach(() => server.close());

const tokenizer = { 'vocab.json': '{}', 'merges.txt': '#version: 0.2\n' };

describe('resolveCheckpoint', () => {
  it.each(['gpt2-medium', '345M', 'openai-community/gpt2-medium', 'GPT2-Medium'])(
    'fetches the registered model %s with its tokenizer, under its registered name',
    async (name) => {
      const { 'model.safetensors': weights, ...small } = files;
      const commit = server.commit({
        repo: 'openai-community/gpt2-medium',
        files: { ...small, ...tokenizer },
        largeFiles: { 'model.safetensors': weights, 'pytorch_model.bin': 'x' },
      });
      const found = await resolveCheckpoint(name, { env });
      expect(found).toMatchObject({ name: 'gpt2-medium', hubId: 'openai-community/gpt2-medium', commit });
      expect((await readdir(found.location)).sort()).toEqual([
        'config.json',
        'merges.txt',
        'model.safetensors',
        'vocab.json',
      ]);
      expect(await openCheckpoint(found.location)).toMatchObject({
        format: 'safetensors',
        config: { nEmbd: 8 },
      });
      const asked = server.requests.length;
      expect(await resolveCheckpoint(name, { env })).toEqual(found);
      expect(server.requests.length).toBe(asked);
    },
  );

  it('fetches all shards of a repository that has shards, and finds them again without the hub', async () => {
    const index = {
      weight_map: { a: 'model-00001-of-00002.safetensors', b: 'model-00002-of-00002.safetensors' },
    };
    const shards = { 'model-00001-of-00002.safetensors': 'one', 'model-00002-of-00002.safetensors': 'two' };
    server.commit({
      repo: 'someone/large',
      files: {
        'config.json': files['config.json'],
        'model.safetensors.index.json': JSON.stringify(index),
        ...tokenizer,
      },
      largeFiles: { ...shards, 'model.onnx': 'x' },
    });
    const found = await resolveCheckpoint('someone/large', { env });
    expect(found).toMatchObject({ name: 'someone/large', hubId: 'someone/large' });
    expect((await readdir(found.location)).sort()).toEqual([
      'config.json',
      'merges.txt',
      ...Object.keys(shards),
      'model.safetensors.index.json',
      'vocab.json',
    ]);
    expect(await resolveCheckpoint('someone/large', { env: { ...env, HF_HUB_OFFLINE: '1' } })).toEqual(found);
  });

  it('fetches PyTorch’s file of an older repository, or its shards, and finds them again without the hub', async () => {
    const small = { 'config.json': files['config.json'], ...tokenizer };
    server.commit({
      repo: 'someone/old',
      files: small,
      largeFiles: { 'pytorch_model.bin': 'x', 'tf_model.h5': 'y' },
    });
    const index = JSON.stringify({ weight_map: { a: 'pytorch_model-00001-of-00001.bin' } });
    const shards = { 'pytorch_model-00001-of-00001.bin': 'x' };
    server.commit({
      repo: 'someone/old-large',
      files: { ...small, 'pytorch_model.bin.index.json': index },
      largeFiles: shards,
    });
    for (const [name, names] of [
      ['someone/old', ['pytorch_model.bin']],
      ['someone/old-large', ['pytorch_model-00001-of-00001.bin', 'pytorch_model.bin.index.json']],
    ] as const) {
      const found = await resolveCheckpoint(name, { env });
      expect((await readdir(found.location)).sort()).toEqual([
        'config.json',
        'merges.txt',
        ...names,
        'vocab.json',
      ]);
      expect(await resolveCheckpoint(name, { env: { ...env, HF_HUB_OFFLINE: '1' } })).toEqual(found);
    }
  });

  it('takes a commit, a branch or a tag behind an @, and says which commit it was', async () => {
    const commitOf = (content: string) =>
      server.commit({
        repo: 'someone/moving',
        files: { 'config.json': content, ...tokenizer },
        largeFiles: { 'model.safetensors': content },
      });
    const first = commitOf('{"n_layer": 1}');
    const second = commitOf('{"n_layer": 2}');
    expect(await resolveCheckpoint(`someone/moving@${first}`, { env })).toMatchObject({
      name: `someone/moving@${first}`,
      commit: first,
    });
    expect((await resolveCheckpoint('someone/moving@main', { env })).commit).toBe(second);
  });

  describe('of a repository with ONNX files', () => {
    const graph = (form: ExportForm) => writeExport(form);
    const whole = graph({ external: 'gewichte.bin' });
    const half = graph({ numbers: 'float16' });
    const first = graph({ past: 'separate', part: 'first' });
    const repository = {
      files: { 'tokenizer.json': '{}', 'vocab.json': '{}' },
      largeFiles: {
        'onnx/model_fp32.onnx': whole.model,
        'onnx/gewichte.bin': whole.external,
        'onnx/model_fp16.onnx': half.model,
        'onnx/model_q4.onnx': 'c',
        'tf_model.h5': 'd',
      },
    };
    const config = JSON.stringify({ model_type: 'gpt2', n_layer: 2, n_head: 2, n_positions: 48 });

    it('fetches the most exact one with weights in a file of any name', async () => {
      const files = { ...repository.files, 'config.json': config };
      const commit = server.commit({ ...repository, repo: 'someone/onnx', files });
      const found = await resolveCheckpoint('someone/onnx@main', { env });
      const snapshot = path.join(found.location, '../..');
      expect(found).toMatchObject({ name: 'someone/onnx@main', commit });
      expect(path.relative(snapshot, found.location)).toBe(path.join('onnx', 'model_fp32.onnx'));
      expect((await readdir(snapshot)).sort()).toEqual(['config.json', 'onnx', 'tokenizer.json']);
      expect((await readdir(path.join(snapshot, 'onnx'))).sort()).toEqual([
        'gewichte.bin',
        'model_fp32.onnx',
      ]);
      expect(await openCheckpoint(found.location)).toMatchObject({
        name: 'onnx/model_fp32.onnx',
        folder: snapshot,
        numbers: { type: 'float32' },
      });
    });

    it('fetches the file that is named, and finds it again without the hub', async () => {
      const files = { ...repository.files, 'config.json': config };
      server.commit({ ...repository, repo: 'someone/onnx', files });
      const name = 'someone/onnx:onnx/model_fp16.onnx';
      const found = await resolveCheckpoint(name, { env });
      expect(found).toMatchObject({ name, hubId: 'someone/onnx' });
      expect(await readdir(path.dirname(found.location))).toEqual(['model_fp16.onnx']);
      expect(await resolveCheckpoint(name, { env: { ...env, HF_HUB_OFFLINE: '1' } })).toEqual(found);
      await expect(resolveCheckpoint('someone/onnx:model.onnx', { env })).rejects.toMatchObject({
        message: 'someone/onnx has no file model.onnx.',
        hint: 'It has onnx/model_fp32.onnx, onnx/model_fp16.onnx, onnx/model_q4.onnx.',
      });
    });

    it('fetches the file of the number type that is asked for, also beside weights, or says what there is', async () => {
      const files = { ...repository.files, 'config.json': config };
      const largeFiles = { ...repository.largeFiles, 'model.safetensors': 'weights' };
      server.commit({ files, largeFiles, repo: 'someone/both' });
      const found = await resolveCheckpoint('someone/both', { env, dtype: 'fp16' });
      expect(path.basename(found.location)).toBe('model_fp16.onnx');
      expect(await readdir(path.dirname(found.location))).toEqual(['model_fp16.onnx']);
      await expect(resolveCheckpoint('someone/both', { env, dtype: 'bnb4' })).rejects.toMatchObject({
        message: 'someone/both has no ONNX file for --dtype bnb4.',
        hint: expect.stringContaining('onnx/model_q4.onnx'),
      });
      // Weights are computed in 8 bits as well.
      const weights = await resolveCheckpoint('someone/both', { env, dtype: 'q8' });
      expect(await readdir(weights.location)).toContain('model.safetensors');
      server.commit({ repo: 'someone/weights', files, largeFiles: { 'model.safetensors': 'weights' } });
      await expect(resolveCheckpoint('someone/weights', { env, dtype: 'fp16' })).rejects.toThrow(
        '--dtype fp16 is a number type of ready-made ONNX files, and someone/weights has none.',
      );
    });

    it('fetches a file of another format by its name, with the tokenizer', async () => {
      const files = { ...tokenizer, 'config.json': config };
      server.commit({
        repo: 'someone/gguf',
        files,
        largeFiles: { 'gpt2.f16.gguf': 'x', 'gpt2.q4.gguf': 'y' },
      });
      const { location } = await resolveCheckpoint('someone/gguf@main:gpt2.f16.gguf', { env });
      const names = ['config.json', 'gpt2.f16.gguf', 'merges.txt', 'vocab.json'];
      expect((await readdir(path.dirname(location))).sort()).toEqual(names);
    });

    it('fetches both files of an export in two, and needs no config.json where the graph says all', async () => {
      const second = graph({ past: 'separate' });
      const largeFiles = { 'decoder_model.onnx': first.model, 'decoder_with_past_model.onnx': second.model };
      server.commit({ repo: 'someone/two', files: {}, largeFiles });
      const { location } = await resolveCheckpoint('someone/two', { env });
      expect(await openCheckpoint(location)).toMatchObject({
        config: { nLayer: 2, nHead: 2, nEmbd: 16, nCtx: 48, vocabSize: 257 },
        withPast: { name: 'decoder_with_past_model.onnx' },
      });
      const offline = await resolveCheckpoint('someone/two', { env: { ...env, HF_HUB_OFFLINE: '1' } });
      expect(await openCheckpoint(offline.location)).toMatchObject({ name: 'decoder_model.onnx' });
    });
  });

  it('runs a cached model without tokenizer when the hub does not answer', async () => {
    server.commit({
      repo: 'someone/bare',
      files: { 'config.json': files['config.json'] },
      largeFiles: { 'model.safetensors': files['model.safetensors'] },
    });
    const found = await resolveCheckpoint('someone/bare', { env });
    expect(await resolveCheckpoint('someone/bare', { env: { ...env, HF_HUB_OFFLINE: '1' } })).toEqual(found);
    await expect(resolveCheckpoint('someone/else', { env: { ...env, HF_HUB_OFFLINE: '1' } })).rejects.toThrow(
      'HF_HUB_OFFLINE',
    );
  });

  it.each([
    [{ 'tf_model.h5': 'x', 'config.json': '{}' }, 'neither safetensors nor PyTorch nor ONNX'],
    [{ 'model.safetensors': 'x' }, 'no config.json'],
  ])('refuses a repository with only %j', async (content, message) => {
    server.commit({ repo: 'someone/other', files: content });
    await expect(resolveCheckpoint('someone/other', { env })).rejects.toThrow(message);
  });

  it('takes paths as they are, and models of the package by name', async () => {
    const model = path.join(folder, 'gpt2');
    expect(await resolveCheckpoint(model, { env })).toEqual({ location: model, name: model });
    const packaged = new Map([['tiny', '/package/models/tiny']]);
    expect(await resolveCheckpoint('tiny', { env, packaged })).toEqual({
      location: '/package/models/tiny',
      name: 'tiny',
    });
    expect(server.requests).toEqual([]);
  });

  it.each([
    ['gpt2-meduim', 'Did you mean gpt2-medium?'],
    ['GPT-2', 'Did you mean gpt2?'],
    ['tinny', 'Did you mean tiny?'],
    ['llama', 'There is no model "llama".'],
    ['runs/model.safetensors', 'There is no model "runs/model.safetensors".'],
  ])('answers %s with: %s', async (name, message) => {
    const resolving = resolveCheckpoint(name, { env, packaged: new Map([['tiny', '/x']]) });
    await expect(resolving).rejects.toBeInstanceOf(UsageError);
    await expect(resolving).rejects.toMatchObject({
      message: expect.stringContaining(message),
      hint: expect.stringContaining('owner/name'),
    });
  });
});
