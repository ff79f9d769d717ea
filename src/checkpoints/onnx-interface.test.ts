import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ExportForm, writeExport } from '../testing/onnx-export.js';
import { makeTemporaryFolder } from '../testing/tiny-model.js';
import { interfaceOf, type OnnxInterface } from './onnx-interface.js';
import { exactnessOf, numbersOf, type OnnxNumbers } from './onnx-numbers.js';
import { type OnnxScan, type OnnxValue, scanOnnx } from './onnx-scan.js';

let folder: string;
let file: string;
beforeAll(async () => {
  folder = await makeTemporaryFolder();
  file = path.join(folder, 'model.onnx');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function scan(form: ExportForm): Promise<OnnxScan> {
  await writeFile(file, writeExport(form).model);
  return scanOnnx(file);
}

describe('interfaceOf', () => {
  it('knows the inputs of a merged export with stacked past', async () => {
    const form = {
      ...({ past: 'stacked', part: 'merged', mask: 'float32' } as const),
      positions: 'int32',
    } as const;
    const found = interfaceOf(await scan(form), file, 257);
    expect(found.inputs.map(({ role, type }) => `${role} ${type}`)).toEqual([
      ...['ids int64', 'mask float32', 'positions int32', 'cache-branch bool'],
    ]);
    expect(found.past).toEqual(
      [0, 1].map((layer) => ({
        ...{ name: `past_${layer}`, type: 'float32', key: `${layer}`, isStacked: true },
        ...{ heads: 2, headWidth: 8 },
      })),
    );
    expect(found.present).toEqual({ 0: 'present_0', 1: 'present_1' });
  });

  const value = (name: string, type: string, shape?: (number | string)[]): OnnxValue => ({
    ...{ name, type },
    ...(shape && { shape }),
  });
  const ids = value('input_ids', 'int64', ['B', 'T']);
  const logits = value('logits', 'float32', ['B', 'T', 9]);
  const read = (
    inputs: OnnxValue[],
    outputs = [logits],
    vocabSize: number | undefined = 9,
  ): OnnxInterface => {
    const none = { weightShapes: new Map(), weightCounts: new Map(), operations: new Set<string>() };
    return interfaceOf({ inputs, outputs, ...none, externalBytes: new Map() }, 'm.onnx', vocabSize);
  };

  it.each([
    ['past_key_values.3.value', '3.value', 4],
    ['past.0.key', '0.key', 4],
    ['past_key_1', '1.key', 4],
    ['past_value_12', '12.value', 4],
    ['past_7', '7', 5],
    ['past_key_values.7', '7', 5],
  ])('takes %s for %s', (name, key, rank) => {
    const past = value(name, 'float32', ['B', 2, 'H', 'P', 'D'].slice(5 - rank));
    expect(read([ids, past]).past).toMatchObject([{ name, key, isStacked: rank === 5 }]);
  });

  it.each<[string, OnnxValue, string, string]>([
    ['an unknown input', value('encoder_states', 'float32', ['B', 4]), 'does not know', 'float32 [B, 4]'],
    [
      'the past of an encoder',
      value('past_key_values.0.encoder.key', 'float32'),
      'does not know',
      'unknown shape',
    ],
    [
      'a mask of four dimensions',
      value('attention_mask', 'float32', ['B', 1, 'T', 'T']),
      'looks different',
      '[B, 1, T, T]',
    ],
    ['a mask of text', value('attention_mask', 'string', ['B', 'T']), 'looks different', 'string [B, T]'],
    ['past in another order', value('past.0.key', 'float32', ['B', 'P', 2, 8]), 'laid out', '[B, P, 2, 8]'],
    [
      'past in one dimension too many',
      value('past_0', 'float32', ['B', 2, 'P', 8]),
      'laid out',
      '[B, 2, P, 8]',
    ],
    ['past of bfloat16', value('past_0', 'bfloat16', [2, 'B', 2, 'P', 8]), 'laid out', 'bfloat16'],
  ])('refuses %s, naming it and its shape', (_what, input, problem, found) => {
    const error = expect.objectContaining({
      file: 'm.onnx',
      at: input.name,
      problem: expect.stringContaining(problem),
      found: expect.stringContaining(found),
    });
    expect(() => read([ids, input])).toThrow(expect.objectContaining({ problem: error }));
  });

  it('refuses a graph for texts of one size, or without tokens', () => {
    expect(() => read([value('input_ids', 'int64', [1, 128])])).toThrow(
      /texts of one size only.*int64 \[1, 128\]/,
    );
    expect(() => read([value('x', 'float32', ['B', 'T', 4])])).toThrow(
      /no input for tokens. Found x float32/,
    );
    expect(read([value('input_ids', 'int32', [1, 'T'])]).takesOneRow).toBe(true);
  });

  it('finds logits under another name by their shape', () => {
    const hidden = value('hidden', 'float32', ['B', 'T', 4]);
    const other = value('output_0', 'float16', ['B', 'T', 9]);
    expect(read([ids], [hidden, other]).logits).toEqual({ name: 'output_0', type: 'float16' });
    expect(read([ids], [value('y', 'float32', ['B', 'T', 'V'])]).logits.name).toBe('y');
    expect(() => read([ids], [hidden])).toThrow(
      /no output of the graph can be the logits.*hidden float32 \[B, T, 4\]/,
    );
    expect(() => read([ids], [value('logits', 'float32', ['B', 9])])).toThrow(/cannot be used as logits/);
    expect(() => read([ids], [value('logits', 'bfloat16', ['B', 'T', 9])])).toThrow(
      /cannot be used.*bfloat16/,
    );
  });
});

describe('numbersOf', () => {
  it.each<[ExportForm, OnnxNumbers]>([
    [{}, { type: 'float32', isDynamic: false }],
    [{ numbers: 'float16' }, { type: 'float16', isDynamic: false }],
    [{ quantised: 'blocks' }, { type: 'int4', isDynamic: false }],
    [
      { quantised: 'blocks', numbers: 'float16' },
      { type: 'int4 with float16', isDynamic: false },
    ],
    [{ quantised: 'dynamic' }, { type: 'int8', isDynamic: true }],
    [
      { quantised: 'dynamic', past: 'separate', part: 'merged' },
      { type: 'int8', isDynamic: true },
    ],
  ])('of %j are %j', async (form, numbers) => {
    expect(numbersOf(await scan(form))).toEqual(numbers);
  });

  const none = { inputs: [], outputs: [], weightShapes: new Map(), externalBytes: new Map() };
  it.each<[string, string[], Record<string, number>, number | undefined, OnnxNumbers]>([
    [
      '4 bits in blocks',
      ['MatMulNBits'],
      { uint8: 900, float32: 100 },
      4,
      { type: 'int4', isDynamic: false },
    ],
    [
      'q4f16',
      ['MatMulNBits'],
      { uint8: 900, float16: 100 },
      4,
      { type: 'int4 with float16', isDynamic: false },
    ],
    [
      'static int8',
      ['QuantizeLinear', 'DequantizeLinear'],
      { int8: 900, float32: 5 },
      undefined,
      { type: 'int8', isDynamic: false },
    ],
    [
      'uint8',
      ['DynamicQuantizeMatMul'],
      { uint8: 900, float32: 50 },
      undefined,
      { type: 'uint8', isDynamic: true },
    ],
    [
      'int8 with masks of bytes',
      ['DynamicQuantizeLinear', 'MatMulInteger'],
      { int8: 900, uint8: 90, float32: 50 },
      undefined,
      { type: 'int8', isDynamic: true },
    ],
    [
      'masks of bytes',
      ['MatMul', 'Where'],
      { uint8: 900, float32: 50 },
      undefined,
      { type: 'float32', isDynamic: false },
    ],
    [
      'a constant of float16',
      ['MatMul'],
      { float16: 1, float32: 5000 },
      undefined,
      { type: 'float32', isDynamic: false },
    ],
    ['mixed', ['MatMul'], { float16: 600, float32: 500 }, undefined, { type: 'float16', isDynamic: false }],
  ])('%s', (_what, operations, counts, blockBits, numbers) => {
    const weights = { operations: new Set(operations), weightCounts: new Map(Object.entries(counts)) };
    expect(numbersOf({ ...none, ...weights, ...(blockBits && { blockBits }) })).toEqual(numbers);
  });

  it('orders them by exactness', () => {
    const order = ['float32', 'float16', 'bfloat16', 'int8', 'uint8', 'int4', 'int4 with float16', 'int2'];
    const places = order.map((type) => exactnessOf({ type, isDynamic: false }));
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(exactnessOf({ type: 'float64', isDynamic: false })).toBe(places[0]);
    expect(exactnessOf({ type: 'int8', isDynamic: true })).toBeGreaterThan(places[3]!);
  });
});
