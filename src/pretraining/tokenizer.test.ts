import { mkdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeRandomCheckpoint } from '../checkpoints/random.js';
import { openModel } from '../runtime/open-model.js';
import { isolatedEnvironment } from '../testing/run-gpt.js';
import { makeTemporaryFolder } from '../testing/tiny-model.js';
import { byteTokenizerFiles } from '../tokenizers/byte-tokenizer.js';
import type { TokenizerFiles } from '../tokenizers/tokenizer-content.js';
import { writeTokenizerFiles } from '../tokenizers/tokenizer-files.js';
import { writeModelFiles } from '../training/model-files.js';
import { layerNormEpsilon } from './config.js';
import { chooseTokenizer } from './tokenizer.js';

const words: TokenizerFiles = {
  vocab: new Map(['<unk>', 'a', 'b', 'a</w>', 'b</w>', 'ab</w>'].map((symbol, id) => [symbol, id])),
  merges: [['a', 'b</w>']],
};

let folder: string;
beforeAll(async () => {
  folder = await makeTemporaryFolder();
  for (const name of ['words', 'bytes']) await mkdir(path.join(folder, name));
  await writeTokenizerFiles(path.join(folder, 'words'), 'gpt1', words);
  await writeTokenizerFiles(path.join(folder, 'bytes'), 'gpt2', byteTokenizerFiles());
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const choose = (name: string, architecture: 'gpt1' | 'gpt2' | 'lstm') =>
  chooseTokenizer({ kind: 'folder', folder: path.join(folder, name) }, architecture, []);

test('every architecture takes the vocabulary of a folder, of whichever kind it is', async () => {
  expect(await choose('words', 'lstm')).toMatchObject({ kind: 'gpt1', files: words });
  expect(await choose('bytes', 'lstm')).toMatchObject({ kind: 'gpt2', tokenizer: { name: 'gpt2' } });
  expect(await choose('words', 'gpt1')).toMatchObject({ kind: 'gpt1' });
  expect(await choose('bytes', 'gpt1')).toMatchObject({ kind: 'gpt2', tokenizer: { name: 'gpt2' } });
  expect(await choose('words', 'gpt2')).toMatchObject({ kind: 'gpt1' });
});

test('a GPT-1 with the vocabulary of GPT-2 says so, and is opened with it', async () => {
  const { files, tokenizer } = await choose('bytes', 'gpt1');
  const sizes = { nLayer: 1, nHead: 1, nEmbd: 8, nCtx: 16, layerNormEpsilon, vocabSize: tokenizer.vocabSize };
  const config = { architecture: 'gpt1' as const, ...sizes, vocabulary: 'gpt2' as const };
  const model = path.join(folder, 'gpt1-bytes');
  await writeRandomCheckpoint(model, config, 1);
  await writeModelFiles(model, config, files);
  const opened = await openModel(model, { env: isolatedEnvironment(folder) });
  expect(opened.tokenizer).toMatchObject({ name: 'gpt2', fingerprint: tokenizer.fingerprint });
  expect(opened.checkpoint.config).toEqual(config);
  // Only where it differs from the release.
  await writeModelFiles(model, { ...config, vocabulary: undefined }, files);
  expect(await readFile(path.join(model, 'config.json'), 'utf8')).not.toContain('vocabulary');
});

test('the checkpoint of an LSTM names the kind, and is opened with that tokenizer', async () => {
  const { kind, files, tokenizer } = await choose('words', 'lstm');
  const sizes = { nLayer: 1, nHead: 0, nEmbd: 8, nCtx: 16, units: 8, layerNormEpsilon };
  const { vocabSize } = tokenizer;
  const config = { architecture: 'lstm' as const, ...sizes, vocabSize, vocabulary: kind };
  const model = path.join(folder, 'model');
  await writeRandomCheckpoint(model, config, 1);
  await writeModelFiles(model, config, files);
  const opened = await openModel(model, { env: isolatedEnvironment(folder) });
  expect(opened.tokenizer).toMatchObject({ name: 'gpt1-original', fingerprint: tokenizer.fingerprint });
  expect(opened.tokenizer.encode('ab')).toEqual([5]);
  expect(opened.checkpoint.config).toEqual(config);
});
