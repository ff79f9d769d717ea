import { rm } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isolatedEnvironment } from '../testing/run-gpt.js';
import { makeTemporaryFolder, tinyConfig, writeTinyModel } from '../testing/tiny-model.js';
import { openModel } from './open-model.js';

let folder: string;
beforeAll(async () => {
  folder = await makeTemporaryFolder();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('what had to be assumed of a model goes into its results, without the place of its files', async () => {
  const place = path.join(folder, 'model');
  await writeTinyModel(place);
  const env = isolatedEnvironment(folder);
  expect((await openModel(place, { env })).identity).not.toHaveProperty('notes');
  await rm(path.join(place, 'config.json'));
  const { identity, notes } = await openModel(place, { env, heads: tinyConfig.nHead });
  expect(notes.join(' ')).toContain('has no config.json');
  expect(identity.notes!.join(' ')).toContain('has no config.json');
  expect(identity.notes!.join(' ')).not.toContain(folder);
});
