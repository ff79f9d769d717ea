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

const transformersJs = ['', '_fp16', '_quantized', '_int8', '_uint8', '_q4', '_q4f16', '_bnb4'].map(
  (suffix) => `model${suffix}.onnx`,
);

// transformers.js 3: DEFAULT_DTYPE_SUFFIX_MAPPING in utils/dtypes.js.
it.each([
  ['fp32', 'model.onnx'],
  ['fp16', 'model_fp16.onnx'],
  ['q8', 'model_quantized.onnx'],
  ['int8', 'model_int8.onnx'],
  ['uint8', 'model_uint8.onnx'],
  ['q4', 'model_q4.onnx'],
  ['q4f16', 'model_q4f16.onnx'],
  ['bnb4', 'model_bnb4.onnx'],
] as const)('--dtype %s takes the file that transformers.js takes', (dtype, file) => {
  expect(chooseOnnxFile(transformersJs, dtype)).toBe(file);
  const others = transformersJs.filter((name) => name !== file && !/int8/.test(name));
  expect(chooseOnnxFile(others, dtype)).toBeUndefined();
});

it('a wish for q8 is served by what is called after the type of its weights, and keeps to the most useful graph', () => {
  expect(chooseOnnxFile(['model.onnx', 'model_uint8.onnx', 'model_int8.onnx'], 'q8')).toBe('model_int8.onnx');
  const names = ['decoder_model_fp16.onnx', 'decoder_model_merged_fp16.onnx', 'decoder_model_merged.onnx'];
  expect(chooseOnnxFile(names, 'fp16')).toBe('decoder_model_merged_fp16.onnx');
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
    expect(await findOnnxFile(mixed, 'q8')).toMatchObject({ file: path.join(mixed, 'model.onnx') });
    expect(await findOnnxFile(mixed, 'fp16')).toMatchObject({ file: path.join(mixed, 'model_fp16.onnx') });
    expect(await findOnnxFile(mixed, 'fp32')).toMatchObject({ file: path.join(mixed, 'model_small.onnx') });
    await expect(findOnnxFile(mixed, 'q4')).rejects.toMatchObject({
      message: `${mixed} has no ONNX file for --dtype q4.`,
      hint: 'It has model.onnx (int8), model_fp16.onnx (float16), model_small.onnx (float32). Leave --dtype out for the most exact of them.',
    });
    const false16 = await place({ 'model_fp16.onnx': {} });
    await expect(findOnnxFile(false16, 'fp16')).rejects.toThrow('no ONNX file for --dtype fp16');
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
