import { expect, test } from 'vitest';
import { findRegisteredModel } from '../models/config.js';
import { exampleResult } from '../testing/example-result.js';
import { makeTemporaryFolder } from '../testing/tiny-model.js';
import { lookAround, renderWelcome, type Welcome } from './welcome.js';

const nothing: Welcome = {
  ...{ version: '1.2.3', models: [], tasks: [], results: [], resultsFolder: 'results' },
  ...{ memoryBytes: 8e9, cores: 4 },
};
const gpt2 = findRegisteredModel('gpt2')!;

test('about ten lines, whatever is there; without a published model the next step is to prove one', () => {
  const text = renderWelcome(nothing);
  expect(text.trim().split('\n').length).toBeLessThanOrEqual(10);
  expect(text).toContain('next         gpt verify gpt2 --fetch');
  expect(text).toContain('548 MB');
  expect(text).toContain('4 cores, 8 GB of memory: models up to gpt2-xl fit');
  expect(renderWelcome({ ...nothing, memoryBytes: 2e9 })).toContain('up to gpt2 fit');
  expect(renderWelcome({ ...nothing, memoryBytes: 1e9 })).toContain('too little for the published models');
});

test('with a model it is a task that is not done yet, first one whose data is here, with its time', () => {
  const here = { ...nothing, models: [gpt2], tasks: ['lambada', 'ptb'] };
  // 101,000 tokens at 1,000 tokens a second.
  const measured = renderWelcome({ ...here, measuredSpeed: 1000 * 124_439_808 });
  expect(measured).toContain('gpt eval ptb --model gpt2');
  expect(measured).toContain('its data is here, about 1 min 41 s here; "gpt verify gpt2" proves');
  const done = exampleResult({ task: { name: 'ptb' } });
  expect(renderWelcome({ ...here, results: [done] })).toContain('gpt eval lambada --model gpt2');
});

test('an empty machine is looked at without fetching anything', async () => {
  const folder = await makeTemporaryFolder();
  const env = { HOME: folder, HF_HUB_CACHE: `${folder}/hub`, GPT_CACHE: `${folder}/own` };
  expect(await lookAround(`${folder}/results`, env)).toMatchObject({ models: [], tasks: [], results: [] });
});
