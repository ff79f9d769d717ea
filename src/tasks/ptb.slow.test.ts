import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { loadDataset } from '../datasets/load.js';
import { dataFolder, hasData, needsData } from '../testing/reference.js';
import { loadTokenizer } from '../tokenizers/load.js';
import type { Tokenizer } from '../tokenizers/tokenizer.js';
import { ptb } from './ptb.js';
import type { RollingTask } from './task.js';

const defaults = Object.fromEntries(ptb.options.map(({ name, default: value }) => [name, value]));
const create = (values: Record<string, string> = {}) =>
  ptb.create({ ...defaults, ...values }) as RollingTask<string>;
const noHub = () => Promise.reject(new Error('no hub in this test'));

// Tokens: Hugging Face tokenizers 0.23.2 with the published vocabulary; units: Python's str.split and len(str.encode()).
describe.skipIf(!hasData)(`the published files${needsData}`, () => {
  let tokenizer: Tokenizer;
  beforeAll(async () => {
    tokenizer = await loadTokenizer(path.join(dataFolder, 'tokenizers', 'gpt2'), { architecture: 'gpt2' });
  });

  test.each([
    ['test', { words: 78_669, lines: 3761, bytes: 449_945 }, [91_136, 100_650, 105_243]],
    ['validation', { words: 70_390, lines: 3370, bytes: 399_782 }, [81_773, 88_673, 92_830]],
  ])('%s: units, and tokens with ? for <unk>, with <unk> kept, and raw', async (split, units, tokens) => {
    const { rows } = await loadDataset(create({ split }).dataset, { dataDir: dataFolder, fetch: noHub });
    const texts = ['detokenized', 'detokenized-unk', 'raw'].map((text) =>
      create({ split, text }).texts(rows),
    );
    expect(texts.map(([whole]) => tokenizer.encode(whole!.text).length)).toEqual(tokens);
    for (const [whole] of texts) expect(whole!.units).toMatchObject(units);
  });
});
