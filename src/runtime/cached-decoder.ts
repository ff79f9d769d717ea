/** A decoder that keeps keys and values (models/decoding.ts), in memory that the graph works on where it lies. */

import type { ModelConfig } from '../models/config.js';
import { cacheHeadWidth, cacheNames } from '../models/decoding.js';
import { planBatches } from './batch.js';
import { type Decoder, PASS_TOKENS, padRows } from './decoder.js';
import type { InPlaceSession, ResultArray } from './in-place.js';
import { type Tensor, tensor } from './session.js';

/** How a decoder runs its graph. */
export interface CachedDecoderOptions {
  /** What the graph asks for beyond its own inputs: weights, in training. */
  feeds?: Readonly<Record<string, Tensor>>;
  /** Its products need an even number of rows (batch.ts, `evenBatch`): beside an odd number of texts goes an empty one. */
  evenRows?: boolean;
}

/** A decoder on a session of `decodingGraph`. */
export function cachedDecoder(
  session: InPlaceSession,
  config: ModelConfig,
  { feeds = {}, evenRows = false }: CachedDecoderOptions = {},
): Decoder {
  const { nLayer, nHead: H, nEmbd, vocabSize: V } = config;
  const D = cacheHeadWidth(nEmbd / H);
  const names = Array.from({ length: nLayer }, (_, layer) => cacheNames(layer)).flat();
  let buffers: Float32Array<ArrayBuffer>[] = [];
  let logits = new Float32Array(0);
  let logSums = new Float32Array(0);
  /** M, and how many places each row uses. */
  let places = 0;
  let used: number[] = [];

  /** Memory for that many rows and places. Untouched pages of a new array take no memory, so it need not grow step by step. */
  const reserve = (texts: number) => {
    const rows = evenRows ? texts + 1 : texts;
    const size = rows * H * places * D;
    if (buffers[0] === undefined || buffers[0].length < size)
      buffers = names.map(() => new Float32Array(size));
    if (logSums.length < rows) {
      logits = new Float32Array(rows * V);
      logSums = new Float32Array(rows);
    }
  };

  /** Runs rows `from`, `from` + 1, … with new tokens; those rows then have `lengths[i]` tokens. */
  const run = async (
    from: number,
    given: readonly (readonly number[])[],
    givenLengths: readonly number[],
  ) => {
    // The row behind them is not in use yet, or not any more.
    const isOdd = evenRows && given.length % 2 === 1;
    const [texts, lengths] = isOdd
      ? [
          [...given, [0]],
          [...givenLengths, 1],
        ]
      : [given, givenLengths];
    const { ids, shape, lastRows } = padRows(texts);
    const [B, T] = shape;
    const positions = new BigInt64Array(B * T);
    texts.forEach((text, row) => {
      for (let t = 0; t < text.length; t++) positions[row * T + t] = BigInt(lengths[row]! - text.length + t);
    });
    const inputs: Record<string, Tensor> = {
      ...feeds,
      ids: tensor.int64(ids, shape),
      positions: tensor.int64(positions, shape),
      rows: tensor.int64(lastRows, [B]),
      last: tensor.int32(
        Int32Array.from(lengths, (length) => length - 1),
        [B],
      ),
      total: tensor.int32(Int32Array.of(Math.max(...lengths)), []),
    };
    const results = new Map<string, ResultArray>([
      ['logits', { data: logits.subarray(from * V, (from + B) * V), dims: [B, V] }],
      ['log_sum', { data: logSums.subarray(from, from + B), dims: [B, 1] }],
    ]);
    const rowSize = H * places * D;
    names.forEach(({ past, present }, i) => {
      const data = buffers[i]!.subarray(from * rowSize, (from + B) * rowSize);
      const dims = [B, H, places, D];
      inputs[past] = tensor.float32(data, dims);
      results.set(present, { data, dims });
    });
    await session.run(inputs, results);
  };

  const copyRow = (from: number, to: number) => {
    for (const buffer of buffers) {
      for (let head = 0; head < H; head++) {
        const start = (from * H + head) * places * D;
        buffer.copyWithin((to * H + head) * places * D, start, start + used[from]! * D);
      }
    }
    logits.copyWithin(to * V, from * V, (from + 1) * V);
    logSums[to] = logSums[from]!;
    used[to] = used[from]!;
  };

  return {
    async start(prompts, mostTokens) {
      places = mostTokens;
      reserve(prompts.length);
      // Equal prompts are read once. The different ones come first, the longest before all.
      const firstOf = new Map<string, number>();
      const twins: { prompt: number; of: number }[] = [];
      prompts.forEach((prompt, index) => {
        const key = prompt.join();
        const of = firstOf.get(key);
        if (of === undefined) firstOf.set(key, index);
        else twins.push({ prompt: index, of });
      });
      const different = [...firstOf.values()];
      const lengths = different.map((index) => prompts[index]!.length);
      const order: number[] = [];
      used = [];
      for (const { members } of planBatches(lengths, PASS_TOKENS)) {
        const indices = members.map((member) => different[member]!);
        const texts = indices.map((index) => prompts[index]!);
        const newLengths = texts.map((text) => text.length);
        await run(order.length, texts, newLengths);
        order.push(...indices);
        used.push(...newLengths);
      }
      for (const { prompt, of } of twins) {
        copyRow(order.indexOf(of), order.length);
        order.push(prompt);
      }
      return order;
    },
    async step(tokens) {
      used = used.map((length) => length + 1);
      await run(
        0,
        tokens.map((token) => [token]),
        used,
      );
    },
    keep(rows) {
      rows.forEach((from, to) => {
        if (from !== to) copyRow(from, to);
      });
      used.length = rows.length;
    },
    logits: (row) => logits.subarray(row * V, (row + 1) * V),
    logSum: (row) => logSums[row]!,
    release: () => session.release(),
  };
}
