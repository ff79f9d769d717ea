import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { UsageError } from '../errors.js';
import { cacheFolder, findCached, ownCacheFolder, repoFolderName, writeRef } from './cache.js';
import { downloadFile } from './download.js';
import { type RepoFile, resolveUrl } from './repo-file.js';

const commit = '607a30d783dfa663caf39e06633721c8d4cfcd7e';
const file: RepoFile = { repo: 'openai-community/gpt2', type: 'model', path: 'onnx/config.json' };

// The expected values are those of huggingface_hub 1.33.0 (constants.HF_HUB_CACHE) for the same variables.
describe('the shared cache', () => {
  it.each([
    [{}, '/home/ada/.cache/huggingface/hub'],
    [{ XDG_CACHE_HOME: '/cache' }, '/cache/huggingface/hub'],
    [{ XDG_CACHE_HOME: '/cache', HF_HOME: '~/hf' }, '/home/ada/hf/hub'],
    [{ HF_HOME: '$SCRATCH/hf', SCRATCH: '/scratch' }, '/scratch/hf/hub'],
    [{ HF_HOME: '/hf', HUGGINGFACE_HUB_CACHE: '/old' }, '/old'],
    [{ HF_HOME: '/hf', HUGGINGFACE_HUB_CACHE: '/old', HF_HUB_CACHE: '/hub' }, '/hub'],
  ])('with %o is %s', (variables, folder) => {
    expect(cacheFolder({ HOME: '/home/ada', ...variables })).toBe(folder.replaceAll('/', join('/')));
  });

  it('has one folder per repository', () => {
    expect(repoFolderName(file)).toBe('models--openai-community--gpt2');
    expect(repoFolderName({ repo: 'nyu-mll/glue', type: 'dataset' })).toBe('datasets--nyu-mll--glue');
    expect(repoFolderName({ repo: 'gpt2', type: 'model' })).toBe('models--gpt2');
  });
});

describe('our own cache', () => {
  it.each([
    [{}, 'linux', '/home/ada/.cache/gpt-papers'],
    [{ XDG_CACHE_HOME: '/cache' }, 'linux', '/cache/gpt-papers'],
    [{ LOCALAPPDATA: '/AppData/Local' }, 'win32', '/AppData/Local/gpt-papers'],
    [{ GPT_CACHE: '/gpt', XDG_CACHE_HOME: '/cache' }, 'win32', '/gpt'],
  ])('with %o on %s is %s', (variables, platform, folder) => {
    const found = ownCacheFolder({ HOME: '/home/ada', ...variables }, platform);
    expect(found).toBe(folder.replaceAll('/', join('/')));
  });
});

describe('names', () => {
  it.each([
    { repo: '../gpt2' },
    { repo: 'a/b/c' },
    { repo: 'openai--community/gpt2' },
    { path: '../secret' },
    { path: '/etc/passwd' },
    { path: 'a//b' },
    { path: 'a\\..\\b' },
    { path: 'C:x' },
    { revision: '../../main' },
  ])('that would leave the cache are refused: %o', async (wrong) => {
    await expect(downloadFile({ ...file, ...wrong }, { env: {} })).rejects.toThrow(UsageError);
  });

  it('become addresses in which the revision is one part', () => {
    const url = resolveUrl('https://huggingface.co', {
      ...file,
      type: 'dataset',
      revision: 'refs/convert/parquet',
      path: 'a b/ü#.txt',
    });
    expect(url.href).toBe(
      'https://huggingface.co/datasets/openai-community/gpt2/resolve/refs%2Fconvert%2Fparquet/a%20b/%C3%BC%23.txt',
    );
  });
});

describe('what Python has put into the cache', () => {
  let cache: string;
  beforeEach(async () => {
    cache = await mkdtemp(join(tmpdir(), 'gpt-hub-'));
  });
  afterEach(() => rm(cache, { recursive: true }));

  // Built by hand from the drawing in huggingface_hub's documentation, "Understand caching".
  it('is found without the network, by revision and by commit', async () => {
    const repo = join(cache, 'models--openai-community--gpt2');
    await mkdir(join(repo, 'blobs'), { recursive: true });
    await mkdir(join(repo, 'refs'));
    await mkdir(join(repo, 'snapshots', commit, 'onnx'), { recursive: true });
    await writeFile(join(repo, 'refs', 'main'), commit);
    await writeFile(join(repo, 'blobs', '10c66461e4c109db5a2196bff4bb59be30396ed8'), '{}');
    const snapshot = join(repo, 'snapshots', commit, 'onnx', 'config.json');
    await symlink('../../../blobs/10c66461e4c109db5a2196bff4bb59be30396ed8', snapshot);

    const env = { HF_HUB_CACHE: cache, HF_HUB_OFFLINE: '1' };
    expect(await downloadFile(file, { env })).toBe(snapshot);
    expect(await findCached({ ...file, revision: commit }, env)).toBe(snapshot);
    expect(await findCached({ ...file, path: 'config.json' }, env)).toBeUndefined();
    expect(await findCached({ ...file, revision: 'v2' }, env)).toBeUndefined();
    await rm(join(repo, 'blobs'), { recursive: true });
    expect(await findCached(file, env)).toBeUndefined();
  });

  it('gets a new ref only when the commit is another', async () => {
    const env = { HF_HUB_CACHE: cache };
    await writeRef(file, commit, env);
    const ref = join(cache, 'models--openai-community--gpt2', 'refs', 'main');
    expect(await readFile(ref, 'utf8')).toBe(commit);
    await writeRef(file, commit.replace('6', '7'), env);
    expect(await readFile(ref, 'utf8')).toBe(commit.replace('6', '7'));
  });
});
