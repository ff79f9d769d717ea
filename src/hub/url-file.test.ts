import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { DataError, UsageError } from '../errors.js';
import { type HubServer, startHubServer } from '../testing/hub-server.js';
import { downloadUrl, findCachedUrl, mirroredUrl, type UrlFile, urlFilePath } from './url-file.js';

const bytes = Buffer.alloc(100_000, '{"text": "lambada"}\n');
const file: UrlFile = {
  url: 'https://openaipublic.blob.core.windows.net/gpt-2/data/lambada_test.jsonl',
  sha256: createHash('sha256').update(bytes).digest('hex'),
  name: 'lambada_test.jsonl',
};

let server: HubServer;
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gpt-hub-'));
  server = await startHubServer();
  server.serveFile('gpt-2/data/lambada_test.jsonl', bytes);
});
afterEach(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

const path = 'gpt-2/data/lambada_test.jsonl';
const options = (variables: Record<string, string> = {}) => ({
  env: {
    GPT_CACHE: folder,
    GPT_OPENAI_ENDPOINT: `${server.url}/files/`,
    HF_TOKEN: 'hf_secret',
    ...variables,
  },
  clock: { sleep: async () => {}, random: () => 0 },
});
const ranges = () => server.requests.map(({ headers }) => headers.range);

it('comes from the mirror, without the token of the hub, and once', async () => {
  const found = await downloadUrl(file, options());
  expect(found).toBe(join(folder, 'files', `${file.sha256.slice(0, 16)}-lambada_test.jsonl`));
  expect((await readFile(found)).equals(bytes)).toBe(true);
  expect(await downloadUrl(file, options())).toBe(found);
  expect(await findCachedUrl(file, options().env)).toBe(found);
  expect(server.requests.map(({ headers }) => headers.authorization)).toEqual([undefined]);
  expect(await readdir(join(folder, 'files'))).toEqual([`${file.sha256.slice(0, 16)}-lambada_test.jsonl`]);
});

it('is continued after a cut', async () => {
  server.fault(path, { kind: 'cut', afterBytes: 30_000 });
  expect((await readFile(await downloadUrl(file, options()))).equals(bytes)).toBe(true);
  expect(ranges()).toEqual([undefined, 'bytes=30000-']);
});

it('starts over when it changed on the server between two requests', async () => {
  server.serveFile(path, 'x'.repeat(100_000));
  server.fault(path, { kind: 'cut', afterBytes: 30_000 });
  server.fault(path, { kind: 'change', bytes: bytes.toString() });
  const events: string[] = [];
  const onProgress = ({ kind }: { kind: string }) => void events.push(kind);
  expect((await readFile(await downloadUrl(file, { ...options(), onProgress }))).equals(bytes)).toBe(true);
  // If-Range made the server send the whole file, so no wrong bytes had to be hashed first.
  expect(ranges()).toEqual([undefined, 'bytes=30000-']);
  expect(events.filter((kind) => kind === 'verify').length).toBe(1);
});

it('that is whole already but has not got its name yet is checked and not fetched again', async () => {
  const target = urlFilePath(file, options().env);
  await mkdir(dirname(target));
  await writeFile(`${target}.incomplete`, bytes);
  expect(await downloadUrl(file, options())).toBe(target);
  // The server has no byte after the last one (416), and says how many there are.
  expect(ranges()).toEqual(['bytes=100000-']);
});

it('with another content than expected is an error, and nothing stays', async () => {
  server.serveFile(path, 'something else');
  await expect(downloadUrl(file, options())).rejects.toThrow(DataError);
  expect(await readdir(join(folder, 'files'))).toEqual([]);
});

it('that is gone names the address and where to put it', async () => {
  server.fault(path, { kind: 'status', status: 404 });
  const error = await downloadUrl(file, options()).catch((error) => error);
  expect(error.message).toBe(
    `Cannot fetch lambada_test.jsonl: ${server.url}/files/${path} answers HTTP 404.`,
  );
  expect(error.hint).toContain(urlFilePath(file, options().env));
});

it('offline is an error that says so', async () => {
  const error = await downloadUrl(file, options({ HF_HUB_OFFLINE: '1' })).catch((error) => error);
  expect(error.message).toContain('HF_HUB_OFFLINE is set');
  expect(server.requests).toEqual([]);
});

it('only that server is replaced by its mirror, and names stay inside the cache', () => {
  const env = { GPT_OPENAI_ENDPOINT: 'https://mirror.example/openai/' };
  expect(mirroredUrl(file.url, env).href).toBe('https://mirror.example/openai/gpt-2/data/lambada_test.jsonl');
  expect(mirroredUrl('https://example.org/x', env).href).toBe('https://example.org/x');
  expect(() => urlFilePath({ ...file, name: '../x' })).toThrow(UsageError);
  expect(() => urlFilePath({ ...file, sha256: 'unknown' })).toThrow(UsageError);
});
