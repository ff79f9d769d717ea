import { createHash } from 'node:crypto';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parameterShapes } from '../models/parameters.js';
import { referenceFolder } from '../testing/reference.js';
import { dtypeBytes, type WeightDtype } from './checkpoint.js';
import { openCheckpoint } from './open.js';
import { writeSafetensors } from './safetensors-writer.js';
import { verifyWeights } from './verify.js';

const sizes = { nLayer: 1, nHead: 2, nEmbd: 128, nCtx: 8, vocabSize: 3000, layerNormEpsilon: 1e-5 };

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'gpt-verify-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** The models of this test come without config.json. */
const openHeadless = (location: string) => openCheckpoint(location, { nHead: sizes.nHead });

/** A model of that type of numbers in which one number of one tensor has the given bits. */
async function save(
  dtype: WeightDtype,
  damage?: { name: string; index: number; bits: number },
): Promise<string> {
  const place = await mkdtemp(path.join(folder, 'model-'));
  const tensors = [...parameterShapes({ architecture: 'gpt2', ...sizes })].map(([name, shape]) => {
    const data = Buffer.alloc(shape.reduce((product, size) => product * size, dtypeBytes[dtype]));
    // Exponents one short of the highest: the largest finite numbers, of both signs, must pass.
    for (let at = 0; at < data.length; at += dtypeBytes[dtype]) {
      if (dtype === 'F32') data.writeUInt32LE(at % 8 ? 0x7f7fffff : 0xff7fffff, at);
      else data.writeUInt16LE((at % 4 ? 0 : 0x8000) + (dtype === 'F16' ? 0x7bff : 0x7f7f), at);
    }
    if (damage?.name === name) {
      if (dtype === 'F32') data.writeUInt32LE(damage.bits, damage.index * 4);
      else data.writeUInt16LE(damage.bits, damage.index * 2);
    }
    return { name, dtype, shape, data };
  });
  await writeSafetensors(path.join(place, 'model.safetensors'), tensors);
  return place;
}

describe('verifyWeights', () => {
  it('gives the sha256 of a single file and reports progress to the last byte', async () => {
    const place = await save('F32');
    const bytes = await readFile(path.join(place, 'model.safetensors'));
    const steps: { doneBytes: number; totalBytes: number }[] = [];
    const { sha256 } = await verifyWeights(await openHeadless(place), {
      onProgress: (step) => steps.push(step),
    });
    expect(sha256).toBe(createHash('sha256').update(bytes).digest('hex'));
    expect(steps.at(-1)).toEqual({ doneBytes: bytes.length, totalBytes: bytes.length });
  });

  // The embedding takes more than one megabyte, so that the numbers lie in its second and its first piece.
  it.each<[WeightDtype, string, number, number, number]>([
    ['F32', 'wte.weight', 3000 * 128 - 1, 0x7f800000, Infinity],
    ['F32', 'wte.weight', 300_001, 0xff800000, -Infinity],
    ['F32', 'h.0.mlp.c_fc.bias', 7, 0x7f800001, NaN],
    ['F16', 'ln_f.bias', 127, 0x7c00, Infinity],
    ['F16', 'wte.weight', 3, 0xfe00, NaN],
    ['BF16', 'wpe.weight', 1023, 0xff80, -Infinity],
    ['BF16', 'wte.weight', 0, 0x7f81, NaN],
  ])('refuses %s %s[%i] = %i', async (dtype, name, index, bits, found) => {
    const place = await save(dtype, { name, index, bits });
    await expect(verifyWeights(await openHeadless(place))).rejects.toMatchObject({
      problem: {
        file: path.join(place, 'model.safetensors'),
        at: name,
        problem: `number ${index} of the parameter is not finite.`,
        found,
      },
    });
  });

  it.each<WeightDtype>(['F16', 'BF16'])('accepts the largest finite %s', async (dtype) => {
    await expect(verifyWeights(await openHeadless(await save(dtype)))).resolves.toBeDefined();
  });

  it('remembers a result until size or time of a file change, and mistrusts a damaged memory', async () => {
    const place = await save('F32');
    const cacheFolder = path.join(folder, 'cache', 'verified');
    const checkpoint = await openHeadless(place);
    const first = await verifyWeights(checkpoint, { cacheFolder });
    let pieces = 0;
    const again = () => {
      pieces = 0;
      return verifyWeights(checkpoint, { cacheFolder, onProgress: () => pieces++ });
    };
    expect(await again()).toEqual(first);
    expect(pieces).toBe(0);

    const [entry] = await readdir(cacheFolder);
    await writeFile(path.join(cacheFolder, entry!), '{"sha256": "12');
    expect(await again()).toEqual(first);
    expect(pieces).toBeGreaterThan(0);

    await utimes(path.join(place, 'model.safetensors'), new Date(), new Date(2001, 1, 1));
    expect(await again()).toEqual(first);
    expect(pieces).toBeGreaterThan(0);
  });

  it('stops when asked to', async () => {
    const checkpoint = await openHeadless(await save('F32'));
    const stop = new AbortController();
    const reason = new Error('enough');
    const verifying = verifyWeights(checkpoint, {
      signal: stop.signal,
      onProgress: () => stop.abort(reason),
    });
    await expect(verifying).rejects.toBe(reason);
  });
});

describe('reference checkpoints', () => {
  it('have a hash that does not depend on where they lie', async () => {
    for (const name of ['gpt1-random/openai', 'gpt2-random/tensorflow', 'gpt1-random']) {
      const copy = path.join(folder, 'copies', name);
      await mkdir(copy, { recursive: true });
      await cp(path.join(referenceFolder, name), copy, { recursive: true });
      const config = path.join(referenceFolder, 'gpt1-random/config.json');
      if (name.endsWith('openai')) await cp(config, path.join(copy, 'config.json'));
      const [here, there] = await Promise.all(
        [path.join(referenceFolder, name), copy].map((location) => openCheckpoint(location)),
      );
      expect(await verifyWeights(there!), name).toEqual(await verifyWeights(here!));
    }
  });

  it('with a number that is not finite in a tensor cut over two files are refused', async () => {
    const copy = path.join(folder, 'cut', 'openai');
    await cp(path.join(referenceFolder, 'gpt1-random/openai'), copy, { recursive: true });
    await cp(path.join(referenceFolder, 'gpt1-random/config.json'), path.join(copy, 'config.json'));
    // The token embedding starts behind 64 × 48 positions and goes on in the next file.
    const file = path.join(copy, 'params_0.npy');
    const bytes = await readFile(file);
    bytes.writeUInt32LE(0x7fc00000, 128 + 4 * (64 * 48 + 5));
    await writeFile(file, bytes);
    await expect(verifyWeights(await openCheckpoint(copy))).rejects.toMatchObject({
      problem: {
        at: 'tokens_embed.weight',
        problem: 'number 5 of the parameter is not finite.',
        found: NaN,
      },
    });
  });

  it('in ONNX format are hashed', async () => {
    const file = path.join(referenceFolder, 'gpt2-random/onnx/model.onnx');
    const expected = createHash('sha256')
      .update(await readFile(file))
      .digest('hex');
    expect(await verifyWeights(await openCheckpoint(file))).toEqual({ sha256: expected });
  });
});
