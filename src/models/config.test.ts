import { expect, test } from 'vitest';
import { findRegisteredModel, registeredModels } from './config.js';
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
