import { expect, test } from 'vitest';
import { packagedModels } from './packaged.js';

test('tiny comes with the package, and the family of small models under names of its own', () => {
  const models = packagedModels();
  expect(models.get('tiny')).toMatch(/models.tiny$/);
  expect(models.get('mini-gpt2-2x64')).toMatch(/models.mini.gpt2-2x64$/);
  expect([...models.keys()].filter((name) => name !== 'tiny').every((name) => name.startsWith('mini-'))).toBe(
    true,
  );
});
