import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type HubServer, startHubServer } from '../testing/hub-server.js';
import { makeTemporaryFolder, writeTinyModel } from '../testing/tiny-model.js';
import { openModel } from './open-model.js';

let folder = '';
let hub: HubServer;
beforeAll(async () => {
  folder = await makeTemporaryFolder();
  hub = await startHubServer();
});
afterAll(async () => {
  await hub.close();
  await rm(folder, { recursive: true });
});

test('a model of the hub carries its commit, under a branch, a tag or a commit of its own', async () => {
  const model = path.join(folder, 'model');
  await writeTinyModel(model);
  const read = (name: string) => readFile(path.join(model, name));
  const commit = hub.commit({
    repo: 'someone/model',
    files: { 'config.json': await read('config.json'), 'tokenizer.json': await read('tokenizer.json') },
    largeFiles: { 'model.safetensors': await read('model.safetensors') },
    revisions: ['v1'],
  });
  const env = {
    ...{ HF_ENDPOINT: hub.url, HOME: folder },
    ...{ HF_HUB_CACHE: path.join(folder, 'hub'), GPT_CACHE: path.join(folder, 'own') },
  };
  for (const name of ['someone/model', 'someone/model@v1', `someone/model@${commit}`]) {
    expect((await openModel(name, { env })).identity).toMatchObject({ name, commit });
  }
  expect((await openModel(model, { env })).identity).not.toHaveProperty('commit');
});
