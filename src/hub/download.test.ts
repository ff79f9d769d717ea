import { mkdir, readdir, readFile, readlink, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { UserError } from '../errors.js';
import { hubEtag, startHubServer } from '../testing/hub-server.js';
import { configFile, failure, useSmallHub, weights, weightsFile } from '../testing/small-hub.js';
import { findCached } from './cache.js';
import { downloadFile, fetchRepoFiles } from './download.js';
import type { RepoFile } from './repo-file.js';

const hub = useSmallHub();

describe('a file of the hub', () => {
  it('lands in the layout of the shared cache: blob, relative link, ref', async () => {
    const path = await downloadFile(weightsFile, hub.options());
    expect(path).toBe(
      join(hub.cache, 'models--openai-community--gpt2', 'snapshots', hub.commit, 'model.safetensors'),
    );
    const etag = hubEtag({ bytes: weights, isLarge: true });
    expect(await readlink(path)).toBe(join('..', '..', 'blobs', etag));
    expect((await readFile(path)).equals(weights)).toBe(true);
    expect(await readFile(join(hub.cache, 'models--openai-community--gpt2', 'refs', 'main'), 'utf8')).toBe(
      hub.commit,
    );
    expect(await readdir(join(hub.cache, 'models--openai-community--gpt2', 'blobs'))).toEqual([etag]);
    expect(hub.kinds()).toEqual(['bytes', 'verify', 'done']);
  });

  it('is named by git blob sha1 when it is small, lies in folders, and may be empty', async () => {
    hub.server.commit({
      repo: 'nyu-mll/glue',
      type: 'dataset',
      files: { 'rte/a b/x.txt': 'x\n', 'empty.txt': '' },
    });
    const file: RepoFile = { repo: 'nyu-mll/glue', type: 'dataset', path: 'rte/a b/x.txt' };
    const path = await downloadFile(file, hub.options());
    // `printf 'x\n' | git hash-object --stdin` (git 2.39)
    expect(await readlink(path)).toBe('../../../../blobs/587be6b4c3f93f93c489c0111bba5596147a26cb');
    expect(await readFile(await downloadFile({ ...file, path: 'empty.txt' }, hub.options()), 'utf8')).toBe(
      '',
    );
  });

  it('is taken from the cache without a request the second time', async () => {
    await downloadFile(configFile, hub.options());
    const before = hub.server.requests.length;
    await downloadFile(configFile, hub.options());
    expect(hub.server.requests.length).toBe(before);
  });

  it('of a revision with slashes keeps its ref in folders', async () => {
    const revision = 'refs/convert/parquet';
    const converted = hub.server.commit({
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
    await downloadFile(file, hub.options());
    const ref = join(
      hub.cache,
      'datasets--ptb-text-only--ptb_text_only',
      'refs',
      'refs',
      'convert',
      'parquet',
    );
    expect(await readFile(ref, 'utf8')).toBe(converted);
    expect(await findCached(file, hub.options().env)).toContain(converted);
  });

  it('is updated by refresh, and unchanged files of the new commit share the old blob', async () => {
    const old = await downloadFile(weightsFile, hub.options());
    const newer = hub.server.commit({
      repo: 'openai-community/gpt2',
      files: { 'config.json': '{}' },
      largeFiles: { 'model.safetensors': weights },
    });
    expect(await downloadFile(weightsFile, hub.options())).toBe(old);
    const path = await downloadFile(weightsFile, { ...hub.options(), refresh: true });
    expect(path).toContain(newer);
    expect((await readFile(path)).equals(weights)).toBe(true);
    expect(hub.ranges()).toEqual([undefined]);
    expect(await findCached(weightsFile, hub.options().env)).toBe(path);
  });

  it('stays the cached one when refresh cannot reach the hub', async () => {
    const path = await downloadFile(configFile, hub.options());
    await hub.server.close();
    expect(await downloadFile(configFile, { ...hub.options(), refresh: true })).toBe(path);
    hub.server = await startHubServer();
  });

  it('is a plain file where links are switched off', async () => {
    const path = await downloadFile(configFile, hub.options({ HF_HUB_DISABLE_SYMLINKS: '1' }));
    expect((await stat(path)).isFile()).toBe(true);
    await expect(readlink(path)).rejects.toThrow('EINVAL');
    expect(await readdir(join(hub.cache, 'models--openai-community--gpt2', 'blobs'))).toEqual([]);
  });

  it('replaces a link that dangles and a blob of the wrong size', async () => {
    await mkdir(join(hub.paths().snapshot, '..'), { recursive: true });
    await mkdir(join(hub.paths().blob, '..'), { recursive: true });
    await symlink('../../blobs/gone', hub.paths().snapshot);
    await writeFile(hub.paths().blob, 'cut off by another program');
    expect(await hub.weightsArrive()).toBe(true);
  });
});

describe('a set of files', () => {
  it('comes from one commit with one count of bytes, fetching only what is missing', async () => {
    await downloadFile(configFile, hub.options());
    hub.events = [];
    const names = ['empty.txt', 'config.json', 'model.safetensors'];
    const found = await fetchRepoFiles(
      { repo: 'openai-community/gpt2', type: 'model' },
      names,
      hub.options(),
    );
    expect(found.map((path) => path.split('/').slice(-2))).toEqual(names.map((name) => [hub.commit, name]));
    const counts = hub.events.filter((event) => event.kind === 'bytes');
    expect(counts.every(({ totalBytes }) => totalBytes === weights.length)).toBe(true);
    expect(counts.at(-1)?.doneBytes).toBe(weights.length);
    expect(hub.server.requests.filter(({ path }) => path.endsWith('config.json')).length).toBe(2);
  });

  it('leaves the older set in use when an update fails halfway', async () => {
    await fetchRepoFiles(weightsFile, ['config.json', 'empty.txt'], hub.options());
    hub.server.commit({ repo: 'openai-community/gpt2', files: { 'config.json': '{}' } });
    const update = fetchRepoFiles(weightsFile, ['config.json', 'empty.txt'], {
      ...hub.options(),
      refresh: true,
    });
    expect((await failure(update)).message).toContain('has no file empty.txt');
    expect(await findCached(configFile, hub.options().env)).toContain(hub.commit);
  });
});

describe('the token', () => {
  it('goes to the hub and never to where it redirects', async () => {
    await downloadFile(weightsFile, hub.options({ HF_TOKEN: 'hf_secret' }));
    const sent = hub.server.requests.map(({ origin, headers }) => [origin, headers.authorization]);
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
      to: `${hub.server.url}/openai-community/gpt2/resolve/main/config.json`,
    });
    hub.server.fault('config.json', { kind: 'redirect', to: `${away.url}/files/back`, method: 'HEAD' });
    await downloadFile(configFile, hub.options({ HF_TOKEN: 'hf_secret' }));
    expect(away.requests.map(({ headers }) => headers.authorization)).toEqual([undefined]);
    expect(hub.server.requests.map(({ headers }) => headers.authorization)).toEqual([
      'Bearer hf_secret',
      undefined,
      'Bearer hf_secret',
    ]);
    await away.close();
  });

  it('is read from the file of hf auth login', async () => {
    const home = join(hub.root, 'hf');
    await mkdir(home);
    await writeFile(join(home, 'token'), 'hf_from_file\n');
    await downloadFile(configFile, hub.options({ HF_HOME: home }));
    expect(hub.server.requests[0]?.headers.authorization).toBe('Bearer hf_from_file');
  });

  it('that no header can carry is refused without being printed', async () => {
    const error = await failure(downloadFile(configFile, hub.options({ HF_TOKEN: 'hf_gehéim' })));
    expect(error.message).toBe('The access token in HF_TOKEN contains characters that no token has.');
  });
});

describe('without the network', () => {
  it('a missing file is named with the cache and the way out', async () => {
    const gone = await startHubServer();
    await gone.close();
    const error = await failure(downloadFile(configFile, hub.options({ HF_ENDPOINT: gone.url })));
    expect(error).toBeInstanceOf(UserError);
    expect(error.message).toContain(
      `Cannot read config.json of openai-community/gpt2: it is not in the cache (${hub.cache})`,
    );
    expect(error.message).toContain('the connection is refused');
    expect(error.hint).toContain('HF_HOME');
    expect(hub.waits.length).toBe(2);
  });

  it('HF_HUB_OFFLINE sends no request, uses what is cached and names what is not', async () => {
    const path = await downloadFile(configFile, hub.options());
    const before = hub.server.requests.length;
    const offline = hub.options({ HF_HUB_OFFLINE: '1' });
    expect(await downloadFile(configFile, { ...offline, refresh: true })).toBe(path);
    const error = await failure(downloadFile(weightsFile, offline));
    expect(error.message).toContain('HF_HUB_OFFLINE is set');
    expect(hub.server.requests.length).toBe(before);
  });
});
