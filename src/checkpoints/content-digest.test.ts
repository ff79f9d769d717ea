import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { referenceFolder } from '../testing/reference.js';
import { makeTemporaryFolder, writeTinyModel } from '../testing/tiny-model.js';
import type { WeightsCheckpoint } from './checkpoint.js';
import { contentDigest } from './content-digest.js';
import { openCheckpoint } from './open.js';
import { readTensor } from './read-tensor.js';
import { writeSafetensors } from './safetensors-writer.js';

const digestOf = async (location: string) =>
  (await contentDigest((await openCheckpoint(location)) as WeightsCheckpoint)).digest;

test(`formats of the same weights have one digest`, async () => {
  const [gpt1, gpt2] = [path.join(referenceFolder, 'gpt1-random'), path.join(referenceFolder, 'gpt2-random')];
  expect(await digestOf(path.join(gpt1, 'openai'))).toBe(await digestOf(gpt1));
  expect(await digestOf(path.join(gpt2, 'tensorflow'))).toBe(await digestOf(gpt2));
  expect(await digestOf(gpt1)).not.toBe(await digestOf(gpt2));
});

test('shards and other number types do not change it, one changed number does and has a name', async () => {
  const folder = await makeTemporaryFolder();
  try {
    await writeTinyModel(folder);
    const checkpoint = (await openCheckpoint(folder)) as WeightsCheckpoint;
    const before = await contentDigest(checkpoint);
    const numbers = new Map<string, Float32Array<ArrayBuffer>>();
    for (const [name, tensor] of checkpoint.tensors) numbers.set(name, await readTensor(tensor));
    const names = [...numbers.keys()];
    const shapeOf = (name: string) => checkpoint.tensors.get(name)!.shape;
    const write = (file: string, part: readonly string[]) =>
      writeSafetensors(
        path.join(folder, file),
        part.map((name) => ({
          ...{ name, dtype: 'F32' as const, shape: shapeOf(name) },
          data: new Uint8Array(numbers.get(name)!.buffer),
        })),
      );
    await rm(path.join(folder, 'model.safetensors'));
    const shards = [names.slice(0, 5), names.slice(5)];
    for (const [number, part] of shards.entries()) await write(`part-${number}.safetensors`, part);
    const shardOf = shards.flatMap((part, number) =>
      part.map((name) => [`transformer.${name}`, `part-${number}.safetensors`] as const),
    );
    const index = path.join(folder, 'model.safetensors.index.json');
    await writeFile(index, JSON.stringify({ weight_map: Object.fromEntries(shardOf) }));
    expect(await digestOf(folder)).toBe(before.digest);

    numbers.get('ln_f.bias')![3]! += 1;
    await write('part-1.safetensors', shards[1]!);
    const after = await contentDigest((await openCheckpoint(folder)) as WeightsCheckpoint);
    expect(names.filter((name) => after.tensors.get(name) !== before.tensors.get(name))).toEqual([
      'ln_f.bias',
    ]);
  } finally {
    await rm(folder, { recursive: true });
  }
});
