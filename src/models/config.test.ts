import { expect, test } from 'vitest';
import { findExportedModel, findRegisteredModel, registeredModels } from './config.js';
import { countParameters } from './parameters.js';

test.each(registeredModels.map((model) => [model.name, model] as const))(
  '%s has the number of parameters that its checkpoint holds',
  (_name, model) => {
    expect(countParameters(model.config)).toBe(model.parameters);
  },
);

test('the paper names of the four GPT-2 sizes find them', () => {
  expect(['117M', '345m', '762M', '1542M'].map((name) => findRegisteredModel(name)?.name)).toEqual([
    'gpt2',
    'gpt2-medium',
    'gpt2-large',
    'gpt2-xl',
  ]);
  expect(findRegisteredModel('openai-community/openai-gpt')?.name).toBe('gpt1');
  expect(findRegisteredModel('gpt3')).toBeUndefined();
});

test('an export is known as its model by its repository and its size', () => {
  const { config } = findRegisteredModel('gpt2')!;
  for (const repo of ['Xenova/gpt2', 'onnx-community/GPT2-onnx', 'openai-community/gpt2'])
    expect(findExportedModel(repo, config)?.name).toBe('gpt2');
  expect(findExportedModel('Xenova/gpt2', { ...config, nLayer: 6 })).toBeUndefined();
  expect(findExportedModel('Xenova/distilgpt2', config)).toBeUndefined();
  expect(findExportedModel('openai-community/gpt2-medium', config)).toBeUndefined();
});
