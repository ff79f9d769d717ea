/**
 * Text from a model in training, to see what it has learned: written as `gpt generate` writes, but with weights that are given
 * anew each time.
 */
import { encodeOnnx } from '../graph/onnx.js';
import * as ops from '../graph/ops.js';
import { joinPieces } from '../graph/protobuf.js';
import { input, type Value } from '../graph/value.js';
import { describe } from '../models/architectures.js';
import type { ModelConfig } from '../models/config.js';
import { decodingGraph, nextTokenGraph } from '../models/decoding.js';
import type { Graph } from '../models/graphs.js';
import { parameterShapes } from '../models/parameters.js';
import type { Weights } from '../models/weights.js';
import { cachedDecoder } from '../runtime/cached-decoder.js';
import type { Decoder } from '../runtime/decoder.js';
import { type GenerationRequest, type GenerationResult, generateTexts } from '../runtime/generation.js';
import { createInPlaceSession } from '../runtime/in-place.js';
import { recomputingDecoder } from '../runtime/recomputing-decoder.js';
import { createSession, type Session, type Tensor, tensor } from '../runtime/session.js';
import { tokenSource } from '../runtime/token-source.js';

/** A model that writes with whatever weights it is given. */
export interface Sampler {
  write(
    weights: ReadonlyMap<string, Float32Array>,
    request: GenerationRequest,
    signal?: AbortSignal,
  ): Promise<GenerationResult>;
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
  const load = (model: Uint8Array) => createSession({ model, provider: 'cpu', threads });
  const encode = (graph: Graph) =>
    joinPieces(encodeOnnx({ ...graph, inputs: [...graph.inputs, ...parameters.values()] }));
  const { decoder, session } = describe(config).attends
    ? await cached(encode(decodingGraph(config, weights)), load, config)
    : await recomputing(encode(nextTokenGraph(config, weights)), load);
  return {
    async write(current, request, signal) {
      const feeds = Object.fromEntries(
        [...parameterShapes(config)].map(([name, shape]) => [
          name,
          tensor.float32(current.get(name)!, shape),
        ]),
      );
      const source = tokenSource(decoder(feeds));
      return (await generateTexts(source, config.nCtx, [request], { signal }))[0]!;
    },
    close: () => session.release(),
  };
}

/** A session, and a decoder on it for given weights. */
interface LoadedDecoder {
  session: { release(): Promise<void> };
  decoder(feeds: Record<string, Tensor>): Decoder;
}

type Load = (model: Uint8Array) => Promise<Session>;

async function cached(model: Uint8Array, load: Load, config: ModelConfig): Promise<LoadedDecoder> {
  const session = await createInPlaceSession(model, load);
  return { session, decoder: (feeds) => cachedDecoder(session, config, { feeds }) };
}

async function recomputing(model: Uint8Array, load: Load): Promise<LoadedDecoder> {
  const session = await load(model);
  return { session, decoder: (feeds) => recomputingDecoder(session, feeds) };
}
