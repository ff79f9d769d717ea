/** A model in the layout of the Hugging Face Hub, which transformers and this tool open unchanged. */
import path from 'node:path';
import type { WeightDtype } from '../checkpoints/checkpoint.js';
import { formatConfigFile } from '../checkpoints/config-file.js';
import { writeSafetensors } from '../checkpoints/safetensors-writer.js';
import { UserError } from '../errors.js';
import { writeAtomically, writeFully } from '../files/atomic-file.js';
import { readJsonObject } from '../files/json-file.js';
import type { ModelConfig } from '../models/config.js';
import { parameterShapes, vocabularyKind } from '../models/parameters.js';
import { boundaryIds } from '../tokenizers/text-boundaries.js';
import type { TokenizerFiles } from '../tokenizers/tokenizer-content.js';
import { boundariesOf, writeTokenizerFiles } from '../tokenizers/tokenizer-files.js';

/** Types that weights are written in. */
export type ExportDtype = Extract<WeightDtype, 'F32' | 'F16'>;

/** From here on a number rounds to infinity in 16 bits. */
const LARGEST_HALF = 65520;

/** Writes `config.json` and the tokenizer's files, which stay the same for the whole run. Makes the folder if need be. */
export async function writeModelFiles(
  folder: string,
  config: ModelConfig,
  files: TokenizerFiles,
): Promise<void> {
  await writeTokenizerFiles(folder, vocabularyKind(config), files);
  const tokenizerConfig = path.join(folder, 'tokenizer_config.json');
  const tokenizer = await readJsonObject(tokenizerConfig);
  // Without one, transformers takes the class from the model; a file with a length alone would change nothing but that.
  if (tokenizer) await writeJson(tokenizerConfig, { ...tokenizer, model_max_length: config.nCtx });
  const json = JSON.parse(formatConfigFile(config)) as object;
  const ends = boundaryIds(boundariesOf(files, vocabularyKind(config)));
  await writeJson(path.join(folder, 'config.json'), { ...json, ...ends });
}

/** Writes `model.safetensors`, replacing an earlier one in one step. Throws UserError on a weight that the type cannot hold. */
export async function writeModelWeights(
  folder: string,
  config: ModelConfig,
  weights: ReadonlyMap<string, Float32Array<ArrayBuffer>>,
  dtype: ExportDtype,
): Promise<void> {
  const tensors = [...parameterShapes(config)].map(([name, shape]) => {
    const numbers = weights.get(name)!;
    if (dtype === 'F16' && numbers.some((weight) => Math.abs(weight) >= LARGEST_HALF)) {
      throw new UserError(`${name} has weights that are too large for 16 bits.`, {
        hint: 'Use --dtype f32.',
      });
    }
    const stored = dtype === 'F32' ? numbers : toFloat16(numbers);
    return { name, dtype, shape, data: new Uint8Array(stored.buffer, stored.byteOffset, stored.byteLength) };
  });
  await writeSafetensors(path.join(folder, 'model.safetensors'), tensors);
}

async function writeJson(file: string, value: object): Promise<void> {
  const bytes = new TextEncoder().encode(`${JSON.stringify(value, null, 2)}\n`);
  await writeAtomically(file, (handle) => writeFully(handle, bytes));
}

/** IEEE 754 halves, rounded to nearest, ties to even; what is too large becomes infinity. @internal */
export function toFloat16(numbers: Float32Array): Uint16Array<ArrayBuffer> {
  const bits = new Uint32Array(numbers.buffer, numbers.byteOffset, numbers.length);
  return Uint16Array.from(bits, halfBits);
}

/** Bits of the half next to a 32-bit float: 1 sign bit, 5 exponent bits (bias 15), 10 fraction bits. */
function halfBits(float: number): number {
  const sign = (float >>> 16) & 0x8000;
  const exponent = ((float >>> 23) & 255) - 127;
  const fraction = float & 0x7fffff;
  if (exponent === 128) return sign | 0x7c00 | (fraction === 0 ? 0 : 0x200);
  if (exponent > 15) return sign | 0x7c00;
  if (exponent < -25) return sign;
  // Subnormal halves have no hidden bit and one unit of 2^−24; others keep 10 of the 23 fraction bits.
  const shift = exponent < -14 ? -1 - exponent : 13;
  const significand = exponent < -14 ? fraction | 0x800000 : fraction | ((exponent + 15) << 23);
  const kept = significand >>> shift;
  const rest = significand & ((1 << shift) - 1);
  const half = 1 << (shift - 1);
  // A carry out of the fraction goes into the exponent, which is just what rounding up to the next power of two is.
  return sign | (kept + (rest > half || (rest === half && (kept & 1) === 1) ? 1 : 0));
}
