import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ExportForm, writeExport } from '../testing/onnx-export.js';
import { makeTemporaryFolder } from '../testing/tiny-model.js';
import { chooseOnnxFile, findOnnxFile, withPastName } from './onnx-choice.js';

describe('chooseOnnxFile', () => {
  it.each([
    [['model_fp16.onnx', 'decoder_model.onnx', 'model_quantized.onnx'], 'decoder_model.onnx'],
    [['decoder_model.onnx', 'decoder_with_past_model.onnx', 'model.onnx'], 'model.onnx'],
    [['model.onnx', 'decoder_model_merged.onnx'], 'decoder_model_merged.onnx'],
    [['model_q4.onnx', 'model_fp16.onnx', 'decoder_model_merged_int8.onnx'], 'model_fp16.onnx'],
    [['model_int8.onnx', 'model_fp32.onnx'], 'model_fp32.onnx'],
    [['model_quantized.onnx', 'model_optimized.onnx'], 'model_optimized.onnx'],
    [['model_q4f16.onnx', 'model_q4.onnx', 'model_uint8.onnx', 'model_bnb4.onnx'], 'model_uint8.onnx'],
    [['gpt2-int8.onnx', 'gpt2.onnx', 'gpt2-fp16.onnx'], 'gpt2.onnx'],
    [['one.onnx', 'two.onnx'], undefined],
    [['encoder.onnx'], 'encoder.onnx'],
    [['config.json'], undefined],
  ])('of %j takes %s', (names, chosen) => {
    expect(chooseOnnxFile(names)).toBe(chosen);
  });
});

it('the second graph of an export in two has the same ending', () => {
  expect(withPastName('decoder_model_fp16.onnx')).toBe('decoder_with_past_model_fp16.onnx');
  expect(withPastName('decoder_model.onnx')).toBe('decoder_with_past_model.onnx');
  expect(withPastName('decoder_model_merged.onnx')).toBeUndefined();
  expect(withPastName('model.onnx')).toBeUndefined();
});

describe('findOnnxFile', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await makeTemporaryFolder();
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const place = async (files: Record<string, ExportForm>): Promise<string> => {
    const model = path.join(folder, Object.keys(files).join('+'));
    await mkdir(model);
    for (const [name, form] of Object.entries(files)) {
      await writeFile(path.join(model, name), writeExport(form).model);
    }
    return model;
  };

  it('looks at what the graphs hold, not at what they are called', async () => {
    const int8: ExportForm = { quantised: 'dynamic' };
    const half: ExportForm = { numbers: 'float16' };
    const mixed = await place({ 'model.onnx': int8, 'model_fp16.onnx': half, 'model_small.onnx': {} });
    expect(await findOnnxFile(mixed)).toEqual({
      file: path.join(mixed, 'model_small.onnx'),
      others: ['model.onnx', 'model_fp16.onnx'],
    });
    const two = await place({ 'a.onnx': int8, 'b.onnx': half });
    expect(await findOnnxFile(two)).toMatchObject({ file: path.join(two, 'b.onnx') });
  });

  it('does not guess between files that are equally exact and called anything', async () => {
    const same = await place({ 'one.onnx': {}, 'two.onnx': {} });
    await expect(findOnnxFile(same)).rejects.toMatchObject({
      message: expect.stringContaining('holds several ONNX files: one.onnx, two.onnx.'),
      hint: 'Name the file you mean.',
    });
  });
});
