import { rm } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { downloadFile } from '../hub/download.js';
import { type HubServer, startHubServer } from '../testing/hub-server.js';
import { makeTemporaryFolder } from '../testing/tiny-model.js';
import { chooseDefaultModel } from './default-model.js';

let folder: string;
let hub: HubServer;
let env: Record<string, string>;

beforeEach(async () => {
  folder = await makeTemporaryFolder();
  hub = await startHubServer();
  env = { HOME: folder, HF_HUB_CACHE: `${folder}/hub`, HF_ENDPOINT: hub.url };
});
afterEach(async () => {
  await hub.close();
  await rm(folder, { recursive: true, force: true });
});

/** Puts weights (whatever is in them) of that repository into the cache. */
async function cacheModel(repo: string): Promise<void> {
  hub.commit({ repo, largeFiles: { 'model.safetensors': 'weights' } });
  await downloadFile({ repo, type: 'model', path: 'model.safetensors' }, { env });
}

test('what is wanted and on this machine is used without a word', async () => {
  await cacheModel('openai-community/gpt2');
  expect(await chooseDefaultModel('gpt2', env)).toEqual({ name: 'gpt2' });
});

test('another size that is on this machine is used, and the user told', async () => {
  await cacheModel('openai-community/gpt2-large');
  const { name, note } = await chooseDefaultModel('gpt2', { ...env, HF_HUB_OFFLINE: '1' });
  expect(name).toBe('gpt2-large');
  expect(note).toContain('gpt2 is not on this machine');
});

describe('with the model that comes with the package', () => {
  test('it is taken when nothing else is here and the hub cannot be reached, and the user told', async () => {
    const gone = await startHubServer();
    await gone.close();
    const nobody = { ...env, HF_ENDPOINT: gone.url };
    for (const variables of [{ ...env, HF_HUB_OFFLINE: '1' }, nobody]) {
      const { name, note } = await chooseDefaultModel('gpt2', variables);
      expect(name).toBe('tiny');
      expect(note).toContain('the hub cannot be reached');
    }
  });

  test('it is not taken when the hub answers, whatever it says', async () => {
    expect((await chooseDefaultModel('gpt2', env)).name).toBe('gpt2');
  });
});
