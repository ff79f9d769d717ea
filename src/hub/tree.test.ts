import { afterEach, beforeEach, expect, it } from 'vitest';
import { type HubServer, startHubServer } from '../testing/hub-server.js';
import { listRepoFiles } from './tree.js';

let server: HubServer;
beforeEach(async () => {
  server = await startHubServer({ treePageSize: 3 });
});
afterEach(() => server.close());

const repo = { repo: 'nyu-mll/glue', type: 'dataset' } as const;
const options = () => ({
  env: { HF_ENDPOINT: server.url, HF_TOKEN: 'hf_secret', HOME: '/nonexistent' },
  clock: { sleep: async () => {}, random: () => 0 },
});

it('lists the files of all pages, without folders, and tries again', async () => {
  const files = Object.fromEntries(
    ['a', 'b', 'c', 'd', 'e', 'rte/f', 'rte/g'].map((path, index) => [path, 'x'.repeat(index)]),
  );
  server.commit({ ...repo, files });
  server.fault('tree', { kind: 'status', status: 502 });
  const found = await listRepoFiles(repo, options());
  expect(found).toEqual(Object.entries(files).map(([path, text]) => ({ path, sizeBytes: text.length })));
  // 8 entries with the folder, 3 on a page, one request more for the failure.
  expect(server.requests.length).toBe(4);
});

it('says what does not exist', async () => {
  await expect(listRepoFiles(repo, options())).rejects.toThrow(
    'Cannot list the files of data set nyu-mll/glue: there is no data set nyu-mll/glue',
  );
  server.commit({ ...repo, files: { a: '' } });
  await expect(listRepoFiles({ ...repo, revision: 'v2' }, options())).rejects.toThrow('has no revision v2');
});

it('says that offline there is no list', async () => {
  const offline = { env: { ...options().env, HF_HUB_OFFLINE: '1' } };
  await expect(listRepoFiles(repo, offline)).rejects.toThrow('HF_HUB_OFFLINE is set');
});
