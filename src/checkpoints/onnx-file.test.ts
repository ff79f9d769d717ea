import { mkdir, mkdtemp, readFile, realpath, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { joinPieces, MessageWriter } from '../graph/protobuf.js';
import { referenceFolder } from '../testing/reference.js';
import { findOnnxFile } from './onnx-choice.js';
import { openOnnx } from './onnx-file.js';

const reference = path.join(referenceFolder, 'gpt2-random');

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'gpt-onnx-'));
  const config = { model_type: 'gpt2', n_layer: 1, n_head: 2, n_embd: 4, vocab_size: 6, n_positions: 3 };
  await writeFile(path.join(folder, 'config.json'), JSON.stringify(config));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A model of no nodes with one weight, `transformer.wte.weight` [6, 4], which lies at byte 8 of `location`. */
function externalModel(location: string, shape = [6, 4]): Uint8Array {
  const pair = (key: string, value: string) => new MessageWriter().string(1, key).string(2, value);
  // TensorProto: packed dims = 1, data_type = 2, name = 8, external_data = 13, data_location = 14.
  const tensor = new MessageWriter()
    .bytes(1, Uint8Array.from(shape))
    .int(2, 1)
    .string(8, 'transformer.wte.weight')
    .message(13, pair('location', location))
    .message(13, pair('offset', '8'))
    .message(13, pair('length', '96'))
    .int(14, 1);
  // ValueInfoProto: name = 1, type = 2 → tensor_type = 1 → elem_type = 1, shape = 2 → dim = 1 → dim_param = 2, dim_value = 1.
  const named = (name: string, type: number, vocabSize?: number) => {
    const dims = new MessageWriter();
    for (const free of ['rows', 'tokens']) dims.message(1, new MessageWriter().string(2, free));
    if (vocabSize) dims.message(1, new MessageWriter().int(1, vocabSize));
    const tensorType = new MessageWriter().int(1, type).message(2, dims);
    return new MessageWriter().string(1, name).message(2, new MessageWriter().message(1, tensorType));
  };
  const graph = new MessageWriter()
    .message(5, tensor)
    .message(11, named('input_ids', 7))
    .message(11, named('transformer.wte.weight', 1))
    .message(12, named('logits', 1, 6));
  return joinPieces(new MessageWriter().int(1, 10).message(7, graph).finish());
}

describe('openOnnx', () => {
  it('finds external data, also where the graph and it are links to files elsewhere', async () => {
    const [blobs, onnx] = [path.join(folder, 'blobs'), path.join(folder, 'onnx')];
    await mkdir(blobs);
    await mkdir(onnx);
    await writeFile(path.join(blobs, 'aa'), externalModel('model.onnx_data'));
    await writeFile(path.join(blobs, 'bb'), new Uint8Array(104));
    await symlink('../blobs/aa', path.join(onnx, 'model.onnx'));
    await symlink('../blobs/bb', path.join(onnx, 'model.onnx_data'));
    expect(await findOnnxFile(folder)).toEqual({ file: path.join(onnx, 'model.onnx'), others: [] });
    expect(await openOnnx(path.join(onnx, 'model.onnx'))).toEqual({
      kind: 'onnx',
      format: 'onnx',
      config: {
        architecture: 'gpt2',
        nLayer: 1,
        nHead: 2,
        nEmbd: 4,
        nCtx: 3,
        vocabSize: 6,
        layerNormEpsilon: 1e-5,
      },
      file: path.join(blobs, 'aa'),
      externalData: [{ location: 'model.onnx_data', file: path.join(blobs, 'bb') }],
      name: 'onnx/model.onnx',
      interface: {
        // Weights among the declared inputs are none that a caller gives.
        inputs: [{ name: 'input_ids', role: 'ids', type: 'int64', rank: 2 }],
        past: [],
        logits: { name: 'logits', type: 'float32' },
        present: {},
        takesOneRow: false,
      },
      numbers: { type: 'float32', isDynamic: false },
      parameters: 288,
      files: [path.join(blobs, 'aa'), path.join(blobs, 'bb')],
      folder,
    });
  });

  it('refuses external data that is missing, too short, or outside of the folder', async () => {
    const file = path.join(folder, 'model.onnx');
    await writeFile(file, externalModel('weights.bin'));
    await expect(openOnnx(file)).rejects.toMatchObject({ problem: { file, at: 'weights.bin' } });
    await writeFile(path.join(folder, 'weights.bin'), new Uint8Array(103));
    await expect(openOnnx(file)).rejects.toMatchObject({
      problem: { file: path.join(folder, 'weights.bin'), expected: 'at least 104 bytes', found: 103 },
    });
    await writeFile(file, externalModel('../weights.bin'));
    await expect(openOnnx(file)).rejects.toMatchObject({ problem: { file, at: '../weights.bin' } });
  });

  it('believes the graph rather than the configuration, and says so', async () => {
    const file = path.join(folder, 'model.onnx');
    await writeFile(file, externalModel('weights.bin', [6, 8]));
    await writeFile(path.join(folder, 'weights.bin'), new Uint8Array(104));
    expect(await openOnnx(file)).toMatchObject({
      config: { nEmbd: 8, vocabSize: 6 },
      warnings: [expect.stringContaining('says n_embd 4, but the graph has 8')],
    });
  });

  it('refuses a file that is no ONNX model', async () => {
    const file = path.join(folder, 'model.onnx');
    await writeFile(file, 'version https://git-lfs.github.com/spec/v1\n');
    await expect(openOnnx(file)).rejects.toMatchObject({ problem: { file } });
    await writeFile(file, '');
    await expect(openOnnx(file)).rejects.toMatchObject({
      problem: { file, expected: 'one graph', found: 0 },
    });
  });
});

describe('reference exports', () => {
  it.each([
    ['decoder_model', 'input_ids', false],
    ['decoder_with_past_model', 'past_key_values.0.key', false],
    ['model', 'past_key_values.2.value', false],
    ['decoder_model_merged', 'past_key_values.2.value', true],
  ])('%s tells its inputs and outputs', async (name, input, isMerged) => {
    const file = path.join(reference, 'onnx', `${name}.onnx`);
    const checkpoint = await openOnnx(file);
    expect(checkpoint.config).toMatchObject({
      architecture: 'gpt2',
      nLayer: 3,
      nHead: 4,
      nCtx: 64,
      vocabSize: 320,
    });
    const { inputs, past, logits, present } = checkpoint.interface;
    expect([...inputs, ...past].map((one) => one.name)).toContain(input);
    expect(inputs.some(({ role }) => role === 'cache-branch')).toBe(isMerged);
    expect(logits).toEqual({ name: 'logits', type: 'float32' });
    expect(present['2.value']).toBe('present.2.value');
    const second = path.join(reference, 'onnx/decoder_with_past_model.onnx');
    const files = name === 'decoder_model' ? [file, second] : [file];
    expect(checkpoint.files).toEqual(await Promise.all(files.map((one) => realpath(one))));
    expect(checkpoint.folder).toBe(reference);
  });

  it('a file that was cut short is refused', async () => {
    const file = path.join(folder, 'cut.onnx');
    await writeFile(file, await readFile(path.join(reference, 'onnx/decoder_model.onnx')));
    await truncate(file, 300_000);
    await expect(openOnnx(file)).rejects.toMatchObject({
      problem: {
        file,
        problem: expect.stringMatching(/field 7 would end at byte 49\d+, but the message ends at 300000/),
      },
    });
  });

  it('without a config.json it is refused', async () => {
    const place = await mkdtemp(path.join(tmpdir(), 'gpt-onnx-'));
    const file = path.join(place, 'model.onnx');
    await writeFile(file, await readFile(path.join(reference, 'onnx/model.onnx')));
    await expect(openOnnx(file)).rejects.toThrow('there is no config.json beside it');
    await rm(place, { recursive: true });
  });
});
