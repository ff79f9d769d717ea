import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { UsageError } from '../errors.js';
import { type HubServer, startHubServer } from '../testing/hub-server.js';
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

  it('fetches the best ONNX file with its external data where there are no safetensors', async () => {
    server.commit({
      repo: 'someone/onnx',
      files: { 'config.json': files['config.json'], 'tokenizer.json': '{}', 'vocab.json': '{}' },
      largeFiles: {
        'onnx/model.onnx': 'a',
        'onnx/model.onnx_data': 'b',
        'onnx/model_q4.onnx': 'c',
        'tf_model.h5': 'd',
      },
    });
    const found = await resolveCheckpoint('someone/onnx@main', { env });
    expect(found.name).toBe('someone/onnx@main');
    expect((await readdir(found.location)).sort()).toEqual(['config.json', 'onnx', 'tokenizer.json']);
    expect((await readdir(path.join(found.location, 'onnx'))).sort()).toEqual([
      'model.onnx',
      'model.onnx_data',
    ]);
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
    [{ 'pytorch_model.bin': 'x', 'config.json': '{}' }, 'neither safetensors nor ONNX'],
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
