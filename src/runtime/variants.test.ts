/** Models whose configuration asks for another arithmetic than the releases have: activation, inner width, attention, output projection. */
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { WeightsCheckpoint } from '../checkpoints/checkpoint.js';
import { openCheckpoint } from '../checkpoints/open.js';
import { writeSafetensors } from '../checkpoints/safetensors-writer.js';
import { exportOnnx } from '../export/onnx-export.js';
import type { ModelConfig } from '../models/config.js';
import { countParameters, parameterShapes } from '../models/parameters.js';
import { makeTemporaryFolder } from '../testing/tiny-model.js';
import { planBatches } from './batch.js';
import { openGenerator } from './generator.js';
import { openScorer } from './scorer.js';

/** What config.json says beside the sizes. */
const stated = {
  gelu: { activation_function: 'gelu' },
  relu: { activation_function: 'relu' },
  silu: { activation_function: 'silu' },
  swish: { activation_function: 'swish' },
  tanh: { activation_function: 'tanh' },
  inner: { n_inner: 96 },
  unscaled: { scale_attn_weights: false },
  inverse: { scale_attn_by_inverse_layer_idx: true, reorder_and_upcast_attn: true },
  both: { scale_attn_weights: false, scale_attn_by_inverse_layer_idx: true },
  untied: { tie_word_embeddings: false },
  plain: {},
  'gpt1-relu': { afn: 'relu' },
  'gpt1-silu': { afn: 'silu' },
  'gpt1-gelu': { afn: 'gelu' },
};
type Variant = keyof typeof stated;

/**
 * log p of tokens 1 to 11 of `ids`, by transformers 5.18.0 and torch 2.13 in float64 (GPT2LMHeadModel, OpenAIGPTLMHeadModel
 * .from_pretrained on the files that this test writes). `swish` and `silu` are two names; `inverse` asks for
 * `reorder_and_upcast_attn` as well.
 */
const expected: Record<Variant, number[]> = {
  gelu: [
    -4.215933, -0.912933, -5.576508, -7.223454, -5.739687, -4.08639, -7.864771, -5.102518, -8.120672,
    -7.896339, -8.037505,
  ],
  relu: [
    -4.106581, -0.905908, -5.483079, -7.12891, -5.847048, -3.90588, -7.504675, -5.029232, -8.118277,
    -7.785828, -8.617624,
  ],
  silu: [
    -4.207249, -1.078737, -5.43525, -7.122544, -5.575944, -4.258969, -7.919662, -5.07244, -8.001677,
    -7.713379, -7.618305,
  ],
  swish: [
    -4.207249, -1.078737, -5.43525, -7.122544, -5.575944, -4.258969, -7.919662, -5.07244, -8.001677,
    -7.713379, -7.618305,
  ],
  tanh: [
    -3.721123, -2.553115, -4.547066, -6.659492, -6.156153, -5.307858, -6.189633, -5.363628, -6.010709,
    -5.653071, -6.302394,
  ],
  inner: [
    -5.796935, -3.575792, -3.868152, -7.119457, -3.631402, -6.84135, -4.519202, -4.686272, -7.259957,
    -8.93483, -6.135374,
  ],
  unscaled: [
    -4.216263, -0.908827, -5.781849, -6.780446, -5.697121, -4.541925, -7.722709, -4.534177, -7.589495,
    -8.271726, -7.655537,
  ],
  inverse: [
    -4.216263, -0.913866, -5.573219, -7.262194, -5.651782, -3.948027, -7.806306, -5.253868, -8.427608,
    -7.836346, -8.154091,
  ],
  both: [
    -4.216263, -0.90952, -5.78058, -6.860316, -5.629362, -4.521507, -7.726125, -4.554171, -7.619276,
    -8.094154, -7.611612,
  ],
  untied: [
    -4.82019, -4.235188, -5.018474, -6.343162, -7.917231, -4.792449, -7.15358, -6.636506, -4.250939,
    -7.503836, -8.944588,
  ],
  plain: [
    -4.216263, -0.913096, -5.576672, -7.223577, -5.739599, -4.086473, -7.865438, -5.102474, -8.121059,
    -7.896371, -8.037103,
  ],
  'gpt1-relu': [
    -4.878867, -4.241578, -6.888987, -8.388497, -2.646891, -6.277932, -8.320647, -7.22276, -5.352599,
    -9.155067, -4.983948,
  ],
  'gpt1-silu': [
    -4.566074, -4.623757, -7.390327, -7.953569, -2.858689, -6.226129, -8.543907, -7.689876, -5.345517,
    -9.375902, -4.971592,
  ],
  'gpt1-gelu': [
    -4.734653, -4.204073, -7.187925, -8.060036, -2.657146, -6.237555, -8.368514, -7.491339, -5.423191,
    -9.285892, -4.999745,
  ],
};

const ids = Array.from({ length: 12 }, (_, i) => (7 * i * i + 3 * i + 5) % 64);
const sizes = { nLayer: 2, nHead: 2, nEmbd: 64, nCtx: 32, vocabSize: 64, layerNormEpsilon: 1e-5 };

let folder: string;
beforeAll(async () => {
  folder = await makeTemporaryFolder();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Numbers by a formula, tensor after tensor in the order of their names on the hub. */
function numbersOf(shapes: ReadonlyMap<string, number[]>): Map<string, Float64Array> {
  const hubName = (name: string) => (name === 'lm_head.weight' ? name : `transformer.${name}`);
  const names = [...shapes.keys()].sort((a, b) => (hubName(a) < hubName(b) ? -1 : 1));
  return new Map(
    names.map((name, n) => {
      const length = shapes.get(name)!.reduce((product, size) => product * size, 1);
      const gain = /ln_\w+\.weight$/.test(name);
      return [
        name,
        Float64Array.from({ length }, (_, i) => {
          const value = 0.3 * Math.sin(0.7 * i * (1 + (n % 5)) + n + i * i * 0.013);
          return gain ? 1 + 0.2 * value : value;
        }),
      ];
    }),
  );
}

/** Writes the model of a variant: in 64 bits where that is asked for, with further tensors where they are given. */
async function writeVariant(
  name: string,
  variant: Variant,
  { doubles = false, config = {} }: { doubles?: boolean; config?: object } = {},
): Promise<string> {
  const architecture = variant.startsWith('gpt1') ? ('gpt1' as const) : ('gpt2' as const);
  const model: ModelConfig = {
    ...{ architecture, ...sizes },
    ...(variant === 'inner' && { nInner: 96 }),
    ...(variant === 'untied' && { untiedHead: true }),
  };
  const place = path.join(folder, name);
  await mkdir(place, { recursive: true });
  const shapes = parameterShapes(model);
  const numbers = numbersOf(shapes);
  const tensors = [...shapes].map(([tensor, shape]) => {
    const values = doubles ? numbers.get(tensor)! : Float32Array.from(numbers.get(tensor)!);
    const data = new Uint8Array(values.buffer);
    // The writer has no F64 of its own: this tool writes none.
    return { name: tensor, dtype: (doubles ? 'F64' : 'F32') as 'F32', shape, data };
  });
  await (doubles
    ? writeDoubles(place, tensors)
    : writeSafetensors(path.join(place, 'model.safetensors'), tensors));
  const json = {
    ...{ model_type: architecture === 'gpt1' ? 'openai-gpt' : 'gpt2' },
    ...{ vocab_size: 64, n_positions: 32, n_embd: 64, n_layer: 2, n_head: 2 },
    ...stated[variant],
    ...config,
  };
  await writeFile(path.join(place, 'config.json'), JSON.stringify(json));
  return place;
}

async function writeDoubles(
  place: string,
  tensors: { name: string; shape: number[]; data: Uint8Array }[],
): Promise<void> {
  let offset = 0;
  const header = Object.fromEntries(
    tensors.map(({ name, shape, data }) => {
      const entry = { dtype: 'F64', shape, data_offsets: [offset, offset + data.length] };
      offset += data.length;
      return [name, entry];
    }),
  );
  const json = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  await writeFile(
    path.join(place, 'model.safetensors'),
    Buffer.concat([length, json, ...tensors.map(({ data }) => data)]),
  );
}

async function scoresOf(location: string): Promise<number[]> {
  const scorer = await openScorer(await openCheckpoint(location));
  try {
    for await (const { results } of scorer.score([{ ids, from: 1 }], planBatches([ids.length], 100)))
      return results[0]!.logProbs;
    throw new Error('nothing was scored');
  } finally {
    await scorer.close();
  }
}

function expectNear(numbers: readonly number[], wanted: readonly number[]): void {
  expect(numbers).toHaveLength(wanted.length);
  const differences = numbers.map((number, i) => Math.abs(number - wanted[i]!));
  expect(Math.max(...differences)).toBeLessThan(1e-4);
}

const variants = Object.keys(stated) as Variant[];

describe.each(variants)('%s', (variant) => {
  test('is what transformers computes, with nothing to be said about it', async () => {
    const place = await writeVariant(variant, variant);
    expect((await openCheckpoint(place)).warnings).toBeUndefined();
    expectNear(await scoresOf(place), expected[variant]);
  });

  test('writes with kept keys and values what it writes by reading the text again', async () => {
    const place = await writeVariant(variant, variant);
    const checkpoint = await openCheckpoint(place);
    const written: { tokens: number[]; logProbs: number[] }[] = [];
    for (const recompute of [false, true]) {
      const generator = await openGenerator(checkpoint, { recompute });
      const request = {
        ids: ids.slice(0, 5),
        maxTokens: 8,
        sampling: { method: 'greedy' as const },
        seed: 1,
      };
      written.push(...(await generator.generate([request], {})));
      await generator.close();
    }
    expect(written[0]!.tokens).toEqual(written[1]!.tokens);
    expectNear(written[0]!.logProbs, written[1]!.logProbs);
  });

  test('is exported as it is, and its configuration read back', async () => {
    const place = await writeVariant(variant, variant);
    const checkpoint = (await openCheckpoint(place)) as WeightsCheckpoint;
    const exported = path.join(folder, `${variant}-onnx`);
    await exportOnnx(checkpoint, exported, { force: true });
    expectNear(await scoresOf(path.join(exported, 'model.onnx')), expected[variant]);
    const again = path.join(folder, `${variant}-again`);
    await mkdir(again, { recursive: true });
    await writeFile(path.join(again, 'config.json'), await readFile(path.join(exported, 'config.json')));
    await writeFile(
      path.join(again, 'model.safetensors'),
      await readFile(path.join(place, 'model.safetensors')),
    );
    expect((await openCheckpoint(again)).config).toEqual(checkpoint.config);
  });
});

test('numbers of 64 bits are rounded to 32', async () => {
  expectNear(await scoresOf(await writeVariant('doubles', 'plain', { doubles: true })), expected.plain);
});

test('an output projection that differs is used whatever the configuration says, as by transformers; a copy is none', async () => {
  const place = await writeVariant('untied-unsaid', 'untied', { config: { tie_word_embeddings: undefined } });
  expectNear(await scoresOf(place), expected.untied);
  const untied = (await openCheckpoint(place)).config;
  expect(untied.untiedHead).toBe(true);
  expect(countParameters(untied) - countParameters({ ...untied, untiedHead: undefined })).toBe(64 * 64);
  const without = await writeVariant('untied-missing', 'plain', { config: { tie_word_embeddings: false } });
  await expect(openCheckpoint(without)).rejects.toThrow(/lm_head\.weight/);
});

test('a number of heads is never guessed', async () => {
  const place = await writeVariant('no-heads', 'plain');
  await rm(path.join(place, 'config.json'));
  await expect(openCheckpoint(place)).rejects.toThrow(/number of attention heads is not stated anywhere/);
  expect((await openCheckpoint(place, { nHead: 2 })).config.nHead).toBe(2);
  const said = await writeVariant('heads', 'plain');
  await expect(openCheckpoint(said, { nHead: 4 })).rejects.toThrow(/has 2 heads/);
});

test.each([
  [{ activation_function: 'quick_gelu' }, /activation_function/],
  [{ add_cross_attention: true }, /add_cross_attention/],
  [{ n_inner: 100 }, /n_inner/],
  [{ scale_attn_weights: 'no' }, /scale_attn_weights/],
])('%j is refused by name', async (config, key) => {
  const place = await writeVariant('refused', 'plain', { config });
  await expect(openCheckpoint(place)).rejects.toThrow(key);
});

test.each<[Variant, object]>([
  ['plain', { afn: 'relu' }],
  ['plain', { afn: 'relu', model_type: undefined }],
  ['gpt1-gelu', { activation_function: 'relu', n_inner: 96, scale_attn_weights: false }],
  ['gpt1-gelu', { activation_function: 'gelu', model_type: undefined, afn: undefined }],
])('%s: keys of the other architecture mean nothing: %j', async (variant, config) => {
  const place = await writeVariant('other-keys', variant, { config });
  expectNear(await scoresOf(place), expected[variant]);
});

test('an output projection that is asked for and not there is refused, GPT-1 as well', async () => {
  const place = await writeVariant('gpt1-untied', 'gpt1-gelu', { config: { tie_word_embeddings: false } });
  await expect(openCheckpoint(place)).rejects.toThrow(/lm_head\.weight/);
});
