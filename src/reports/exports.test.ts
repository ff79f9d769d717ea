import { describe, expect, it } from 'vitest';
import type { ModelIdentity } from '../results/model-identity.js';
import { exampleResult } from '../testing/example-result.js';
import { publishedValue, readExperiment } from './experiment.js';
import { withExports } from './exports.js';
import { buildTable } from './table.js';

const table3 = await readExperiment('gpt2-table3');
const published = exampleResult({ metrics: [perplexity(40)] });

function perplexity(value: number) {
  return { ...exampleResult().metrics.at(-1)!, value };
}

function exported(value: number, model: Partial<ModelIdentity> = {}) {
  const onnx = { file: 'onnx/decoder_model_merged.onnx', numbers: 'float32', ...model.onnx };
  const identity = { name: 'Xenova/gpt2', format: 'onnx', exportOf: 'gpt2', ...model, onnx } as const;
  return exampleResult({ model: identity, metrics: [perplexity(value)] });
}

const rowsOf = (...results: Parameters<typeof buildTable>[1]) =>
  buildTable(table3, results).rows.flatMap(({ label, cells, isOther = false }) => {
    const ours = cells[0]!.ours;
    return ours === undefined ? [] : [{ label, isOther, ours }];
  });

describe('an export of a published model', () => {
  it('stands in the row of its model, with a note that names its file and number type', () => {
    const table = buildTable(table3, [exported(41)]);
    const row = table.rows.find(({ cells }) => cells[0]!.ours !== undefined)!;
    expect([row.model, row.cells[0]!.ours]).toEqual(['gpt2', 41]);
    const remark =
      'Ours: gpt2 on lambada is its export Xenova/gpt2, file onnx/decoder_model_merged.onnx (float32).';
    expect(table.notes).toContain(remark);
    expect(table.columns[0]!.notes).toContain(table.notes.indexOf(remark) + 1);
  });

  it('stands below where the model itself was run', () => {
    expect(rowsOf(exported(41), published)).toEqual([
      { label: expect.stringContaining('117M'), isOther: false, ours: 40 },
      { label: 'Xenova/gpt2', isOther: true, ours: 41 },
    ]);
  });

  it('of few bits is a model of its own', () => {
    const name = 'Xenova/gpt2 int8';
    const onnx = { file: 'onnx/model_quantized.onnx', numbers: 'int8' };
    expect(rowsOf(exported(44, { name, onnx }))).toEqual([{ label: name, isOther: true, ours: 44 }]);
    expect(publishedValue(table3, exported(44, { name, onnx }), 'perplexity')).toBeUndefined();
  });

  it('is held against what the paper prints for its model', () => {
    const value = publishedValue(table3, exported(41), 'perplexity');
    expect(value).toEqual(publishedValue(table3, published, 'perplexity'));
    expect(value!.value).toBe(35.13);
  });

  it('of half precision says so', () => {
    const half = { name: 'Xenova/gpt2 float16', onnx: { file: 'onnx/model_fp16.onnx', numbers: 'float16' } };
    expect(withExports([exported(41, half)])[0]!.deviations.at(-1)).toBe(
      'Ours: gpt2 on lambada is its export Xenova/gpt2 float16, file onnx/model_fp16.onnx (float16).',
    );
  });
});
