import path from 'node:path';
import { writeAtomically, writeFully } from '../files/atomic-file.js';
import { makeFolder } from '../files/folder.js';
import { describe } from '../models/architectures.js';
import type { ModelConfig } from '../models/config.js';
import { parameterShapes } from '../models/parameters.js';
import { seededNormal } from '../random/random-numbers.js';
import { formatConfigFile } from './config-file.js';
import { type TensorToWrite, writeSafetensors } from './safetensors-writer.js';

/** Standard deviation of matrices in both releases. */
const INITIAL_STD = 0.02;

/** Numbers made at once, so that memory does not grow with the model. */
const pieceLength = 1 << 18;

/**
 * Writes an untrained model in the Hugging Face layout: `config.json` and `model.safetensors` with weights as the
 * papers initialise them, or with another standard deviation in place of 0.02. The same seed gives the same bytes on every machine. Creates `folder` if need be.
 */
export async function writeRandomCheckpoint(
  folder: string,
  config: ModelConfig,
  seed: number,
  std: number = INITIAL_STD,
): Promise<void> {
  const fill = seededNormal(seed);
  const tensors = [...parameterShapes(config)].map(([name, shape]): TensorToWrite => {
    const length = shape.reduce((product, size) => product * size, 1);
    return {
      name,
      dtype: 'F32',
      shape,
      data: () => initialPieces(length, initialValues(name, config, std), fill),
    };
  });
  await makeFolder(folder);
  const json = new TextEncoder().encode(formatConfigFile(config));
  // First, so that weights never lie there without it: the number of heads is nowhere else.
  await writeAtomically(path.join(folder, 'config.json'), (handle) => writeFully(handle, json));
  await writeSafetensors(path.join(folder, 'model.safetensors'), tensors);
}

/**
 * What a parameter starts from: one value, given ones, or N(0, std²). GPT-1 paper §4.1: N(0, 0.02), biases 0, gains 1; what an
 * architecture does otherwise is said in its file.
 */
function initialValues(
  name: string,
  config: ModelConfig,
  std: number,
): { value: number } | { std: number } | { values: Float32Array } {
  const own = describe(config).initial?.(name, config, std);
  if (own !== undefined) return own;
  if (name.endsWith('.bias')) return { value: 0 };
  return /(^|\.)ln_\w+\.weight$/.test(name) ? { value: 1 } : { std };
}

function* initialPieces(
  length: number,
  values: ReturnType<typeof initialValues>,
  fill: ReturnType<typeof seededNormal>,
): Generator<Uint8Array> {
  const numbers = new Float32Array(Math.min(length, pieceLength));
  for (let done = 0; done < length; done += numbers.length) {
    const piece = numbers.subarray(0, Math.min(numbers.length, length - done));
    if ('std' in values) fill(piece, values.std);
    else if ('values' in values) piece.set(values.values.subarray(done, done + piece.length));
    else piece.fill(values.value);
    yield new Uint8Array(piece.buffer, 0, piece.byteLength);
  }
}
