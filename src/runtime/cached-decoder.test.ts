import { rm } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { checkpointWeights } from '../checkpoints/graph-weights.js';
import { openCheckpoint } from '../checkpoints/open.js';
import { encodeOnnx } from '../graph/onnx.js';
import { joinPieces } from '../graph/protobuf.js';
import { decodingGraph } from '../models/decoding.js';
import { makeTemporaryFolder, tinyConfig, writeTinyModel } from '../testing/tiny-model.js';
import { cachedDecoder } from './cached-decoder.js';
import type { Decoder } from './decoder.js';
import { createInPlaceSession } from './in-place.js';
import { commonFolder, weightsInPlace } from './scorer.js';
import { createSession } from './session.js';

/** What a decoder says behind each prompt, by prompt, after some steps in which rows leave. */
async function script(decoder: Decoder) {
  const prompts = [[5], [1, 2, 3, 4, 5, 6], [9, 8, 7], [1, 2, 3, 4, 5, 6], [200, 100]];
  const said: Record<number, number[]> = {};
  let order = await decoder.start(prompts, 12);
  const note = () => {
    order.forEach((prompt, row) => {
      said[prompt] = [...(said[prompt] ?? []), ...decoder.logits(row).slice(0, 20), decoder.logSum(row)];
    });
  };
  note();
  for (const step of [0, 1, 2]) {
    await decoder.step(order.map((prompt) => 10 * prompt + step));
    note();
    // The first of the rows leaves, and the last one takes its place.
    const kept = order.length === 1 ? [0] : [order.length - 1, ...order.slice(1, -1).map((_, i) => i + 1)];
    decoder.keep(kept);
    order = kept.map((row) => order[row]!);
  }
  return { order, said };
}

test('with and without copies of the results, and on memory that was used before, it says the same', async () => {
  const folder = await makeTemporaryFolder();
  try {
    await writeTinyModel(folder);
    const checkpoint = await openCheckpoint(folder);
    if (checkpoint.kind !== 'weights') throw new Error('unexpected');
    const externalFolder = commonFolder(checkpoint.files);
    const graph = decodingGraph(tinyConfig, checkpointWeights(checkpoint));
    const model = joinPieces(encodeOnnx({ ...graph, placement: weightsInPlace(externalFolder) }));
    const create = (bytes: Uint8Array) =>
      createSession({ model: bytes, externalFolder, provider: 'cpu', threads: 1 });
    const results = [];
    for (const withoutCopies of [true, false]) {
      const session = await createInPlaceSession(model, create, withoutCopies);
      expect(session.isWithoutCopies).toBe(withoutCopies);
      const decoder = cachedDecoder(session, tinyConfig);
      results.push(await script(decoder), await script(decoder));
      await decoder.release();
    }
    for (const result of results.slice(1)) expect(result).toEqual(results[0]);
    const { said, order } = results[0]!;
    expect(order).toHaveLength(2);
    // Equal prompts are equal until their texts part.
    expect(said[1]!.slice(0, 21)).toEqual(said[3]!.slice(0, 21));
    expect(said[1]!.slice(21, 42)).not.toEqual(said[3]!.slice(21, 42));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
