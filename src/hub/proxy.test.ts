import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type HubServer, startHubServer } from '../testing/hub-server.js';
import { downloadFile } from './download.js';
import { fetchOf } from './proxy.js';
import type { RepoFile } from './repo-file.js';

const file: RepoFile = { repo: 'openai-community/gpt2', type: 'model', path: 'model.safetensors' };

let hub: HubServer;
let proxy: Server;
let proxyUrl: string;
let tunnels: { target: string; authorization: string | undefined }[];
let cache: string;

beforeEach(async () => {
  cache = await mkdtemp(join(tmpdir(), 'gpt-hub-'));
  hub = await startHubServer();
  hub.commit({ repo: file.repo, largeFiles: { [file.path]: 'weights' } });
  tunnels = [];
  // A proxy as companies have it: CONNECT opens a tunnel, and whoever is called "eve" gets none.
  proxy = createServer().on('connect', (request, client, head) => {
    const authorization = request.headers['proxy-authorization'];
    tunnels.push({ target: request.url!, authorization });
    if (authorization === `Basic ${btoa('eve:x')}`) {
      return void client.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
    }
    const [host, port] = request.url!.split(':');
    const target = connect(Number(port), host, () => {
      client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      target.write(head);
      target.pipe(client).pipe(target);
    });
    target.on('error', () => client.destroy());
    client.on('error', () => target.destroy());
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  proxyUrl = `127.0.0.1:${(proxy.address() as AddressInfo).port}`;
});

afterEach(async () => {
  await hub.close();
  proxy.closeAllConnections();
  proxy.close();
  await rm(cache, { recursive: true });
});

const options = (variables: Record<string, string>) => ({
  env: { HF_ENDPOINT: hub.url, HF_HUB_CACHE: cache, HOME: cache, ...variables },
  clock: { sleep: async () => {}, random: () => 0 },
});

it('HTTP_PROXY sends every request through the proxy, with its user name', async () => {
  const path = await downloadFile(file, options({ HTTP_PROXY: `http://ada:secret@${proxyUrl}` }));
  expect(await readFile(path, 'utf8')).toBe('weights');
  const targets = new Set(tunnels.map(({ target }) => `http://${target}`));
  expect(targets).toEqual(new Set([hub.url, hub.storageUrl]));
  expect(tunnels[0]?.authorization).toBe(`Basic ${btoa('ada:secret')}`);
});

it('NO_PROXY takes a host out', async () => {
  await downloadFile(file, options({ HTTP_PROXY: `http://${proxyUrl}`, NO_PROXY: '127.0.0.1' }));
  expect(tunnels).toEqual([]);
});

it('a refusal of the proxy names its variable and not its password', async () => {
  const refused = downloadFile(file, options({ http_proxy: `http://eve:x@${proxyUrl}` }));
  const error = await refused.catch((error) => error);
  expect(error.message).toMatch(
    /^The proxy in http_proxy refuses the connection to 127\.0\.0\.1:\d+ \(HTTP 407\)\.$/,
  );
  expect(error.message).not.toContain('eve');
});

it('a proxy that is no address is refused', async () => {
  await expect(downloadFile(file, options({ HTTPS_PROXY: 'nonsense' }))).rejects.toThrow(
    'HTTPS_PROXY does not name a proxy that can be used.',
  );
});

it('without such a variable the fetch of Node is used as it is', () => {
  expect(fetchOf({ NO_PROXY: '*' })).toBe(fetch);
});
