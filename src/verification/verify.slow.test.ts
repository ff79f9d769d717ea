import { rm } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeTemporaryFolder } from '../testing/tiny-model.js';
import { readKnownAnswers } from './answers.js';
import type { CheckedFact } from './fact.js';
import { verifyModel } from './verify.js';

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

const verify = async (name: string, as?: string) => {
  const told: CheckedFact[] = [];
  const verified = await verifyModel(name, await readKnownAnswers(), {
    ...{ env, as, onStep: () => {} },
    onFact: (fact) => told.push(fact),
  });
  expect(told).toEqual(verified.facts);
  return verified;
};

// The values are those of NumPy, tokenizers, transformers 5.18.0 and PyTorch 2.13.0: see their sources in known-answers.json.
test('every known fact about tiny holds', { timeout: 180_000 }, async () => {
  const { as, facts, tokensPerSecond } = await verify('tiny');
  expect(as).toBe('tiny');
  expect(facts.filter(({ verdict }) => verdict !== 'holds')).toEqual([]);
  expect([...new Set(facts.map(({ step }) => step))]).toEqual([
    'files',
    'weights',
    'tokenizer',
    'greedy',
    'loss',
    'training',
  ]);
  expect(tokensPerSecond).toBeGreaterThan(0);
});
