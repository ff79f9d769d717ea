/** Which of several ONNX files of one model is taken: the most exact, and of those the most useful graph. */
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { UserError } from '../errors.js';
import { dtypeByName, type ExportDtype, fitOfName, fitsGraph, noSuchExport } from './onnx-dtype.js';
import { exactnessOf, numbersOf, type OnnxNumbers } from './onnx-numbers.js';
import { scanOnnx } from './onnx-scan.js';

/** Graphs of one export, the most useful first: the merged one scores and decodes, the one with past only decodes. */
const graphNames = ['decoder_model_merged', 'model', 'decoder_model', 'decoder_with_past_model'];

/** What parts of a name say about numbers, the most exact first. No such part: as exact as the model was trained. */
const nameParts: readonly RegExp[] = [
  /^(fp16|f16|float16|half|o4)$/,
  /^(bf16|bfloat16)$/,
  /^(u?int8|q[us]?int8|q8|8bit|quant|quanti[sz]ed|dynamic)$/,
  /^(u?int4|q4|bnb4|4bit|nf4)$/,
  /^(q4f16)$/,
  /^(u?int2|q2|q2f16|2bit|q1|q1f16)$/,
];

/** A file that could be taken. */
interface Candidate {
  name: string;
  /** Place in the order of exactness, 0 the most exact. */
  exactness: number;
}

/**
 * The file to take among names alone, for files that have yet to be fetched: the most exact, or one of the number type that is asked
 * for. Undefined when there is none, or when equally good ones have names that say nothing.
 */
export function chooseOnnxFile(names: readonly string[], dtype?: ExportDtype): string | undefined {
  const candidates = names.filter((name) => name.endsWith('.onnx'));
  return chooseOf(
    candidates.flatMap((name) => {
      const exactness = dtype === undefined ? exactnessByName(name) : fitOfName(name, dtype);
      return exactness === undefined ? [] : { name, exactness };
    }),
  );
}

/**
 * The ONNX file to take in a folder or in its `onnx/`, decided by what the graphs hold, whatever they are called, and the
 * names of those that were left; undefined if there is none. With `dtype` one of that number type: its name says so, or where that
 * says nothing what it holds. Throws UserError when equally exact ones have names that say nothing, or none is of that type, and
 * DataError when one is no ONNX model.
 */
export async function findOnnxFile(
  folder: string,
  dtype?: ExportDtype,
): Promise<{ file: string; others: string[] } | undefined> {
  const refused: string[] = [];
  for (const place of [folder, path.join(folder, 'onnx')]) {
    const names = (await readdir(place).catch(() => [])).filter((name) => name.endsWith('.onnx')).sort();
    if (names.length === 0) continue;
    if (names.length === 1 && dtype === undefined) return { file: path.join(place, names[0]!), others: [] };
    const graphs = await Promise.all(
      names.map(async (name) => ({ name, numbers: numbersOf(await scanOnnx(path.join(place, name))) })),
    );
    const candidates = graphs.flatMap(({ name, numbers }) => {
      const exactness = dtype === undefined ? exactnessOf(numbers) : fitOf(name, numbers, dtype);
      return exactness === undefined ? [] : { name, exactness };
    });
    if (candidates.length === 0) {
      refused.push(...graphs.map(({ name, numbers }) => `${name} (${numbers.type})`));
      continue;
    }
    const chosen = chooseOf(candidates);
    if (chosen === undefined) {
      throw new UserError(`${place} holds several ONNX files: ${names.join(', ')}.`, {
        hint: 'Name the file you mean.',
      });
    }
    return { file: path.join(place, chosen), others: names.filter((name) => name !== chosen) };
  }
  if (refused.length > 0) throw noSuchExport(folder, dtype!, refused);
  return undefined;
}

/** A name may state the type; what the graph holds must be it, and decides where the name says nothing. */
function fitOf(name: string, { type }: OnnxNumbers, dtype: ExportDtype): number | undefined {
  if (!fitsGraph(type, dtype)) return undefined;
  return dtypeByName(name) === undefined ? 0 : fitOfName(name, dtype);
}

/** The file with the second graph of an export in two, the one that goes on from keys and values; whether it exists is not asked. */
export function withPastName(name: string): string | undefined {
  const match = /^decoder_model(?!_merged)(.*\.onnx)$/.exec(name);
  return match ? `decoder_with_past_model${match[1]}` : undefined;
}

function chooseOf(candidates: readonly Candidate[]): string | undefined {
  const order = [...candidates].sort(
    (a, b) =>
      a.exactness - b.exactness ||
      placeOf(a.name) - placeOf(b.name) ||
      exactnessByName(a.name) - exactnessByName(b.name) ||
      a.name.length - b.name.length ||
      (a.name < b.name ? -1 : 1),
  );
  const [first, second] = order;
  if (first === undefined) return undefined;
  // Files under names of their own may be different models.
  const isUnclear =
    placeOf(first.name) === graphNames.length && second !== undefined && second.exactness === first.exactness;
  return isUnclear ? undefined : first.name;
}

/** Which graph of an export a name stands for: its place in `graphNames`, behind them all for any other name. */
function placeOf(name: string): number {
  const place = graphNames.findIndex((graph) => new RegExp(`^${graph}([._-]|$)`).test(name));
  // decoder_model_merged_… begins with decoder_model as well; the order of the names settles that.
  return place < 0 ? graphNames.length : place;
}

function exactnessByName(name: string): number {
  const parts = path.basename(name, '.onnx').toLowerCase().split(/[._-]/);
  return Math.max(0, ...parts.map((part) => nameParts.findIndex((pattern) => pattern.test(part)) + 1));
}
