import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { referenceFolder } from '../testing/reference.js';
import { crc32c, maskCrc } from './crc32c.js';
import { openSafetensors } from './huggingface.js';
import { readTensor } from './read-tensor.js';
import { findTensorflowPrefix, openTensorflow } from './tensorflow.js';
import { verifyWeights } from './verify.js';

const reference = path.join(referenceFolder, 'gpt2-random');
const names = ['checkpoint', 'hparams.json', 'model.ckpt.index', 'model.ckpt.data-00000-of-00001'];

describe('crc32c', () => {
  it('gives the published values', () => {
    // RFC 3720, B.4; the last one is the check value of the CRC catalogue.
    expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
    expect(crc32c(new Uint8Array(32).fill(255))).toBe(0x62a8ab43);
    expect(crc32c(Uint8Array.from({ length: 32 }, (_, i) => i))).toBe(0x46dd794e);
    expect(crc32c(Buffer.from('123456789'))).toBe(0xe3069283);
  });

  it('goes on where another call stopped', () => {
    const bytes = Uint8Array.from({ length: 100 }, (_, i) => i * 7);
    expect(crc32c(bytes.subarray(37), crc32c(bytes.subarray(0, 37)))).toBe(crc32c(bytes));
  });
});

// Written by TensorFlow 2.21 (reference/README.md).
describe('openTensorflow', () => {
  let folder: string;
  let prefix: string;
  let index: string;
  let data: string;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'gpt-tensorflow-'));
    prefix = path.join(folder, 'model.ckpt');
    [index, data] = [`${prefix}.index`, `${prefix}.data-00000-of-00001`];
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));
  /** A fresh copy to be damaged. */
  beforeEach(async () => {
    for (const name of names) {
      await writeFile(path.join(folder, name), await readFile(path.join(reference, 'tensorflow', name)));
    }
  });

  /** Changes bytes of the index's first block, which takes its first `blockBytes`, and makes its checksum right again. */
  const blockBytes = 0x500;
  async function editIndex(edit: (bytes: Buffer) => void): Promise<void> {
    const bytes = await readFile(index);
    edit(bytes);
    bytes.writeUInt32LE(maskCrc(crc32c(bytes.subarray(0, blockBytes + 1))), blockBytes + 1);
    await writeFile(index, bytes);
  }

  it('gives the very numbers of the safetensors of the same model, and they pass their checksums', async () => {
    const tensorflow = await openTensorflow(path.join(reference, 'tensorflow/model.ckpt'));
    const safetensors = await openSafetensors(path.join(reference, 'model.safetensors'));
    expect(tensorflow.config).toEqual(safetensors.config);
    expect([...tensorflow.tensors.keys()]).toEqual([...safetensors.tensors.keys()]);
    for (const [name, tensor] of tensorflow.tensors) {
      expect(tensor.shape, name).toEqual(safetensors.tensors.get(name)!.shape);
      expect(await readTensor(tensor), name).toEqual(await readTensor(safetensors.tensors.get(name)!));
      expect(tensor.crc32c, name).toBeGreaterThan(0);
    }
    await expect(verifyWeights(tensorflow)).resolves.toMatchObject({ sha256: expect.any(String) });
  });

  it('is found in its folder, the newest where there are several', async () => {
    expect(await findTensorflowPrefix(folder)).toBe(prefix);
    await writeFile(path.join(folder, 'old.ckpt.index'), '');
    expect(await findTensorflowPrefix(folder)).toBe(prefix);
    await rm(path.join(folder, 'checkpoint'));
    await expect(findTensorflowPrefix(folder)).rejects.toThrow('holds several TensorFlow checkpoints');
    await rm(path.join(folder, 'old.ckpt.index'));
  });

  it('refuses an index with a changed byte', async () => {
    const bytes = await readFile(index);
    bytes[40]! ^= 1;
    await writeFile(index, bytes);
    await expect(openTensorflow(prefix)).rejects.toMatchObject({
      problem: { file: index, at: 'block at byte 0', problem: expect.stringContaining('checksum') },
    });
  });

  it('refuses an index that was cut short, or is something else', async () => {
    await truncate(index, 1000);
    await expect(openTensorflow(prefix)).rejects.toMatchObject({
      problem: { file: index, problem: expect.stringContaining('no LevelDB footer') },
    });
    await rm(index);
    await expect(openTensorflow(prefix)).rejects.toThrow(`No such file: ${index}`);
  });

  it('refuses a compressed block', async () => {
    await editIndex((bytes) => bytes.writeUInt8(1, blockBytes));
    await expect(openTensorflow(prefix)).rejects.toMatchObject({
      problem: { file: index, expected: 'compression 0', found: 1 },
    });
  });

  it('refuses a variable of another type', async () => {
    await editIndex((bytes) => {
      // The value of model/h0/attn/c_attn/b starts with its type: field 1, DT_FLOAT.
      const at = bytes.indexOf('model/h0/attn/c_attn/b') + 'model/h0/attn/c_attn/b'.length;
      expect([...bytes.subarray(at, at + 2)]).toEqual([8, 1]);
      // DT_INT32.
      bytes[at + 1] = 3;
    });
    await expect(openTensorflow(prefix)).rejects.toMatchObject({
      problem: {
        file: index,
        at: 'model/h0/attn/c_attn/b',
        expected: expect.stringContaining('DT_DOUBLE'),
        found: 3,
      },
    });
  });

  it('rounds a variable of 64 bits to 32, after a look at its checksum', async () => {
    const expected = await readTensor((await openTensorflow(prefix)).tensors.get('wte.weight')!);
    // Less than half a step of 32 bits (2^-24) away from where each must come out again.
    const doubles = Buffer.from(Float64Array.from(expected, (number) => number * (1 + 1e-9)).buffer);
    // The token embedding is the last variable of the data file.
    const bytes = (await readFile(data)).subarray(0, -4 * expected.length);
    await writeFile(data, Buffer.concat([bytes, doubles]));
    const writeEntry = (crc: number) =>
      editIndex((entries) => {
        // Its key is `wpe` with another ending. BundleEntryProto: field 1, the type; field 5, 61,440 bytes as a varint; field 6.
        const type = entries.indexOf('te', entries.indexOf('wpe')) + 2;
        const length = entries.indexOf(Buffer.from([0x28, 0x80]), type);
        expect(entries[type]).toBe(8);
        expect(entries[length + 4]).toBe(0x35);
        entries[type + 1] = 2;
        // 122,880.
        entries.set([0x80, 0xc0, 7], length + 1);
        entries.writeUInt32LE(crc, length + 5);
      });
    await writeEntry(maskCrc(crc32c(doubles)));
    const checkpoint = await openTensorflow(prefix);
    expect(await readTensor(checkpoint.tensors.get('wte.weight')!)).toEqual(expected);
    await expect(verifyWeights(checkpoint)).resolves.toMatchObject({ sha256: expect.any(String) });
    await writeEntry(1);
    await expect(openTensorflow(prefix)).rejects.toMatchObject({
      problem: { file: data, at: 'wte.weight', problem: expect.stringContaining('checksum'), expected: 1 },
    });
  });

  it('refuses a variable whose length does not fit its shape', async () => {
    await editIndex((bytes) => {
      const at = bytes.indexOf('model/h0/attn/c_attn/b') + 'model/h0/attn/c_attn/b'.length;
      // Shape [144] is 12 05 12 03 08 90 01; 0x91 makes it 145.
      expect(bytes[at + 7]).toBe(0x90);
      bytes[at + 7] = 0x91;
    });
    await expect(openTensorflow(prefix)).rejects.toMatchObject({
      problem: { file: index, at: 'model/h0/attn/c_attn/b', expected: 580, found: 576 },
    });
  });

  it('refuses a data file that was cut short or is missing', async () => {
    await truncate(data, 413372);
    await expect(openTensorflow(prefix)).rejects.toMatchObject({
      problem: { file: data, at: 'model/wte', expected: 'at least 413376 bytes', found: 413372 },
    });
    await rm(data);
    await expect(openTensorflow(prefix)).rejects.toThrow(`No such file: ${data}`);
  });

  it('refuses changed data by its checksum when the weights are verified', async () => {
    const bytes = await readFile(data);
    bytes[200_000]! ^= 1;
    await writeFile(data, bytes);
    await expect(verifyWeights(await openTensorflow(prefix))).rejects.toMatchObject({
      problem: { file: data, problem: expect.stringContaining('checksum') },
    });
  });

  it.each([
    ['n_vocab', 50257, 320],
    ['n_ctx', 1024, 64],
    ['n_embd', 768, 48],
    ['n_layer', 12, 3],
  ])('refuses an hparams.json whose %s contradicts the weights', async (key, stated, actual) => {
    const file = path.join(folder, 'hparams.json');
    const json = JSON.parse(await readFile(file, 'utf8'));
    await writeFile(file, JSON.stringify({ ...json, [key]: stated }));
    await expect(openTensorflow(prefix)).rejects.toMatchObject({
      problem: { file, at: key, expected: actual, found: stated },
    });
  });
});
