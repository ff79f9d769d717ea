import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openCheckpoint } from '../checkpoints/open.js';
import { UserError } from '../errors.js';
import { exportOnnx } from '../export/onnx-export.js';
import { isolatedEnvironment, runGpt } from '../testing/run-gpt.js';
import { makeTemporaryFolder, writeTinyModel } from '../testing/tiny-model.js';
import { openModel } from './open-model.js';

let folder: string;
let model: string;
beforeEach(async () => {
  folder = await makeTemporaryFolder();
  model = path.join(folder, 'model');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** A model that reads bytes, with other tokens around a text and a space before it. */
async function writeModel(rows: number): Promise<void> {
  await writeTinyModel(model, { vocabSize: rows, nLayer: 1, nCtx: 32 });
  await rm(path.join(model, 'tokenizer.json'));
  await change('tokenizer_config.json', {
    ...{ bos_token: '<s>', eos_token: { content: '</s>', lstrip: true }, pad_token: '<pad>' },
    add_prefix_space: true,
  });
}

async function change(name: string, values: object): Promise<void> {
  const file = path.join(model, name);
  const before = await readFile(file, 'utf8').catch(() => '{}');
  await writeFile(file, JSON.stringify({ ...JSON.parse(before), ...values }));
}

const open = () => openModel(model, { env: isolatedEnvironment(folder) });

test('a model begins and ends its texts with the tokens that its files name', async () => {
  await writeModel(260);
  const { tokenizer } = await open();
  expect([tokenizer.beginOfText, tokenizer.endOfText]).toEqual([257, [258]]);
  expect(tokenizer.encode('a </s><s>')).toEqual([220, 64, 258, 257]);
  await change('generation_config.json', { eos_token_id: [258, 10] });
  expect((await open()).tokenizer).toMatchObject({ beginOfText: 257, endOfText: [258, 10] });
});

test('a token without a row in the embedding is no error until a text needs it', async () => {
  await writeModel(259);
  const { tokenizer } = await open();
  expect(tokenizer.encode('a</s>')).toEqual([220, 64, 258]);
  expect(() => tokenizer.encode('a<pad>')).toThrow(UserError);
  expect(() => tokenizer.encode('a<pad>')).toThrow(
    'The text has the token "<pad>" with the id 259, but the model has only 259 tokens.',
  );
});

test('an exported model has the same rules and the same ends', async () => {
  await writeModel(260);
  await change('generation_config.json', { eos_token_id: [258, 10] });
  const { tokenizer } = await open();
  const exported = path.join(folder, 'exported');
  await mkdir(exported);
  // Of another model; without it, the configuration that is written says what ends a text.
  await writeFile(path.join(exported, 'generation_config.json'), '{"eos_token_id": 1}');
  const checkpoint = await openCheckpoint(model);
  await expect(exportOnnx(checkpoint, exported)).rejects.toThrow('already holds generation_config.json.');
  await exportOnnx(checkpoint, exported, { force: true });
  const again = await openModel(exported, { env: isolatedEnvironment(folder) });
  expect(again.tokenizer).toMatchObject({ fingerprint: tokenizer.fingerprint, endOfText: [258, 10] });
  expect(again.tokenizer.encode('a <pad>b')).toEqual(tokenizer.encode('a <pad>b'));
});

test('it writes without a prompt, and is measured from the first token on', async () => {
  await writeModel(260);
  const generate = ['generate', '--model', model, '--unconditional', '--max-tokens', '3', '--json'];
  const where = { cwd: folder, env: isolatedEnvironment(folder) };
  const written = await runGpt(generate, where);
  expect(JSON.parse(written.stdout)).toMatchObject({ prompt: { text: null, tokens: 1 } });
  await change('tokenizer_config.json', { add_bos_token: true });
  const goneOn = await runGpt(['generate', 'a', '--model', model, '--max-tokens', '3', '--json'], where);
  // <s> before the prompt, and a space before its letter.
  expect(JSON.parse(goneOn.stdout)).toMatchObject({ prompt: { text: 'a', tokens: 3 } });
  const text = path.join(folder, 'text.txt');
  await writeFile(text, 'some text');
  const evaluate = ['eval', 'enwik8', '--model', model, '--data', text, '--split', 'test', '--json'];
  const measured = await runGpt(evaluate, where);
  // A space before the text, and its nine characters: what is scored has nothing put before it but the one token.
  expect(measured.stdout).toContain('"scoredTokens": 10');
});
