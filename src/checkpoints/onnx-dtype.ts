/** The number types in which exports of one model lie side by side, as transformers.js calls them, and which file is of which. */
import path from 'node:path';
import { UserError } from '../errors.js';

/** What `--dtype` can ask of a ready-made ONNX model; transformers.js writes `q8` as `_quantized` in a file's name. */
export const exportDtypes = ['fp32', 'fp16', 'q8', 'int8', 'uint8', 'q4', 'q4f16', 'bnb4'] as const;
/** One of `exportDtypes`. */
export type ExportDtype = (typeof exportDtypes)[number];

/** Parts of a file's name that say so. */
const nameParts: Readonly<Record<ExportDtype, RegExp>> = {
  fp32: /^(fp32|f32|float32)$/,
  fp16: /^(fp16|f16|float16|half|o4)$/,
  q8: /^(q8|8bit|quant|quanti[sz]ed|dynamic)$/,
  int8: /^[qs]?int8$/,
  uint8: /^q?uint8$/,
  q4: /^(q4|u?int4|4bit)$/,
  q4f16: /^q4f16$/,
  bnb4: /^(bnb4|nf4)$/,
};

/** Which files will do, the best first: quantised ones are also called by the type of their weights. */
const servedBy: Readonly<Record<ExportDtype, readonly ExportDtype[]>> = {
  fp32: ['fp32'],
  fp16: ['fp16'],
  q8: ['q8', 'int8', 'uint8'],
  int8: ['int8'],
  uint8: ['uint8'],
  q4: ['q4'],
  q4f16: ['q4f16'],
  bnb4: ['bnb4'],
};

/** What the numbers of a graph (`OnnxNumbers.type`) must be like for it. */
const graphTypes: Readonly<Record<ExportDtype, RegExp>> = {
  fp32: /^float(32|64)$/,
  fp16: /^float16$/,
  q8: /^u?int8/,
  int8: /^u?int8/,
  uint8: /^u?int8/,
  q4: /^u?int4/,
  q4f16: /^u?int4 with float16$/,
  // Two numbers in a byte, which the types of tensors do not show.
  bnb4: /^(u?int[48]|float)/,
};

/** The number type that the name of a file states; undefined where it says nothing, as `model.onnx`. */
export function dtypeByName(name: string): ExportDtype | undefined {
  const parts = path.posix.basename(name, '.onnx').toLowerCase().split(/[._-]/);
  const found = exportDtypes.filter((dtype) => parts.some((part) => nameParts[dtype].test(part)));
  if (found.includes('q4') && found.includes('fp16')) return 'q4f16';
  return found.at(-1);
}

/**
 * How well a file serves a wish by its name, 0 the best; undefined where it does not. A name that says nothing is that of the model as
 * it was trained.
 */
export function fitOfName(name: string, dtype: ExportDtype): number | undefined {
  const place = servedBy[dtype].indexOf(dtypeByName(name) ?? 'fp32');
  return place < 0 ? undefined : place;
}

/** Whether a graph of these numbers is what was asked for. */
export const fitsGraph = (type: string, dtype: ExportDtype): boolean => graphTypes[dtype].test(type);

/** The complaint that no file is of the type that was asked for; `files` with what is known of each. */
export function noSuchExport(place: string, dtype: ExportDtype, files: readonly string[]): UserError {
  return new UserError(`${place} has no ONNX file for --dtype ${dtype}.`, {
    hint: `It has ${files.join(', ')}. Leave --dtype out for the most exact of them.`,
  });
}

/** What the tool's own graphs compute in, from any weights; the others are number types of ready-made files alone. */
const ofWeights: readonly ExportDtype[] = ['fp32', 'q8', 'q4'];

/** Whether weights can be computed in it as well. */
export const isOfWeights = (dtype: ExportDtype): boolean => ofWeights.includes(dtype);

/** The complaint that a number type of ready-made files alone was asked of weights. */
export function onlyExports(dtype: ExportDtype, place: string): UserError {
  return new UserError(`--dtype ${dtype} is a number type of ready-made ONNX files, and ${place} has none.`, {
    hint: `Weights are computed in ${ofWeights.join(', ')}.`,
  });
}
