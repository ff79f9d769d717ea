/**
 * Ready-made ONNX exports under the names that exporters give them (Xenova/gpt2, onnx-community/gpt2-ONNX and the
 * folder `onnx/` of openai-community/gpt2): a graph is run as it is, so only names and sizes are looked at here.
 */

import { readdir, realpath } from 'node:fs/promises';
import path from 'node:path';
import { DataError, UserError } from '../errors.js';
import type { ModelConfig } from '../models/config.js';
import type { OnnxCheckpoint } from './checkpoint.js';
import { readConfigFile, type StatedConfig } from './config-file.js';
import { scanOnnx } from './onnx-scan.js';
import { fileSize } from './read-range.js';

/** Graphs of one export, the most useful first: the merged one scores and decodes, the one with past only decodes. */
const graphNames = ['decoder_model_merged', 'model', 'decoder_model', 'decoder_with_past_model'];

/** Endings of the number types, the most exact first. */
const variants = ['', '_fp16', '_int8', '_quantized', '_uint8', '_q8', '_q4', '_q4f16', '_bnb4'];

/** The file to take among the names in a folder: the most exact number type, of that the most useful graph. */
export function chooseOnnxFile(names: readonly string[]): string | undefined {
  const wanted = variants.flatMap((variant) => graphNames.map((graph) => `${graph}${variant}.onnx`));
  return wanted.find((name) => names.includes(name));
}

/**
 * The ONNX file to take in a folder or in its `onnx/`, or undefined if there is none: the one that `chooseOnnxFile`
 * chooses, failing that the only `.onnx` file. Throws UserError when there are several under other names.
 */
export async function findOnnxFile(folder: string): Promise<string | undefined> {
  for (const place of [folder, path.join(folder, 'onnx')]) {
    const names = (await readdir(place).catch(() => [])).filter((name) => name.endsWith('.onnx'));
    const chosen = chooseOnnxFile(names) ?? names[0];
    if (chosen === undefined) continue;
    if (names.length > 1 && chooseOnnxFile(names) === undefined) {
      throw new UserError(`${place} holds several ONNX files: ${names.sort().join(', ')}.`, {
        hint: 'Name the file you mean.',
      });
    }
    return path.join(place, chosen);
  }
  return undefined;
}

/**
 * Opens an ONNX file; `config.json` is looked for beside it and in the folder above. Throws UserError without one, and
 * DataError when the file is no ONNX model, was cut short, contradicts the configuration or lacks its external data.
 */
export async function openOnnx(file: string): Promise<OnnxCheckpoint> {
  const { inputs, outputs, weightShapes, externalBytes } = await scanOnnx(file);
  const beside = path.dirname(file);
  const above = path.dirname(path.resolve(beside));
  let folder = beside;
  let stated = await readConfigFile(beside);
  if (stated === undefined) {
    stated = await readConfigFile(above);
    if (stated !== undefined) folder = above;
  }
  if (stated === undefined) {
    throw new UserError(`${file}: there is no config.json beside it or in the folder above.`, {
      hint: 'Put the config.json of the model into its folder: an ONNX file does not say how many heads a model has.',
    });
  }
  const config = completeConfig(stated);
  checkEmbeddings(weightShapes, config, stated, file);

  const real = await realpath(file);
  const externalData: { location: string; file: string }[] = [];
  for (const [location, neededBytes] of [...externalBytes].sort(([a], [b]) => (a < b ? -1 : 1))) {
    externalData.push({ location, file: await findExternal(file, location, neededBytes) });
  }
  return {
    kind: 'onnx',
    format: 'onnx',
    config,
    file: real,
    ...(externalData.length > 0 ? { externalData } : {}),
    inputs,
    outputs,
    files: [real, ...externalData.map((data) => data.file)],
    folder,
    ...(stated.warnings.length > 0 ? { warnings: stated.warnings } : {}),
  };
}

function completeConfig({
  file,
  architecture = 'gpt2',
  layerNormEpsilon,
  sizes,
  vocabulary,
}: StatedConfig): ModelConfig {
  const size = (name: keyof typeof sizes, key: string): number => {
    const stated = sizes[name];
    if (stated) return stated.value;
    throw new DataError({ file, at: key, problem: 'the value is missing.', expected: 'a positive integer' });
  };
  return {
    architecture,
    nLayer: size('nLayer', 'n_layer'),
    nHead: architecture === 'lstm' ? 0 : size('nHead', 'n_head'),
    nEmbd: size('nEmbd', 'n_embd'),
    nCtx: size('nCtx', 'n_positions'),
    vocabSize: size('vocabSize', 'vocab_size'),
    layerNormEpsilon: layerNormEpsilon ?? 1e-5,
    ...(architecture === 'lstm' && { units: size('units', 'n_units'), vocabulary }),
  };
}

/** Exporters keep the names of the embeddings, though not those of matrices; a graph without them is taken on trust. */
function checkEmbeddings(
  shapes: Map<string, number[]>,
  config: ModelConfig,
  stated: StatedConfig,
  file: string,
): void {
  const { vocabSize, nCtx, nEmbd } = config;
  for (const [name, shape] of shapes) {
    const isTokens = /(^|\.)(wte|tokens_embed)\.weight$/.test(name);
    if ((!isTokens && !/(^|\.)(wpe|positions_embed)\.weight$/.test(name)) || shape.length !== 2) continue;
    const rows = isTokens ? 'vocabSize' : 'nCtx';
    for (const [size, value, found] of [
      [rows, shape[0]!, isTokens ? vocabSize : nCtx],
      ['nEmbd', shape[1]!, nEmbd],
    ] as const) {
      if (value === found) continue;
      const at = stated.sizes[size]?.key;
      throw new DataError({
        file: stated.file,
        at,
        problem: `it contradicts ${name} in ${file}.`,
        expected: value,
        found,
      });
    }
  }
}

async function findExternal(file: string, location: string, neededBytes: number): Promise<string> {
  const folder = path.dirname(file);
  const shown = path.join(folder, location);
  if (path.isAbsolute(location) || path.relative(folder, shown).startsWith('..')) {
    throw new DataError({
      file,
      at: location,
      problem: 'the graph points to weights outside of its folder.',
    });
  }
  const sizeBytes = await fileSize(shown).catch((cause: unknown) => {
    throw new DataError(
      { file, at: location, problem: 'the file with the weights is missing beside it.' },
      { cause },
    );
  });
  if (sizeBytes < neededBytes) {
    throw new DataError({
      file: shown,
      problem: 'the file ends before the weights do, so it was cut short.',
      expected: `at least ${neededBytes} bytes`,
      found: sizeBytes,
    });
  }
  return realpath(shown);
}
