import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describe as describeArchitecture } from '../models/architectures.js';
import { registeredModels } from '../models/config.js';
import { formatConfigFile, readConfigFile } from './config-file.js';

let folder: string;
let file: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'gpt-config-'));
  file = path.join(folder, 'config.json');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const read = async (json: unknown) => {
  await writeFile(file, typeof json === 'string' ? json : JSON.stringify(json));
  return readConfigFile(folder);
};
const gpt2 = { model_type: 'gpt2', n_layer: 2, n_head: 2, n_embd: 8, vocab_size: 7, n_positions: 5 };

it('reads back what it writes, for every released size', async () => {
  for (const { config } of registeredModels) {
    const stated = await read(formatConfigFile(config));
    const sizes = Object.fromEntries(Object.entries(stated!.sizes).map(([name, { value }]) => [name, value]));
    const { architecture, layerNormEpsilon } = stated!;
    expect({ architecture, layerNormEpsilon, ...sizes }).toEqual(config);
    expect(stated!.warnings).toEqual([]);
  }
});

it('takes n_positions before n_ctx, and n_ctx alone', async () => {
  expect((await read({ ...gpt2, n_ctx: 4 }))!.sizes.nCtx).toEqual({ key: 'n_positions', value: 5 });
  const { n_positions: _, ...old } = gpt2;
  expect((await read({ ...old, n_ctx: 4 }))!.sizes.nCtx).toEqual({ key: 'n_ctx', value: 4 });
});

it('takes the tanh forms of GELU, GPT-1 calling it gelu, as the usual activation, and the exact form as another', async () => {
  expect(
    (await read({ ...gpt2, model_type: 'openai-gpt', afn: 'gelu' }))!.network!(describeArchitecture('gpt1')),
  ).toEqual({});
  expect(
    (await read({ ...gpt2, activation_function: 'gelu_pytorch_tanh' }))!.network!(
      describeArchitecture('gpt2'),
    ),
  ).toEqual({});
  expect(
    (await read({ ...gpt2, activation_function: 'gelu' }))!.network!(describeArchitecture('gpt2')),
  ).toEqual({
    activation: 'gelu',
  });
});

it('takes the long names of sizes as transformers does, the short ones first', async () => {
  const long = {
    model_type: 'gpt2',
    num_hidden_layers: 2,
    num_attention_heads: 4,
    hidden_size: 8,
    max_position_embeddings: 5,
  };
  const { sizes } = (await read(long))!;
  expect(Object.values(sizes).map(({ key, value }) => [key, value])).toEqual([
    ['max_position_embeddings', 5],
    ['hidden_size', 8],
    ['num_hidden_layers', 2],
    ['num_attention_heads', 4],
  ]);
  expect((await read({ ...long, n_head: 2 }))!.sizes.nHead).toEqual({ key: 'n_head', value: 2 });
});

it.each([{ n_head: 4 }, { num_attention_heads: 4 }])(
  'does not pass over %j, which states neither kind nor layers',
  async (json) => {
    expect((await read(json))!.sizes.nHead!.value).toBe(4);
  },
);

it('reads the activation under the key of the architecture', async () => {
  const { network } = (await read({ n_layer: 2, activation_function: 'relu', afn: 'silu', n_inner: 16 }))!;
  expect(network!(describeArchitecture('gpt2'))).toEqual({ activation: 'relu', nInner: 16 });
  expect(network!(describeArchitecture('gpt1'))).toEqual({ activation: 'silu' });
  expect(network!(describeArchitecture('lstm'))).toEqual({});
});

it('reads what changes the arithmetic, as GPT-2 has it', async () => {
  const all = {
    ...{ n_inner: 16, scale_attn_weights: false, scale_attn_by_inverse_layer_idx: true },
    ...{ reorder_and_upcast_attn: true, tie_word_embeddings: false },
  };
  const { network, untiedHead } = (await read({ ...gpt2, ...all }))!;
  expect(network!(describeArchitecture('gpt2'))).toEqual({
    ...{ nInner: 16, scaleAttnWeights: false, scaleAttnByInverseLayerIdx: true },
  });
  expect(untiedHead).toBe(true);
  expect(
    (await read({ ...gpt2, ...all, model_type: 'openai-gpt' }))!.network!(describeArchitecture('gpt1')),
  ).toEqual({});
});

it('is undefined without a file, and for a file that is about something else', async () => {
  expect(await readConfigFile(path.join(folder, 'none'))).toBeUndefined();
  expect(await read({ port: 80 })).toBeUndefined();
});

it.each<[object, string, string]>([
  [{ model_type: 'llama' }, 'model_type', '"llama"'],
  [{ model_type: 'gpt2', activation_function: 'quick_gelu' }, 'activation_function', '"quick_gelu"'],
  [{ model_type: 'openai-gpt', afn: 'tanh' }, 'afn', '"tanh"'],
  [{ model_type: 'gpt2', scale_attn_weights: 'no' }, 'scale_attn_weights', '"no"'],
  [{ model_type: 'gpt2', add_cross_attention: true }, 'add_cross_attention', 'true'],
  [{ model_type: 'gpt2', n_inner: 1.5 }, 'n_inner', '1.5'],
  [{ n_layer: 0 }, 'n_layer', '0'],
  [{ n_head: 2.5 }, 'n_head', '2.5'],
  [{ n_embd: '8' }, 'n_embd', '"8"'],
  [{ layer_norm_epsilon: 0 }, 'layer_norm_epsilon', '0'],
])('refuses %o, naming the key', async (change, at, found) => {
  await expect(read({ ...gpt2, ...change })).rejects.toMatchObject({ problem: { file, at, found } });
});

it('refuses what is no JSON object', async () => {
  await expect(read('{"n_layer": 2')).rejects.toMatchObject({ problem: { file } });
  await expect(read([1])).rejects.toMatchObject({
    problem: { file, expected: 'an object', found: 'an array' },
  });
});
