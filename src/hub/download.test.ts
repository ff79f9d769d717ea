import { existsSync } from 'node:fs';
import {
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DataError, InterruptedError, UserError } from '../errors.js';
import { type HubServer, hubEtag, startHubServer } from '../testing/hub-server.js';
import { cachedPaths, findCached } from './cache.js';
import { downloadFile, fetchRepoFiles } from './download.js';
import type { Clock, DownloadProgress } from './progress.js';
import type { RepoFile } from './repo-file.js';

const config = '{"n_layer": 12}\n';
const weights = Buffer.from(Array.from({ length: 200_000 }, (_, index) => (index * 31) % 251));
const weightsFile: RepoFile = { repo: 'openai-community/gpt2', type: 'model', path: 'model.safetensors' };
const configFile: RepoFile = { ...weightsFile, path: 'config.json' };

let server: HubServer;
let root: string;
let cache: string;
let commit: string;
let events: DownloadProgress[];
let waits: number[];

beforeEach(async () => {
  server = await startHubServer();
  root = await mkdtemp(join(tmpdir(), 'gpt-hub-'));
  cache = join(root, 'hub');
  commit = server.commit({
    repo: 'openai-community/gpt2',
    files: { 'config.json': config, 'empty.txt': '' },
    largeFiles: { 'model.safetensors': weights },
  });
  events = [];
  waits = [];
});

afterEach(async () => {
  await server.close();
  await rm(root, { recursive: true });
});

/** Waits are written down and not waited for. */
const clock: Clock = { sleep: async (ms) => void waits.push(ms), random: () => 0 };

const options = (variables: Record<string, string> = {}) => ({
  env: { HF_ENDPOINT: server.url, HF_HUB_CACHE: cache, HOME: root, ...variables },
  clock,
  onProgress: (event: DownloadProgress) => void events.push(event),
});

const kinds = () => [...new Set(events.map(({ kind }) => kind))];
const paths = (file = weightsFile, bytes: Uint8Array = weights) =>
  cachedPaths(cache, file, commit, hubEtag({ bytes, isLarge: true }));

/** Whether the file comes with the right bytes. Not toEqual, which takes a second over so many of them. */
const arrives = async (file: RepoFile) =>
  (await readFile(await downloadFile(file, options()))).equals(weights);

/** The error of a promise that must fail. */
const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => expect.unreachable('it succeeded'),
    (error: UserError) => error,
  );

/** Bytes of Range requests for the large file, in order; undefined for a request of the whole. */
const ranges = () =>
  server.requests
    .filter(({ origin, method }) => origin === 'storage' && method === 'GET')
    .map(({ headers }) => headers.range);

describe('a file of the hub', () => {
  it('lands in the layout of the shared cache: blob, relative link, ref', async () => {
    const path = await downloadFile(weightsFile, options());
    expect(path).toBe(
      join(cache, 'models--openai-community--gpt2', 'snapshots', commit, 'model.safetensors'),
    );
    const etag = hubEtag({ bytes: weights, isLarge: true });
    expect(await readlink(path)).toBe(join('..', '..', 'blobs', etag));
    expect((await readFile(path)).equals(weights)).toBe(true);
    expect(await readFile(join(cache, 'models--openai-community--gpt2', 'refs', 'main'), 'utf8')).toBe(
      commit,
    );
    expect(await readdir(join(cache, 'models--openai-community--gpt2', 'blobs'))).toEqual([etag]);
    expect(kinds()).toEqual(['bytes', 'verify', 'done']);
  });

  it('is named by git blob sha1 when it is small, lies in folders, and may be empty', async () => {
    server.commit({
      repo: 'nyu-mll/glue',
      type: 'dataset',
      files: { 'rte/a b/x.txt': 'x\n', 'empty.txt': '' },
    });
    const file: RepoFile = { repo: 'nyu-mll/glue', type: 'dataset', path: 'rte/a b/x.txt' };
    const path = await downloadFile(file, options());
    // `printf 'x\n' | git hash-object --stdin` (git 2.39)
    expect(await readlink(path)).toBe('../../../../blobs/587be6b4c3f93f93c489c0111bba5596147a26cb');
    expect(await readFile(await downloadFile({ ...file, path: 'empty.txt' }, options()), 'utf8')).toBe('');
  });

  it('is taken from the cache without a request the second time', async () => {
    await downloadFile(configFile, options());
    const before = server.requests.length;
    await downloadFile(configFile, options());
    expect(server.requests.length).toBe(before);
  });

  it('of a revision with slashes keeps its ref in folders', async () => {
    const revision = 'refs/convert/parquet';
    const converted = server.commit({
      repo: 'ptb-text-only/ptb_text_only',
      type: 'dataset',
      files: { 'test.parquet': 'PAR1' },
      revisions: [revision],
    });
    const file: RepoFile = {
      repo: 'ptb-text-only/ptb_text_only',
      type: 'dataset',
      revision,
      path: 'test.parquet',
    };
    await downloadFile(file, options());
    const ref = join(cache, 'datasets--ptb-text-only--ptb_text_only', 'refs', 'refs', 'convert', 'parquet');
    expect(await readFile(ref, 'utf8')).toBe(converted);
    expect(await findCached(file, options().env)).toContain(converted);
  });

  it('is updated by refresh, and unchanged files of the new commit share the old blob', async () => {
    const old = await downloadFile(weightsFile, options());
    const newer = server.commit({
      repo: 'openai-community/gpt2',
      files: { 'config.json': '{}' },
      largeFiles: { 'model.safetensors': weights },
    });
    expect(await downloadFile(weightsFile, options())).toBe(old);
    const path = await downloadFile(weightsFile, { ...options(), refresh: true });
    expect(path).toContain(newer);
    expect((await readFile(path)).equals(weights)).toBe(true);
    expect(ranges()).toEqual([undefined]);
    expect(await findCached(weightsFile, options().env)).toBe(path);
  });

  it('stays the cached one when refresh cannot reach the hub', async () => {
    const path = await downloadFile(configFile, options());
    await server.close();
    expect(await downloadFile(configFile, { ...options(), refresh: true })).toBe(path);
    server = await startHubServer();
  });

  it('is a plain file where links are switched off', async () => {
    const path = await downloadFile(configFile, options({ HF_HUB_DISABLE_SYMLINKS: '1' }));
    expect((await stat(path)).isFile()).toBe(true);
    await expect(readlink(path)).rejects.toThrow('EINVAL');
    expect(await readdir(join(cache, 'models--openai-community--gpt2', 'blobs'))).toEqual([]);
  });

  it('replaces a link that dangles and a blob of the wrong size', async () => {
    await mkdir(join(paths().snapshot, '..'), { recursive: true });
    await mkdir(join(paths().blob, '..'), { recursive: true });
    await symlink('../../blobs/gone', paths().snapshot);
    await writeFile(paths().blob, 'cut off by another program');
    expect(await arrives(weightsFile)).toBe(true);
  });
});

describe('a set of files', () => {
  it('comes from one commit with one count of bytes, fetching only what is missing', async () => {
    await downloadFile(configFile, options());
    events = [];
    const names = ['empty.txt', 'config.json', 'model.safetensors'];
    const found = await fetchRepoFiles({ repo: 'openai-community/gpt2', type: 'model' }, names, options());
    expect(found.map((path) => path.split('/').slice(-2))).toEqual(names.map((name) => [commit, name]));
    const counts = events.filter((event) => event.kind === 'bytes');
    expect(counts.every(({ totalBytes }) => totalBytes === weights.length)).toBe(true);
    expect(counts.at(-1)?.doneBytes).toBe(weights.length);
    expect(server.requests.filter(({ path }) => path.endsWith('config.json')).length).toBe(2);
  });

  it('leaves the older set in use when an update fails halfway', async () => {
    await fetchRepoFiles(weightsFile, ['config.json', 'empty.txt'], options());
    server.commit({ repo: 'openai-community/gpt2', files: { 'config.json': '{}' } });
    const update = fetchRepoFiles(weightsFile, ['config.json', 'empty.txt'], { ...options(), refresh: true });
    expect((await failure(update)).message).toContain('has no file empty.txt');
    expect(await findCached(configFile, options().env)).toContain(commit);
  });
});

describe('a bad connection', () => {
  it('that is cut is continued from the byte it reached', async () => {
    server.fault('model.safetensors', { kind: 'cut', afterBytes: 50_000, times: 2 });
    expect(await arrives(weightsFile)).toBe(true);
    expect(ranges()).toEqual([undefined, 'bytes=50000-', 'bytes=100000-']);
    // 1 s and 2 s, times 0.5 + random / 2.
    expect(waits).toEqual([500, 1000]);
  });

  it('that is cut anywhere, any number of times, still gives the right bytes', async () => {
    let run = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 90_000 }), { maxLength: 5 }), async (cuts) => {
        const path = `run${run++}.bin`;
        server.commit({ repo: 'owner/cuts', largeFiles: { [path]: weights } });
        for (const afterBytes of cuts) server.fault(path, { kind: 'cut', afterBytes });
        const found = await downloadFile(
          { repo: 'owner/cuts', type: 'model', path },
          { ...options(), refresh: true },
        );
        expect((await readFile(found)).equals(weights)).toBe(true);
        await rm(cache, { recursive: true });
      }),
      { numRuns: 20, seed: 1 },
    );
  });

  it('that gives up keeps the partial file for the next run', async () => {
    server.fault('model.safetensors', { kind: 'cut', afterBytes: 10_000, times: 6 });
    const error = await failure(downloadFile(weightsFile, options()));
    expect(error).toBeInstanceOf(UserError);
    expect(error.message).toMatch(
      /^Cannot fetch model.safetensors of openai-community\/gpt2: .*\(6 attempts\)\.$/,
    );
    expect(error.hint).toContain('goes on where it stopped');
    expect((await stat(paths().incomplete)).size).toBe(60_000);
    events = [];
    await downloadFile(weightsFile, options());
    expect(events[0]).toEqual({
      kind: 'resume',
      file: 'model.safetensors of openai-community/gpt2',
      fromBytes: 60_000,
    });
  });

  it('that ends too early without an error is continued', async () => {
    server.fault('model.safetensors', { kind: 'short', bytes: 1234 });
    expect(await arrives(weightsFile)).toBe(true);
    expect(ranges()).toEqual([undefined, 'bytes=1234-']);
  });

  it('to a server that ignores Range starts over', async () => {
    server.fault('model.safetensors', { kind: 'cut', afterBytes: 50_000 });
    server.fault('model.safetensors', { kind: 'ignore-range' });
    expect(await arrives(weightsFile)).toBe(true);
    expect(kinds()).toContain('restart');
  });

  it('that falls silent counts as broken after HF_HUB_DOWNLOAD_TIMEOUT seconds', async () => {
    server.fault('model.safetensors', { kind: 'stall', afterBytes: 70_000 });
    const path = await downloadFile(weightsFile, options({ HF_HUB_DOWNLOAD_TIMEOUT: '1' }));
    expect((await readFile(path)).equals(weights)).toBe(true);
    expect(ranges()).toEqual([undefined, 'bytes=70000-']);
    expect(events).toContainEqual(
      expect.objectContaining({
        kind: 'retry',
        reason: expect.stringMatching(/sends nothing more for 1 s$/),
      }),
    );
  });

  it('can be interrupted, keeps what arrived and says so', async () => {
    server.fault('model.safetensors', { kind: 'stall', afterBytes: 70_000 });
    const controller = new AbortController();
    const onProgress = (event: DownloadProgress) => {
      if (event.kind === 'bytes' && event.doneBytes === 70_000) controller.abort();
    };
    const error = await failure(
      downloadFile(weightsFile, { ...options(), signal: controller.signal, onProgress }),
    );
    expect(error).toBeInstanceOf(InterruptedError);
    expect(error.hint).toBe('Run the same command again: it goes on after the 70 kB that are already there.');
    expect(await arrives(weightsFile)).toBe(true);
    expect(ranges()).toEqual([undefined, 'bytes=70000-']);
  });
});

describe('wrong bytes', () => {
  it('are deleted and fetched once more', async () => {
    server.fault('model.safetensors', { kind: 'damage', offset: 150_000 });
    expect(await arrives(weightsFile)).toBe(true);
    expect(kinds()).toContain('restart');
    expect(ranges()).toEqual([undefined, undefined]);
  });

  it('twice are an error that names both checksums, and nothing of them stays', async () => {
    server.fault('config.json', { kind: 'damage', offset: 3, times: 2 });
    const error = await failure(downloadFile(configFile, options()));
    expect(error).toBeInstanceOf(DataError);
    const etag = hubEtag({ bytes: Buffer.from(config), isLarge: false });
    expect(error.message).toMatch(
      new RegExp(
        `^config.json of openai-community/gpt2: .* Expected git-sha1 ${etag}, found [0-9a-f]{40}\\.$`,
      ),
    );
    expect(await readdir(join(cache, 'models--openai-community--gpt2', 'blobs'))).toEqual([]);
    expect(await findCached(configFile, options().env)).toBeUndefined();
  });

  it('in what an earlier run left are found although the rest is right', async () => {
    await mkdir(join(paths().incomplete, '..'), { recursive: true });
    await writeFile(paths().incomplete, Buffer.alloc(1000, 'x'));
    expect(await arrives(weightsFile)).toBe(true);
    expect(ranges()).toEqual(['bytes=1000-', undefined]);
  });

  it('beyond the announced size are not written', async () => {
    server.fault('model.safetensors', { kind: 'announce', sizeBytes: 1000 });
    const error = await failure(downloadFile(weightsFile, options()));
    expect(error).toBeInstanceOf(DataError);
    expect(Math.max(...events.map((event) => (event.kind === 'bytes' ? event.doneBytes : 0)))).toBe(1001);
  });

  it('because the file changed between two requests lead to the new version', async () => {
    server.fault('config.json', { kind: 'cut', afterBytes: 5 });
    server.fault('config.json', { kind: 'change', bytes: '{"n_layer": 48}\n', method: 'GET' });
    expect(await readFile(await downloadFile(configFile, options()), 'utf8')).toBe('{"n_layer": 48}\n');
    const large = { kind: 'change', bytes: 'new weights', method: 'GET' } as const;
    server.fault('model.safetensors', { kind: 'cut', afterBytes: 5 });
    server.fault('model.safetensors', large);
    expect(await readFile(await downloadFile(weightsFile, options()), 'utf8')).toBe('new weights');
  });
});

describe('the answer', () => {
  it('429 is waited for as long as it asks, 500 with growing waits', async () => {
    server.fault('config.json', { kind: 'status', status: 429, headers: { 'Retry-After': '7' } });
    server.fault('config.json', { kind: 'status', status: 503, times: 2 });
    await downloadFile(configFile, options());
    expect(waits).toEqual([7000, 1000, 2000]);
  });

  it('429 that asks for an hour is not waited for', async () => {
    server.fault('config.json', { kind: 'status', status: 429, headers: { 'Retry-After': '3600' } });
    const error = await failure(downloadFile(configFile, options()));
    expect(error.message).toContain('answers 429 Too Many Requests');
    expect(waits).toEqual([]);
  });

  it.each([
    ['without a token', {}, 'without a token (HTTP 401)', 'set HF_TOKEN'],
    ['with one', { HF_TOKEN: 'hf_secret' }, 'does not accept your token', 'Check HF_TOKEN'],
  ])('401 %s says what to do', async (_, variables, message, hint) => {
    server.fault('config.json', { kind: 'status', status: 401 });
    const error = await failure(downloadFile(configFile, options(variables)));
    expect(error.message).toContain(message);
    expect(error.hint).toContain(hint);
    expect(`${error.message}${error.hint}`).not.toContain('hf_secret');
  });

  it('403 of a gated repository names the page with its terms', async () => {
    server.fault('config.json', { kind: 'status', status: 403, headers: { 'X-Error-Code': 'GatedRepo' } });
    const error = await failure(downloadFile(configFile, options()));
    expect(error.hint).toContain(`${server.url}/openai-community/gpt2, then set HF_TOKEN`);
  });

  it.each([
    [{ ...configFile, path: 'confg.json' }, 'openai-community/gpt2 has no file confg.json'],
    [{ ...configFile, repo: 'openai/gpt2' }, 'there is no repository openai/gpt2'],
    [{ ...configFile, revision: 'v2' }, 'openai-community/gpt2 has no revision v2'],
  ])('404 says what is missing: %o', async (file, message) => {
    expect((await failure(downloadFile(file, options()))).message).toContain(message);
  });

  it('of something that is not the hub is recognised', async () => {
    server.serveFile('openai-community/gpt2/resolve/main/config.json', '<html>Please log in.</html>');
    const error = await failure(downloadFile(configFile, options({ HF_ENDPOINT: `${server.url}/files` })));
    expect(error.message).toContain('does not answer like the hub');
    expect(error.hint).toContain('login page');
  });

  it('that redirects without end is an error', async () => {
    const url = `${server.url}/openai-community/gpt2/resolve/main/config.json`;
    server.fault('config.json', { kind: 'redirect', to: url, times: 100 });
    const { message } = await failure(downloadFile(configFile, options()));
    expect(message).toContain('redirects without end');
  });
});

describe('the token', () => {
  it('goes to the hub and never to where it redirects', async () => {
    await downloadFile(weightsFile, options({ HF_TOKEN: 'hf_secret' }));
    const sent = server.requests.map(({ origin, headers }) => [origin, headers.authorization]);
    expect(sent).toEqual([
      ['hub', 'Bearer hf_secret'],
      ['hub', 'Bearer hf_secret'],
      ['storage', undefined],
    ]);
  });

  it('does not come back when another origin redirects to the hub again', async () => {
    const away = await startHubServer();
    away.serveFile('back', '');
    away.fault('back', {
      kind: 'redirect',
      to: `${server.url}/openai-community/gpt2/resolve/main/config.json`,
    });
    server.fault('config.json', { kind: 'redirect', to: `${away.url}/files/back`, method: 'HEAD' });
    await downloadFile(configFile, options({ HF_TOKEN: 'hf_secret' }));
    expect(away.requests.map(({ headers }) => headers.authorization)).toEqual([undefined]);
    expect(server.requests.map(({ headers }) => headers.authorization)).toEqual([
      'Bearer hf_secret',
      undefined,
      'Bearer hf_secret',
    ]);
    await away.close();
  });

  it('is read from the file of hf auth login', async () => {
    const home = join(root, 'hf');
    await mkdir(home);
    await writeFile(join(home, 'token'), 'hf_from_file\n');
    await downloadFile(configFile, options({ HF_HOME: home }));
    expect(server.requests[0]?.headers.authorization).toBe('Bearer hf_from_file');
  });

  it('that no header can carry is refused without being printed', async () => {
    const error = await failure(downloadFile(configFile, options({ HF_TOKEN: 'hf_gehéim' })));
    expect(error.message).toBe('The access token in HF_TOKEN contains characters that no token has.');
  });
});

describe('without the network', () => {
  it('a missing file is named with the cache and the way out', async () => {
    const gone = await startHubServer();
    await gone.close();
    const error = await failure(downloadFile(configFile, options({ HF_ENDPOINT: gone.url })));
    expect(error).toBeInstanceOf(UserError);
    expect(error.message).toContain(
      `Cannot read config.json of openai-community/gpt2: it is not in the cache (${cache})`,
    );
    expect(error.message).toContain('the connection is refused');
    expect(error.hint).toContain('HF_HOME');
    expect(waits.length).toBe(2);
  });

  it('HF_HUB_OFFLINE sends no request, uses what is cached and names what is not', async () => {
    const path = await downloadFile(configFile, options());
    const before = server.requests.length;
    const offline = options({ HF_HUB_OFFLINE: '1' });
    expect(await downloadFile(configFile, { ...offline, refresh: true })).toBe(path);
    const error = await failure(downloadFile(weightsFile, offline));
    expect(error.message).toContain('HF_HUB_OFFLINE is set');
    expect(server.requests.length).toBe(before);
  });
});

describe('the disk', () => {
  it('too small for a file is noticed before its bytes come', async () => {
    server.fault('model.safetensors', { kind: 'announce', sizeBytes: 9e15 });
    const error = await failure(downloadFile(weightsFile, options()));
    expect(error.message).toMatch(/^Not enough space in .*: 9000 TB are needed, [\d.]+ [kMGT]B are free\.$/);
    expect(error.hint).toContain('HF_HUB_CACHE');
    expect(events).toEqual([]);
  });

  it.skipIf(!existsSync('/dev/full'))('that is full says so (needs /dev/full)', async () => {
    await mkdir(join(paths().incomplete, '..'), { recursive: true });
    await symlink('/dev/full', paths().incomplete);
    const error = await failure(downloadFile(weightsFile, options()));
    expect(error).toBeInstanceOf(UserError);
    expect(error.message).toBe(`The disk of ${cache} is full (or your quota is).`);
  });

  it.skipIf(process.getuid?.() === 0 || process.platform === 'win32')(
    'that is read-only names the variable (not for root, who may write anywhere)',
    async () => {
      await mkdir(cache);
      await chmod(cache, 0o555);
      const error = await failure(downloadFile(configFile, options()));
      expect(error.message).toBe(`Cannot write to ${cache}: it is read-only for you.`);
      expect(error.hint).toContain('HF_HUB_CACHE');
    },
  );

  it('with a file where the cache should be says so', async () => {
    await writeFile(cache, '');
    const error = await failure(downloadFile(configFile, options()));
    expect(error.message).toBe(`Cannot use ${cache} as a cache: a file is in the way.`);
  });
});
