/**
 * Ready-made ONNX exports (Xenova/gpt2, onnx-community/gpt2-ONNX, the folder `onnx/` of openai-community/gpt2, and any
 * other): a graph is run as it is, so only names, types and sizes are looked at here.
 */

import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { DataError } from '../errors.js';
import { exists } from '../files/exists.js';
import { readJsonFile } from '../files/json-file.js';
import type { OnnxCheckpoint, OnnxGraphFile } from './checkpoint.js';
import { withPastName } from './onnx-choice.js';
import { canDecode, interfaceOf } from './onnx-interface.js';
import { numbersOf, type OnnxNumbers } from './onnx-numbers.js';
import { type OnnxScan, scanOnnx } from './onnx-scan.js';
import { aboutModel, type ConfigBeside, sizesOf, vocabSizeOf } from './onnx-sizes.js';
import { fileSize } from './read-range.js';

/**
 * Opens an ONNX file; `config.json` is looked for beside it and in the folder above. Of an export in two files the second is
 * opened as well. Throws DataError when the file is no ONNX model, was cut short, asks for inputs that this tool does not know,
 * lacks its external data, or shows no size that is needed and that config.json does not say.
 */
export async function openOnnx(file: string): Promise<OnnxCheckpoint> {
  const scan = await scanOnnx(file);
  const above = path.dirname(path.resolve(path.dirname(file)));
  let folder = path.dirname(file);
  let beside = await readConfig(folder);
  if (beside === undefined) {
    beside = await readConfig(above);
    if (beside !== undefined) folder = above;
  }
  const stated = beside?.json.vocab_size;
  const vocabSize = vocabSizeOf(scan) ?? (typeof stated === 'number' ? stated : undefined);
  const numbers = numbersOf(scan);
  const graph = await openGraph(file, folder, scan, vocabSize);
  const withPast = await openWithPast(file, folder, graph, numbers, vocabSize);
  const past = (withPast ?? graph).interface.past;
  const { config, parameters, warnings } = sizesOf(scan, past, beside, file);
  const { name } = graph;
  const fills = graph.interface.inputs.find(({ role }) => role === 'token-types');
  if (fills !== undefined) {
    warnings.push(`${name} asks for ${fills.name}: it is given 0 for every token, as tokenizers do.`);
  }
  const graphs = withPast === undefined ? [graph] : [graph, withPast];
  return {
    kind: 'onnx',
    format: 'onnx',
    config,
    ...graph,
    ...(withPast !== undefined && { withPast }),
    numbers,
    parameters,
    files: graphs.flatMap(({ file: real, externalData = [] }) => [
      real,
      ...externalData.map((data) => data.file),
    ]),
    folder,
    ...(warnings.length > 0 ? { warnings } : {}),
  };
}

async function readConfig(folder: string): Promise<ConfigBeside | undefined> {
  const file = path.join(folder, 'config.json');
  return aboutModel(await readJsonFile(file), file);
}

async function openGraph(
  file: string,
  folder: string,
  scan: OnnxScan,
  vocabSize: number | undefined,
): Promise<OnnxGraphFile> {
  const found = interfaceOf(scan, file, vocabSize);
  const externalData: { location: string; file: string }[] = [];
  for (const [location, neededBytes] of [...scan.externalBytes].sort(([a], [b]) => (a < b ? -1 : 1))) {
    externalData.push({ location, file: await findExternal(file, location, neededBytes) });
  }
  return {
    file: await realpath(file),
    name: path.relative(folder, file).split(path.sep).join('/'),
    ...(externalData.length > 0 ? { externalData } : {}),
    interface: found,
  };
}

/** The second graph of an export in two files, if it is there, has the same numbers and goes on from what the first one leaves. */
async function openWithPast(
  file: string,
  folder: string,
  first: OnnxGraphFile,
  numbers: OnnxNumbers,
  vocabSize: number | undefined,
): Promise<OnnxGraphFile | undefined> {
  const name = withPastName(path.basename(file));
  if (name === undefined || first.interface.past.length > 0) return undefined;
  const second = path.join(path.dirname(file), name);
  if (!(await exists(second))) return undefined;
  const scan = await scanOnnx(second);
  const graph = await openGraph(second, folder, scan, vocabSize);
  const { type, isDynamic } = numbersOf(scan);
  const isSame = type === numbers.type && isDynamic === numbers.isDynamic;
  return isSame && canDecode(first.interface, graph.interface) ? graph : undefined;
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
