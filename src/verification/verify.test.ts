import { copyFile, mkdir, open, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { WeightsCheckpoint } from '../checkpoints/checkpoint.js';
import { openCheckpoint } from '../checkpoints/open.js';
import { packagedModels } from '../checkpoints/packaged.js';
import { UsageError } from '../errors.js';
import { makeTemporaryFolder, writeTinyModel } from '../testing/tiny-model.js';
import { createTokenizer } from '../tokenizers/load.js';
import { readTokenizerFiles } from '../tokenizers/tokenizer-files.js';
import { readKnownAnswers } from './answers.js';
import { checkFiles, checkWeights } from './check-files.js';
import { checkGreedy, checkLoss } from './check-model.js';
import { checkTokens } from './check-tokens.js';
import type { CheckedFact } from './fact.js';
import { verifyModel } from './verify.js';

const tiny = packagedModels().get('tiny')!;
let folder = '';
let env: Record<string, string> = {};

beforeAll(async () => {
  folder = await makeTemporaryFolder();
  env = {
    HOME: folder,
    HF_HUB_CACHE: path.join(folder, 'hub'),
    GPT_CACHE: path.join(folder, 'own'),
    HF_HUB_OFFLINE: '1',
  };
});

afterAll(() => rm(folder, { recursive: true }));

async function copyTiny(name: string): Promise<string> {
  const copy = path.join(folder, name);
  await mkdir(copy);
  for (const file of await readdir(tiny)) await copyFile(path.join(tiny, file), path.join(copy, file));
  return copy;
}

const verify = async (name: string, as?: string) => {
  const told: CheckedFact[] = [];
  const verified = await verifyModel(name, await readKnownAnswers(), {
    ...{ env, as, onStep: () => {} },
    onFact: (fact) => told.push(fact),
  });
  expect(told).toEqual(verified.facts);
  return verified;
};

test('one bit of one weight is found, and its tensor named', async () => {
  const copy = await copyTiny('bit');
  const checkpoint = (await openCheckpoint(copy)) as WeightsCheckpoint;
  const data = checkpoint.tensors.get('h.3.attn.c_proj.weight')!.data as { offset: number };
  const file = await open(path.join(copy, 'model.safetensors'), 'r+');
  const byte = new Uint8Array(1);
  await file.read(byte, 0, 1, data.offset + 4242);
  byte[0]! ^= 1;
  await file.write(byte, 0, 1, data.offset + 4242);
  await file.close();
  const { files, weights } = await readKnownAnswers();
  const ofTiny = files.filter(({ model }) => model === 'tiny');
  const facts = await checkFiles(copy, ofTiny, { isPublished: false });
  expect(facts.filter(({ verdict }) => verdict === 'fails').map(({ what }) => what)).toEqual([
    'model.safetensors',
  ]);
  const [fact] = await checkWeights(checkpoint, weights[0]);
  expect(fact).toMatchObject({
    verdict: 'fails',
    note: 'other numbers in h.3.attn.c_proj.weight (stored as F16)',
  });
});

test('a file that was saved anew is not blamed for it, nor is one that is missing', async () => {
  const copy = await copyTiny('saved-anew');
  await writeFile(path.join(copy, 'vocab.json'), '{}');
  await rm(path.join(copy, 'merges.txt'));
  const ofTiny = (await readKnownAnswers()).files.filter(({ model }) => model === 'tiny');
  const verdicts = async (isPublished: boolean) =>
    (await checkFiles(copy, ofTiny, { isPublished })).map(({ what, verdict }) => [what, verdict]);
  expect(await verdicts(false)).toContainEqual(['vocab.json', 'not checked']);
  expect(await verdicts(false)).toContainEqual(['merges.txt', 'not checked']);
  // In the published folder itself it has no business to differ.
  expect(await verdicts(true)).toContainEqual(['vocab.json', 'fails']);
});

test('another model under the name of a published one fails', async () => {
  const other = path.join(folder, 'other');
  await writeTinyModel(other);
  const { facts, model } = await verify(other, 'gpt2');
  expect(model).toBeDefined();
  expect(facts.at(-1)).toMatchObject({ step: 'weights', what: 'sizes of gpt2', verdict: 'fails' });
  await expect(verify(other)).rejects.toThrow(UsageError);
  await expect(verify(other, 'gpt3')).rejects.toThrow('Nothing published is known of gpt3');
});

test('a checkpoint that does not open is a finding, and the other steps are left', async () => {
  const copy = await copyTiny('cut');
  const file = await open(path.join(copy, 'model.safetensors'), 'r+');
  await file.truncate(1_000_000);
  await file.close();
  const { facts, model } = await verify(copy, 'tiny');
  expect(model).toBeUndefined();
  expect(facts.at(-1)).toMatchObject({ verdict: 'fails', what: 'a complete checkpoint of finite numbers' });
  expect(facts.at(-1)!.found).toContain('cut short');
});

test('answers that do not fit fail, each saying where', async () => {
  const known = await readKnownAnswers();
  const checkpoint = await openCheckpoint(tiny);
  const [greedy] = known.greedy.filter(({ model }) => model === 'tiny');
  const [loss] = known.loss.filter(({ model }) => model === 'tiny');
  const altered = { ...greedy!, ids: greedy!.ids.map((id, place) => (place === 3 ? id + 1 : id)) };
  const [fact] = await checkGreedy(checkpoint, [altered], {});
  expect(fact).toMatchObject({ verdict: 'fails', note: 'the first that differs is number 4' });
  const { facts } = await checkLoss(
    checkpoint,
    [{ ...loss!, meanNatsPerToken: loss!.meanNatsPerToken + 0.001 }],
    {},
  );
  expect(facts[0]).toMatchObject({ verdict: 'fails' });
  const tokenizer = await createTokenizer(await readTokenizerFiles(tiny, 'gpt2'), { architecture: 'gpt2' });
  const text: [string, number[]] = ['Hello', [1, 2]];
  expect(checkTokens(tokenizer, { vocabulary: 'tiny', cases: [text], source: 'made up' })).toMatchObject({
    verdict: 'fails',
    found: '1 differ',
  });
});
