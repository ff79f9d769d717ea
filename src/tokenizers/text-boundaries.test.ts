import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { DataError } from '../errors.js';
import { boundaryIds, readTextBoundaries, type StatedBoundaries } from './text-boundaries.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'boundaries-'));
});
afterEach(() => rm(folder, { recursive: true }));

const silent: StatedBoundaries = {
  bos: undefined,
  eos: undefined,
  byDefault: undefined,
  isClassDefault: true,
};

async function read(
  files: { config?: object; generation?: object },
  tokenizer: Partial<StatedBoundaries> = {},
  rows?: number,
) {
  const names = { config: 'config.json', generation: 'generation_config.json' };
  for (const [key, json] of Object.entries(files)) {
    await writeFile(path.join(folder, names[key as keyof typeof names]), JSON.stringify(json));
  }
  return readTextBoundaries(folder, { ...silent, ...tokenizer }, rows);
}

const ids = (bos: unknown, eos: unknown) => ({ bos_token_id: bos, eos_token_id: eos });

test.each([
  ['nothing says anything', {}, {}, undefined, []],
  ['the configuration alone', { config: ids(1, 2) }, {}, 1, [2]],
  [
    'generation_config.json goes before config.json',
    { config: ids(1, 2), generation: ids(3, [4, 5]) },
    {},
    3,
    [4, 5],
  ],
  ['what it leaves out, config.json says', { config: ids(1, 2), generation: {} }, {}, 1, [2]],
  ['null is nothing', { config: ids(1, 2), generation: ids(null, null) }, {}, 1, [2]],
  ['the tokenizer alone', {}, { bos: 6, eos: 7 }, 6, [7]],
  ['the tokenizer begins, the configuration ends', { config: ids(1, 2) }, { bos: 6, eos: 7 }, 6, [2]],
  ['what ends a text begins one where nothing else does', { config: ids(null, 2) }, { bos: null }, 2, [2]],
  ['by default', {}, { byDefault: 9 }, 9, [9]],
  ['the default begins where an end is stated', {}, { eos: 7, byDefault: 9 }, 9, [7]],
  ['but not where the class has none', {}, { eos: 7, byDefault: 9, isClassDefault: false }, 7, [7]],
  [
    'and not where the tokenizer says that it has none',
    {},
    { bos: null, eos: null, byDefault: 9 },
    undefined,
    [],
  ],
] as const)('%s', async (_name, files, tokenizer, begin, ends) => {
  expect(await read(files, tokenizer)).toMatchObject({ begin, ends });
});

test('ids that are no tokens of the model count as not stated, and are told', async () => {
  const found = await read({ config: ids(50256, 50256) }, { bos: 300, byDefault: 256 }, 257);
  expect(found.ends).toEqual([256]);
  expect(found.begin).toBe(256);
  expect(found.notes).toEqual([
    'config.json has bos_token_id 50256, which is no token of this model.',
    'config.json has eos_token_id 50256, which is no token of this model.',
  ]);
});

test('files that contradict each other are told', async () => {
  const { notes } = await read({ config: ids(1, [2, 3]) }, { bos: 6, eos: 7 });
  expect(notes).toEqual([
    "The tokenizer begins a text with token 6, the model's configuration with 1: the tokenizer's is used.",
    "The tokenizer ends a text with token 7, the model's configuration with 2, 3: the configuration's is used.",
  ]);
});

test.each([ids('<s>', 1), ids([1], 1), ids(1, ['</s>']), ids(1.5, 1)])('refuses %j', async (config) => {
  const failure = read({ config });
  await expect(failure).rejects.toBeInstanceOf(DataError);
  await expect(failure).rejects.toThrow(/config\.json: (bos|eos)_token_id: not the id of a token/);
});

test('are written as they are read', async () => {
  for (const boundaries of [
    { begin: 1, ends: [2] },
    { begin: 1, ends: [2, 3] },
    { begin: undefined, ends: [] },
  ]) {
    expect(await read({ config: boundaryIds(boundaries) })).toMatchObject(boundaries);
  }
});
