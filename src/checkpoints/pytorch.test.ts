import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DataError } from '../errors.js';
import { openScorer } from '../runtime/scorer.js';
import { zipOf } from '../testing/archives.js';
import { makeTemporaryFolder } from '../testing/tiny-model.js';
import type { WeightsCheckpoint } from './checkpoint.js';
import { contentDigest } from './content-digest.js';
import { openCheckpoint } from './open.js';
import { readPytorchTensors } from './pytorch.js';
import { verifyWeights } from './verify.js';

// Written by torch.save of PyTorch 2.13.0: a GPT-2 of one layer and width 8, one matrix in 16 bits, with its mask and a tied lm_head.
const fixtures = path.join(import.meta.dirname, 'fixtures', 'pytorch');
const [zipped, older] = ['pytorch_model.bin', 'before-1.6.bin'];

let folder = '';
beforeAll(async () => {
  folder = await makeTemporaryFolder();
});
afterAll(() => rm(folder, { recursive: true }));

const open = async (location: string) => (await openCheckpoint(location)) as WeightsCheckpoint;

describe.each([zipped, older])('%s', (name) => {
  test('holds the model that PyTorch saved: its log-probabilities', async () => {
    const checkpoint = await open(path.join(fixtures, name));
    expect(checkpoint).toMatchObject({ format: 'pytorch', config: { nLayer: 1, nHead: 2, nEmbd: 8 } });
    expect(checkpoint.tensors.get('h.0.mlp.c_fc.weight')).toMatchObject({ dtype: 'F16', shape: [8, 32] });
    await verifyWeights(checkpoint);
    const scorer = await openScorer(checkpoint);
    try {
      const requests = [{ ids: [3, 1, 4, 15, 9, 2], from: 1 }];
      for await (const { results } of scorer.score(requests, [{ members: [0], columns: 5 }])) {
        // transformers 5.18.0 and PyTorch 2.13.0 in float64.
        const expected = [-3.508698, -5.5541, -4.736219, -4.267159, -2.428569];
        results[0]!.logProbs.forEach((logProb, place) => {
          expect(logProb).toBeCloseTo(expected[place]!, 5);
        });
      }
    } finally {
      await scorer.close();
    }
  });

  test('that is cut is refused', async () => {
    const bytes = await readFile(path.join(fixtures, name));
    const file = path.join(folder, `cut-${name}`);
    for (const length of [bytes.length - 300, 300, 60, 3]) {
      await writeFile(file, bytes.subarray(0, length));
      await expect(readPytorchTensors(file)).rejects.toBeInstanceOf(DataError);
    }
  });

  test('that calls anything but tensors is refused, and nothing is executed', async () => {
    const bytes = await readFile(path.join(fixtures, name), 'latin1');
    const harmful = bytes.replace('ccollections\nOrderedDict\n', 'cposix_module\nsystem_run\n');
    expect(harmful).toHaveLength(bytes.length);
    const file = path.join(folder, `harmful-${name}`);
    await writeFile(file, harmful, 'latin1');
    await expect(readPytorchTensors(file)).rejects.toThrow(
      'nothing of it was executed. Found posix_module.system_run',
    );
    // An instruction that makes an object: INST.
    await writeFile(file, bytes.replace('ccollections', 'icollections'), 'latin1');
    await expect(readPytorchTensors(file)).rejects.toThrow('nothing of it was executed. Found 0x69');
  });
});

test('both forms hold the same numbers, in a folder as well, alone or in shards', async () => {
  const digest = async (location: string) => (await contentDigest(await open(location))).digest;
  const expected = await digest(path.join(fixtures, zipped));
  expect(await digest(path.join(fixtures, older))).toBe(expected);
  expect(await digest(fixtures)).toBe(expected);
  const sharded = path.join(folder, 'sharded');
  await mkdir(sharded);
  const shard = 'pytorch_model-00001-of-00001.bin';
  await copyFile(path.join(fixtures, zipped), path.join(sharded, shard));
  await copyFile(path.join(fixtures, 'config.json'), path.join(sharded, 'config.json'));
  const index = path.join(sharded, 'pytorch_model.bin.index.json');
  await writeFile(index, JSON.stringify({ weight_map: { 'transformer.ln_f.bias': shard } }));
  expect(await digest(sharded)).toBe(expected);
  await writeFile(index, JSON.stringify({ weight_map: { 'transformer.ln_x.bias': shard } }));
  await expect(open(sharded)).rejects.toThrow('ln_x.bias: the tensor is missing');
  await writeFile(index, JSON.stringify({ weight_map: { 'ln_f.bias': '../pytorch_model.bin' } }));
  await expect(open(sharded)).rejects.toThrow('not the name of a file in this folder');
});

test('other files are refused by what they are', async () => {
  const refused = async (content: Uint8Array | string, message: string) => {
    const file = path.join(folder, 'other.bin');
    await writeFile(file, content);
    await expect(readPytorchTensors(file)).rejects.toThrow(message);
  };
  await refused('', 'this is no file of PyTorch');
  await refused('once upon a time', 'this is no file of PyTorch');
  await refused(zipOf([{ name: 'a/data.pkl', content: 'x' }]), 'compressed, which PyTorch never does');
  await refused(new Uint8Array([0x80, 2, 0x4b, 5, 0x2e]), 'a pickle, but not one of PyTorch');
});

test('the state of a training run that has no tensors by name is refused', async () => {
  const bytes = await readFile(path.join(fixtures, older), 'latin1');
  // Three pickles tell what wrote the file; in place of the fourth an empty dictionary (PROTO 2, EMPTY_DICT, STOP), then an empty list.
  const at = bytes.split('\x80\x02').slice(0, 4).join('\x80\x02').length;
  const file = path.join(folder, 'empty.bin');
  await writeFile(file, `${bytes.slice(0, at)}\x80\x02}.\x80\x02].`, 'latin1');
  await expect(readPytorchTensors(file)).rejects.toThrow('there are no named tensors');
});
