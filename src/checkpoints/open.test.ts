import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UserError } from '../errors.js';
import { referenceFolder } from '../testing/reference.js';
import { openCheckpoint } from './open.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'gpt-open-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('openCheckpoint', () => {
  it.each([
    ['gpt1-random', 'safetensors'],
    ['gpt2-random/model.safetensors', 'safetensors'],
    ['gpt2-random/config.json', 'safetensors'],
    ['gpt1-random/openai', 'openai-npy'],
    ['gpt1-random/openai/params_shapes.json', 'openai-npy'],
    ['gpt1-random/openai/params_3.npy', 'openai-npy'],
    ['gpt2-random/tensorflow', 'tensorflow'],
    ['gpt2-random/tensorflow/model.ckpt.index', 'tensorflow'],
    ['gpt2-random/tensorflow/model.ckpt.data-00000-of-00001', 'tensorflow'],
    ['gpt2-random/tensorflow/checkpoint', 'tensorflow'],
    ['gpt2-random/onnx', 'onnx'],
    ['gpt2-random/onnx/decoder_model.onnx', 'onnx'],
  ])('opens %s as %s', async (location, format) => {
    const checkpoint = await openCheckpoint(path.join(referenceFolder, location));
    expect(checkpoint.format).toBe(format);
    expect(checkpoint.config).toMatchObject({ nLayer: 3, nHead: 4, nEmbd: 48 });
  });

  it('takes the only safetensors file of a folder, and the arrays in the folder model/ of a release', async () => {
    const only = path.join(folder, 'only');
    await mkdir(only);
    await cp(path.join(referenceFolder, 'gpt2-random/config.json'), path.join(only, 'config.json'));
    await cp(
      path.join(referenceFolder, 'gpt2-random/model.safetensors'),
      path.join(only, 'weights.safetensors'),
    );
    expect(await openCheckpoint(only)).toMatchObject({ files: [path.join(only, 'weights.safetensors')] });
    await cp(path.join(only, 'weights.safetensors'), path.join(only, 'more.safetensors'));
    await expect(openCheckpoint(only)).rejects.toMatchObject({
      hint: 'Name the .safetensors file you mean.',
    });

    const release = path.join(folder, 'release');
    await cp(path.join(referenceFolder, 'gpt1-random/openai'), path.join(release, 'model'), {
      recursive: true,
    });
    await cp(path.join(referenceFolder, 'gpt1-random/config.json'), path.join(release, 'config.json'));
    expect(await openCheckpoint(release)).toMatchObject({
      format: 'openai-npy',
      folder: path.join(release, 'model'),
    });
  });

  it('prefers safetensors to ONNX and takes the merged graph of an export', async () => {
    const both = path.join(folder, 'both');
    await cp(path.join(referenceFolder, 'gpt2-random/onnx'), path.join(both, 'onnx'), { recursive: true });
    await cp(path.join(referenceFolder, 'gpt2-random/config.json'), path.join(both, 'config.json'));
    expect(await openCheckpoint(both)).toMatchObject({
      file: path.join(both, 'onnx/decoder_model_merged.onnx'),
      folder: both,
    });
    await cp(
      path.join(referenceFolder, 'gpt2-random/model.safetensors'),
      path.join(both, 'model.safetensors'),
    );
    expect(await openCheckpoint(both)).toMatchObject({ format: 'safetensors' });
  });
});

describe('openCheckpoint', () => {
  it('says what it looked for and what is there when nothing in a folder is known', async () => {
    const place = path.join(folder, 'other');
    await mkdir(place);
    await writeFile(path.join(place, 'optimizer.pt'), '');
    await writeFile(path.join(place, 'notes.txt'), '');
    const opening = openCheckpoint(place);
    await expect(opening).rejects.toBeInstanceOf(UserError);
    await expect(opening).rejects.toMatchObject({
      message: expect.stringMatching(/Looked for model\.safetensors.* It holds notes\.txt, optimizer\.pt\./),
      hint: 'If optimizer.pt is the model, name the file itself.',
    });
    await expect(openCheckpoint(path.join(place, 'notes.txt'))).rejects.toMatchObject({
      message: expect.stringContaining('is not a checkpoint'),
      hint: expect.stringContaining('.onnx'),
    });
  });

  it('says so when there is nothing', async () => {
    await expect(openCheckpoint(path.join(folder, 'none'))).rejects.toThrow(
      `No such file or folder: ${folder}`,
    );
  });
});
