import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DataError, UsageError } from '../errors.js';
import { makeTemporaryFolder } from '../testing/tiny-model.js';
import { chooseModelSize } from './config.js';

let folder: string;
beforeAll(async () => {
  folder = await makeTemporaryFolder();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function sizeFile(content: object): Promise<string> {
  const file = path.join(folder, 'size.json');
  await writeFile(file, JSON.stringify(content));
  return file;
}

test('without anything said it is a small GPT-2 with heads of 64 channels', async () => {
  const size = { architecture: 'gpt2', nLayer: 6, nHead: 4, nEmbd: 256, nCtx: 512 };
  expect(await chooseModelSize(undefined, {})).toEqual(size);
  expect(await chooseModelSize(undefined, { nEmbd: 512, nLayer: undefined })).toMatchObject({
    nHead: 8,
    nLayer: 6,
  });
});

test('a registered name, a file of our own and a config.json of a release say the same', async () => {
  const medium = { architecture: 'gpt2', nLayer: 24, nHead: 16, nEmbd: 1024, nCtx: 1024 };
  expect(await chooseModelSize('gpt2-medium', {})).toEqual(medium);
  const ours = await sizeFile({ layers: 24, heads: 16, width: 1024, context: 1024 });
  expect(await chooseModelSize(ours, {})).toEqual(medium);
  const theirs = await sizeFile({
    model_type: 'gpt2',
    n_layer: 24,
    n_head: 16,
    n_embd: 1024,
    n_positions: 1024,
    n_ctx: 9,
  });
  expect(await chooseModelSize(theirs, {})).toEqual(medium);
  expect(await chooseModelSize('gpt1', { nLayer: 2 })).toMatchObject({
    architecture: 'gpt1',
    nLayer: 2,
    nCtx: 512,
  });
});

test('a number given by itself wins over the file', async () => {
  const file = await sizeFile({ layers: 2, width: 128, heads: 2, architecture: 'gpt1' });
  expect(await chooseModelSize(file, { nLayer: 3, architecture: 'gpt2' })).toMatchObject({
    architecture: 'gpt2',
    nLayer: 3,
    nEmbd: 128,
  });
});

test('an LSTM has a width and units, from flags or a file', async () => {
  const size = { architecture: 'lstm', nLayer: 1, nHead: 0, nEmbd: 256, nCtx: 512, units: 512 };
  expect(await chooseModelSize(undefined, { architecture: 'lstm' })).toEqual(size);
  const file = await sizeFile({ architecture: 'lstm', width: 768, units: 2048 });
  expect(await chooseModelSize(file, {})).toEqual({ ...size, nEmbd: 768, units: 2048 });
  expect(await chooseModelSize(file, { units: 100 })).toMatchObject({ nEmbd: 768, units: 100 });
  await expect(chooseModelSize(undefined, { architecture: 'lstm', nLayer: 2 })).rejects.toThrow(UsageError);
  await expect(chooseModelSize(undefined, { architecture: 'lstm', nHead: 4 })).rejects.toThrow(UsageError);
  await expect(chooseModelSize(undefined, { units: 4 })).rejects.toThrow('A gpt2 model has no units');
});

test('what a file asks for and the architecture does not have is refused by name', async () => {
  const sizes = { layers: 2, width: 64 };
  await expect(
    chooseModelSize(await sizeFile({ ...sizes, model_type: 'openai-gpt', n_inner: 96 }), {}),
  ).rejects.toThrow('n_inner');
  await expect(chooseModelSize(await sizeFile({ ...sizes, afn: 'relu' }), {})).rejects.toThrow('afn');
  await expect(
    chooseModelSize(await sizeFile({ architecture: 'lstm', width: 64, activation_function: 'relu' }), {}),
  ).rejects.toThrow('activation_function');
  const own = { ...sizes, activation_function: 'relu', tie_word_embeddings: false };
  expect(await chooseModelSize(await sizeFile(own), {})).toMatchObject({
    activation: 'relu',
    untiedHead: true,
  });
});

test('--architecture decides which keys of a file are read', async () => {
  const gpt2 = { model_type: 'gpt2', n_layer: 2, n_embd: 64 };
  const asGpt1 = { architecture: 'gpt1' } as const;
  for (const [key, value] of Object.entries({
    n_inner: 96,
    activation_function: 'relu',
    scale_attn_weights: false,
    scale_attn_by_inverse_layer_idx: true,
  })) {
    const file = await sizeFile({ ...gpt2, [key]: value });
    await expect(chooseModelSize(file, asGpt1)).rejects.toThrow(`${key}: a model of the architecture gpt1`);
  }
  const gpt1 = await sizeFile({ ...gpt2, model_type: 'openai-gpt', afn: 'relu' });
  await expect(chooseModelSize(gpt1, { architecture: 'gpt2' })).rejects.toThrow('afn');
  // As transformers writes it where it is not set.
  const unset = await sizeFile({ ...gpt2, n_inner: null, afn: 'relu' });
  const size = await chooseModelSize(unset, asGpt1);
  expect(size).toEqual({
    architecture: 'gpt1',
    nLayer: 2,
    nEmbd: 64,
    nHead: 1,
    nCtx: 512,
    activation: 'relu',
  });
});

test('the long names of transformers are read', async () => {
  const file = await sizeFile({
    num_hidden_layers: 2,
    hidden_size: 96,
    num_attention_heads: 3,
    max_position_embeddings: 128,
  });
  expect(await chooseModelSize(file, {})).toEqual({
    architecture: 'gpt2',
    nLayer: 2,
    nEmbd: 96,
    nHead: 3,
    nCtx: 128,
  });
});

test('an ε of its own is refused, that of the releases is none', async () => {
  const size = { layers: 2, width: 64 };
  await expect(chooseModelSize(await sizeFile({ ...size, layer_norm_epsilon: 1e-6 }), {})).rejects.toThrow(
    'layer_norm_epsilon',
  );
  expect(await chooseModelSize(await sizeFile({ ...size, layer_norm_epsilon: 1e-5 }), {})).toMatchObject({
    nLayer: 2,
  });
});

test('nonsense is named', async () => {
  await expect(chooseModelSize('gpt9', {})).rejects.toThrow(UsageError);
  await expect(chooseModelSize(undefined, { nEmbd: 250, nHead: 4 })).rejects.toThrow(
    'cannot be cut into 4 heads',
  );
  await expect(chooseModelSize(await sizeFile({ layers: 0 }), {})).rejects.toThrow(DataError);
  await expect(chooseModelSize(await sizeFile({ n_embd: '256' }), {})).rejects.toThrow('n_embd');
  await expect(chooseModelSize(await sizeFile({ model_type: 'bert' }), {})).rejects.toThrow('"bert"');
});
