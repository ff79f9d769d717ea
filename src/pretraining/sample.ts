/**
 * Text from a model in training, to see what it has learned. The whole text is computed again for each token: the samples are
 * short, and the weights change between them.
 */

import { encodeOnnx } from '../graph/onnx.js';
import * as ops from '../graph/ops.js';
import { joinPieces } from '../graph/protobuf.js';
import { input, type Value } from '../graph/value.js';
import { plainAttention } from '../models/attention.js';
import { type ModelConfig, parameterShapes } from '../models/config.js';
import { logitsHead } from '../models/heads.js';
import { hiddenStates, pickRowsByIndex } from '../models/model.js';
import type { Weights } from '../models/weights.js';
import { createSession, tensor } from '../runtime/session.js';

/** Logits of the token behind a text, one for each token of the vocabulary. */
export type NextLogits = (ids: readonly number[]) => Promise<Float32Array>;

/** A model that predicts the next token from weights that are given anew each time. */
export interface Sampler {
  withWeights(weights: ReadonlyMap<string, Float32Array>): NextLogits;
  close(): Promise<void>;
}

/**
 * Prepares the graph of a model with its weights as inputs. It runs in the main thread: the training is waiting anyway, and
 * between two tokens progress and Ctrl-C get their turn.
 */
export async function openSampler(config: ModelConfig, threads: number): Promise<Sampler> {
  const parameters = new Map<string, Value>();
  for (const [name, shape] of parameterShapes(config)) parameters.set(name, input(name, 'float32', shape));
  const weights: Weights = {
    get: (name) => parameters.get(name)!,
    rows: (name, start, end) => ops.slice(parameters.get(name)!, 0, start, end),
  };
  const ids = input('ids', 'int64', ['B', 'T']);
  const rows = input('rows', 'int64', ['S']);
  const pickRows = pickRowsByIndex(rows);
  const hidden = hiddenStates({ ids, weights, config, attention: plainAttention, pickRows });
  const logits = logitsHead(hidden, weights, config); // [S, V]
  const inputs = [ids, rows, ...parameters.values()];
  const model = joinPieces(encodeOnnx({ inputs, outputs: { logits } }));
  const session = await createSession({ model, provider: 'cpu', threads });
  return {
    withWeights(current) {
      const feeds = Object.fromEntries(
        [...parameterShapes(config)].map(([name, shape]) => [
          name,
          tensor.float32(current.get(name)!, shape),
        ]),
      );
      return async (text) => {
        const outputs = await session.run({
          ...feeds,
          ids: tensor.int64(BigInt64Array.from(text, BigInt), [1, text.length]),
          rows: tensor.int64(BigInt64Array.of(BigInt(text.length - 1)), [1]),
        });
        return outputs.logits!.data as Float32Array;
      };
    },
    close: () => session.release(),
  };
}

/** How a continuation is drawn. */
export interface SampleOptions {
  /** Tokens to begin with, at least one. */
  prompt: readonly number[];
  /** Most tokens to add; with the prompt at most nCtx. */
  tokens: number;
  /** Only the k most probable tokens are drawn from (GPT-2 paper §3.6). */
  topK: number;
  /** Where to stop; the token itself is left out. */
  stop?: number;
  /** 32 random bits at a call. */
  random: () => number;
}

/** Draws a continuation token by token; returns the new ids. */
export async function sampleTokens(next: NextLogits, options: SampleOptions): Promise<number[]> {
  const ids = [...options.prompt];
  while (ids.length < options.prompt.length + options.tokens) {
    const id = drawTopK(await next(ids), options.topK, (options.random() >>> 0) / 2 ** 32);
    if (id === options.stop) break;
    ids.push(id);
  }
  return ids.slice(options.prompt.length);
}

/**
 * One of the `k` largest logits, with the probabilities that a softmax over them gives. `uniform` in [0, 1) decides: 0 takes
 * the most probable. Of equal logits the lower id counts as larger.
 */
export function drawTopK(logits: ArrayLike<number>, k: number, uniform: number): number {
  const order = Array.from(logits, (_, id) => id).sort((a, b) => logits[b]! - logits[a]! || a - b);
  const top = order.slice(0, k);
  const weights = top.map((id) => Math.exp(logits[id]! - logits[top[0]!]!));
  let rest = uniform * weights.reduce((sum, weight) => sum + weight, 0);
  for (let rank = 0; rank < top.length - 1; rank++) {
    rest -= weights[rank]!;
    if (rest < 0) return top[rank]!;
  }
  return top.at(-1)!;
}
