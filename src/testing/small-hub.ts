import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect } from 'vitest';
import type { UserError } from '../errors.js';
import { type CachedPaths, cachedPaths } from '../hub/cache.js';
import { downloadFile } from '../hub/download.js';
import type { DownloadOptions, DownloadProgress } from '../hub/progress.js';
import type { RepoFile } from '../hub/repo-file.js';
import { type HubServer, hubEtag, startHubServer } from './hub-server.js';

/** Content of `config.json`, the small file of the test repository. */
export const config = '{"n_layer": 12}\n';

/** Content of `model.safetensors`, its large file: 200,000 bytes without a short period. */
export const weights = Buffer.from(Array.from({ length: 200_000 }, (_, index) => (index * 31) % 251));

/** The two files of the test repository; it has an `empty.txt` as well. */
export const weightsFile: RepoFile = {
  repo: 'openai-community/gpt2',
  type: 'model',
  path: 'model.safetensors',
};
export const configFile: RepoFile = { ...weightsFile, path: 'config.json' };

/** A hub with one repository and an empty cache, both fresh in each test, and what happened to them. */
export class SmallHub {
  server!: HubServer;
  /** Temporary folder that holds the cache; also the home folder. */
  root = '';
  cache = '';
  /** What `main` means at the start of a test. */
  commit = '';
  events: DownloadProgress[] = [];
  /** Milliseconds that would have been waited between attempts; the random part is 0. */
  waits: number[] = [];

  async start(): Promise<void> {
    this.server = await startHubServer();
    this.root = await mkdtemp(join(tmpdir(), 'gpt-hub-'));
    this.cache = join(this.root, 'hub');
    this.commit = this.server.commit({
      repo: weightsFile.repo,
      files: { 'config.json': config, 'empty.txt': '' },
      largeFiles: { 'model.safetensors': weights },
    });
    this.events = [];
    this.waits = [];
  }

  async stop(): Promise<void> {
    await this.server.close();
    await rm(this.root, { recursive: true });
  }

  /** Options that lead to this hub and cache, with further variables. Nothing is waited for. */
  options(variables: Record<string, string> = {}): DownloadOptions & { env: Record<string, string> } {
    return {
      env: { HF_ENDPOINT: this.server.url, HF_HUB_CACHE: this.cache, HOME: this.root, ...variables },
      clock: { sleep: async (ms) => void this.waits.push(ms), random: () => 0 },
      onProgress: (event) => void this.events.push(event),
    };
  }

  /** Kinds of the events so far, each once. */
  kinds(): string[] {
    return [...new Set(this.events.map(({ kind }) => kind))];
  }

  /** Where the large file belongs. */
  paths(): CachedPaths {
    return cachedPaths(this.cache, weightsFile, this.commit, hubEtag({ bytes: weights, isLarge: true }));
  }

  /** Whether the large file comes with the right bytes. Not toEqual, which takes a second over so many of them. */
  async weightsArrive(variables?: Record<string, string>): Promise<boolean> {
    return (await readFile(await downloadFile(weightsFile, this.options(variables)))).equals(weights);
  }

  /** Range headers of the requests for large files, in order; undefined for a request of the whole. */
  ranges(): (string | undefined)[] {
    return this.server.requests
      .filter(({ origin, method }) => origin === 'storage' && method === 'GET')
      .map(({ headers }) => headers.range);
  }
}

/** A hub that is started before and stopped after each test of the file. */
export function useSmallHub(): SmallHub {
  const hub = new SmallHub();
  beforeEach(() => hub.start());
  afterEach(() => hub.stop());
  return hub;
}

/** The error of a promise that must fail. */
export async function failure(promise: Promise<unknown>): Promise<UserError> {
  return promise.then(
    () => expect.unreachable('it succeeded'),
    (error: UserError) => error,
  );
}
