/**
 * OpenAI's GPT-1 release (openai/finetune-transformer-lm, folder `model/`): `params_0.npy` … `params_9.npy` are one long
 * array of floats cut in ten without regard to its parts; `params_shapes.json` lists the shapes of the parts in order.
 *
 *     params_0.npy     params_1.npy     params_2.npy  …
 *     ├─ positions ─┼───── token embedding ─────┼─ h.0 c_attn w ─┼ b ┼ …
 */

import { readdir, realpath } from 'node:fs/promises';
import path from 'node:path';
import { DataError } from '../errors.js';
import { readJsonFile } from '../files/json-file.js';
import type { WeightData, WeightsCheckpoint } from './checkpoint.js';
import { readConfigFile } from './config-file.js';
import { roundDoubles } from './doubles.js';
import { readNpyHeader } from './npy.js';
import { assembleParameters, type FoundTensor } from './parameters.js';
import { readRange } from './read-range.js';

/** The file by which the format is recognised. */
export const shapesFileName = 'params_shapes.json';

/** Order of the parts: train.py of the release, `model` and `block`; positions come first, then tokens. */
const firstNames = ['positions_embed.weight', 'tokens_embed.weight'];
const layerNames = [
  'attn.c_attn.weight',
  'attn.c_attn.bias',
  'attn.c_proj.weight',
  'attn.c_proj.bias',
  'ln_1.weight',
  'ln_1.bias',
  'mlp.c_fc.weight',
  'mlp.c_fc.bias',
  'mlp.c_proj.weight',
  'mlp.c_proj.bias',
  'ln_2.weight',
  'ln_2.bias',
];

/** A stretch of the long array, which is one of 32-bit floats, that lies in one file. */
interface Piece {
  shown: string;
  real: string;
  /** Byte position in the long array. */
  begin: number;
  lengthBytes: number;
  /** In the file, or in memory where the file has numbers of 64 bits. */
  data: WeightData;
}

/**
 * Opens the folder that holds `params_shapes.json`. The number of heads is in no file of the release; it is 12 for its
 * width of 768, and for other widths taken from a `config.json` in the folder or its parent.
 */
export async function openGpt1Npy(folder: string): Promise<WeightsCheckpoint> {
  const shapesFile = path.join(folder, shapesFileName);
  const shapes = await readShapes(shapesFile);
  const pieces = await readPieces(folder);
  const availableBytes = pieces.reduce((sum, { lengthBytes }) => sum + lengthBytes, 0);
  const neededBytes = shapes.reduce((sum, shape) => sum + sizeOf(shape) * 4, 0);
  if (availableBytes !== neededBytes) {
    throw new DataError({
      file: path.join(folder, 'params_*.npy'),
      problem: `the arrays do not hold as many numbers as ${shapesFileName} asks for.`,
      expected: neededBytes / 4,
      found: availableBytes / 4,
    });
  }
  const found: FoundTensor[] = [];
  let begin = 0;
  for (const [index, shape] of shapes.entries()) {
    const lengthBytes = sizeOf(shape) * 4;
    const { data, source } = await locate(pieces, begin, lengthBytes);
    // The leading 1 of a block's matrices is the width of a convolution over time.
    const matrix = shape.length === 3 && shape[0] === 1 ? shape.slice(1) : shape;
    found.push({ name: nameOf(index), dtype: 'F32', shape: matrix, data, source });
    begin += lengthBytes;
  }
  const stated = (await readConfigFile(folder)) ?? (await readConfigFile(path.join(folder, '..')));
  const { config, tensors, warnings } = assembleParameters(found, stated, shapesFile);
  return {
    kind: 'weights',
    format: 'openai-npy',
    config,
    tensors,
    files: pieces.map(({ real }) => real),
    folder,
    ...(warnings.length > 0 ? { warnings } : {}),
  };
}

function nameOf(index: number): string {
  if (index < firstNames.length) return firstNames[index]!;
  const inLayers = index - firstNames.length;
  return `h.${Math.floor(inLayers / layerNames.length)}.${layerNames[inLayers % layerNames.length]}`;
}

async function readShapes(file: string): Promise<number[][]> {
  const shapes = await readJsonFile(file);
  const isSize = (size: unknown) => Number.isSafeInteger(size) && (size as number) > 0;
  if (!Array.isArray(shapes) || !shapes.every((shape) => Array.isArray(shape) && shape.every(isSize))) {
    throw new DataError({ file, problem: 'this is not a list of shapes.', expected: '[[512, 768], …]' });
  }
  return shapes;
}

async function readPieces(folder: string): Promise<Piece[]> {
  const numbers = (await readdir(folder))
    .map((name) => /^params_(\d+)\.npy$/.exec(name)?.[1])
    .filter((number) => number !== undefined)
    .map(Number)
    .sort((a, b) => a - b);
  const pieces: Piece[] = [];
  let begin = 0;
  for (const [position, number] of numbers.entries()) {
    const shown = path.join(folder, `params_${number}.npy`);
    if (number !== position) {
      throw new DataError({
        file: folder,
        problem: 'one of the arrays is missing.',
        expected: `params_${position}.npy`,
        found: path.basename(shown),
      });
    }
    const real = await realpath(shown);
    const { dtype, offset, lengthBytes: storedBytes } = await readNpyHeader(shown);
    const lengthBytes = dtype === 'F64' ? storedBytes / 2 : storedBytes;
    const data =
      dtype === 'F64'
        ? {
            bytes: roundDoubles(await readRange(real, offset, storedBytes, shown), {
              file: shown,
              at: 'array',
            }),
          }
        : { file: real, offset, lengthBytes };
    pieces.push({ shown, real, begin, lengthBytes, data });
    begin += lengthBytes;
  }
  return pieces;
}

/** A part that lies in one file is used there; one that goes on in the next file is put together in memory. */
async function locate(
  pieces: readonly Piece[],
  begin: number,
  lengthBytes: number,
): Promise<{ data: WeightData; source: string }> {
  const end = begin + lengthBytes;
  const touched = pieces.filter((piece) => piece.begin < end && piece.begin + piece.lengthBytes > begin);
  const [first] = touched;
  if (first && touched.length === 1) {
    return { data: partOf(first.data, begin - first.begin, lengthBytes), source: first.shown };
  }
  const bytes = new Uint8Array(lengthBytes);
  for (const piece of touched) {
    const from = Math.max(begin, piece.begin);
    const to = Math.min(end, piece.begin + piece.lengthBytes);
    const part = partOf(piece.data, from - piece.begin, to - from);
    bytes.set(
      'bytes' in part ? part.bytes : await readRange(part.file, part.offset, part.lengthBytes, piece.shown),
      from - begin,
    );
  }
  return { data: { bytes }, source: touched.map(({ shown }) => path.basename(shown)).join(' + ') };
}

/** `lengthBytes` of the data from its byte `begin` on. */
function partOf(data: WeightData, begin: number, lengthBytes: number): WeightData {
  if ('bytes' in data) return { bytes: data.bytes.subarray(begin, begin + lengthBytes) };
  return { file: data.file, offset: data.offset + begin, lengthBytes };
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}
