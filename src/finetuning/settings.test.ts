import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { settingsOfModel } from './model-settings.js';
import { changedSettings, paperSettings, settingFlags } from './settings.js';

test('the defaults are those of the GPT-1 release', () => {
  expect(paperSettings).toMatchObject({ epochs: 3, batch: 32, lr: 6.25e-5, warmup: 0.002, lmCoef: 0.5 });
  expect(paperSettings).toMatchObject({ l2: 0.01, maxGradNorm: 1, seed: 42, limitTrain: null, limit: null });
  const { embdDropout, attnDropout, residDropout, clfDropout } = paperSettings;
  expect([embdDropout, attnDropout, residDropout, clfDropout]).toEqual([0.1, 0.1, 0.1, 0.1]);
});

test('the settings that are not the default ones are named as their flags', () => {
  expect(changedSettings(paperSettings)).toEqual([]);
  expect(changedSettings({ ...paperSettings, lr: 1e-4, lmCoef: 0, limitTrain: 200 })).toEqual([
    'lr 0.0001',
    'lm-coef 0',
    'limit-train 200',
  ]);
});

test('a dropout of attention makes no other run of an LSTM, which has none', () => {
  const settings = { ...paperSettings, attnDropout: 0, residDropout: 0.3 };
  expect(settingsOfModel(settings, { architecture: 'lstm' })).toEqual({ ...settings, attnDropout: 0.1 });
  expect(settingsOfModel(settings, { architecture: 'gpt1' })).toEqual(settings);
});

test('docs/finetuning.md has every setting with its default', () => {
  const lines = readFileSync(new URL('../../docs/finetuning.md', import.meta.url), 'utf8').split('\n');
  for (const { flag, default: value } of settingFlags) {
    const row = lines.find((line) => line.startsWith('|') && line.includes(`\`${flag.split(' ')[0]}\``));
    const shown = row?.split('|')[2]?.trim();
    expect(value === null ? shown : Number(shown), flag).toBe(value ?? 'all');
  }
});
