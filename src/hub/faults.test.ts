import { existsSync } from 'node:fs';
import { chmod, mkdir, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DataError, InterruptedError, UserError } from '../errors.js';
import { hubEtag } from '../testing/hub-server.js';
import { config, configFile, failure, useSmallHub, weights, weightsFile } from '../testing/small-hub.js';
import { findCached } from './cache.js';
import { downloadFile } from './download.js';
import type { DownloadProgress } from './progress.js';

const hub = useSmallHub();

describe('a bad connection', () => {
  it('that is cut is continued from the byte it reached', async () => {
    hub.server.fault('model.safetensors', { kind: 'cut', afterBytes: 50_000, times: 2 });
    expect(await hub.weightsArrive()).toBe(true);
    expect(hub.ranges()).toEqual([undefined, 'bytes=50000-', 'bytes=100000-']);
    // 1 s and 2 s, times 0.5 + random / 2.
    expect(hub.waits).toEqual([500, 1000]);
  });

  it('that is cut anywhere, any number of times, still gives the right bytes', async () => {
    let run = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 90_000 }), { maxLength: 5 }), async (cuts) => {
        const path = `run${run++}.bin`;
        hub.server.commit({ repo: 'owner/cuts', largeFiles: { [path]: weights } });
        for (const afterBytes of cuts) hub.server.fault(path, { kind: 'cut', afterBytes });
        const found = await downloadFile(
          { repo: 'owner/cuts', type: 'model', path },
          { ...hub.options(), refresh: true },
        );
        expect((await readFile(found)).equals(weights)).toBe(true);
        await rm(hub.cache, { recursive: true });
      }),
      { numRuns: 20, seed: 1 },
    );
  });

  it('that gives up keeps the partial file for the next run', async () => {
    hub.server.fault('model.safetensors', { kind: 'cut', afterBytes: 10_000, times: 6 });
    const error = await failure(downloadFile(weightsFile, hub.options()));
    expect(error).toBeInstanceOf(UserError);
    expect(error.message).toMatch(
      /^Cannot fetch model.safetensors of openai-community\/gpt2: .*\(6 attempts\)\.$/,
    );
    expect(error.hint).toContain('goes on where it stopped');
    expect((await stat(hub.paths().incomplete)).size).toBe(60_000);
    hub.events = [];
    await downloadFile(weightsFile, hub.options());
    expect(hub.events[0]).toEqual({
      kind: 'resume',
      file: 'model.safetensors of openai-community/gpt2',
      fromBytes: 60_000,
    });
  });

  it('that ends too early without an error is continued', async () => {
    hub.server.fault('model.safetensors', { kind: 'short', bytes: 1234 });
    expect(await hub.weightsArrive()).toBe(true);
    expect(hub.ranges()).toEqual([undefined, 'bytes=1234-']);
  });

  it('to a server that ignores Range starts over', async () => {
    hub.server.fault('model.safetensors', { kind: 'cut', afterBytes: 50_000 });
    hub.server.fault('model.safetensors', { kind: 'ignore-range' });
    expect(await hub.weightsArrive()).toBe(true);
    expect(hub.kinds()).toContain('restart');
    // The whole body was put in the place of the part: its checksum was right at the first try.
    expect(hub.ranges()).toEqual([undefined, 'bytes=50000-']);
  });

  it('that falls silent counts as broken after HF_HUB_DOWNLOAD_TIMEOUT seconds', async () => {
    hub.server.fault('model.safetensors', { kind: 'stall', afterBytes: 70_000 });
    const path = await downloadFile(weightsFile, hub.options({ HF_HUB_DOWNLOAD_TIMEOUT: '1' }));
    expect((await readFile(path)).equals(weights)).toBe(true);
    expect(hub.ranges()).toEqual([undefined, 'bytes=70000-']);
    expect(hub.events).toContainEqual(
      expect.objectContaining({
        kind: 'retry',
        reason: expect.stringMatching(/sends nothing more for 1 s$/),
      }),
    );
  });

  it('can be interrupted, keeps what arrived and says so', async () => {
    hub.server.fault('model.safetensors', { kind: 'stall', afterBytes: 70_000 });
    const controller = new AbortController();
    const onProgress = (event: DownloadProgress) => {
      if (event.kind === 'bytes' && event.doneBytes === 70_000) controller.abort();
    };
    const error = await failure(
      downloadFile(weightsFile, { ...hub.options(), signal: controller.signal, onProgress }),
    );
    expect(error).toBeInstanceOf(InterruptedError);
    expect(error.hint).toBe('Run the same command again: it goes on after the 70 kB that are already there.');
    expect(await hub.weightsArrive()).toBe(true);
    expect(hub.ranges()).toEqual([undefined, 'bytes=70000-']);
  });
});

describe('wrong bytes', () => {
  it('are deleted and fetched once more', async () => {
    hub.server.fault('model.safetensors', { kind: 'damage', offset: 150_000 });
    expect(await hub.weightsArrive()).toBe(true);
    expect(hub.kinds()).toContain('restart');
    expect(hub.ranges()).toEqual([undefined, undefined]);
  });

  it('twice are an error that names both checksums, and nothing of them stays', async () => {
    hub.server.fault('config.json', { kind: 'damage', offset: 3, times: 2 });
    const error = await failure(downloadFile(configFile, hub.options()));
    expect(error).toBeInstanceOf(DataError);
    const etag = hubEtag({ bytes: Buffer.from(config), isLarge: false });
    expect(error.message).toMatch(
      new RegExp(
        `^config.json of openai-community/gpt2: .* Expected git-sha1 ${etag}, found [0-9a-f]{40}\\.$`,
      ),
    );
    expect(await readdir(join(hub.cache, 'models--openai-community--gpt2', 'blobs'))).toEqual([]);
    expect(await findCached(configFile, hub.options().env)).toBeUndefined();
  });

  it('in what an earlier run left are found although the rest is right', async () => {
    await mkdir(join(hub.paths().incomplete, '..'), { recursive: true });
    await writeFile(hub.paths().incomplete, Buffer.alloc(1000, 'x'));
    expect(await hub.weightsArrive()).toBe(true);
    expect(hub.ranges()).toEqual(['bytes=1000-', undefined]);
  });

  it('beyond the announced size are not written', async () => {
    hub.server.fault('model.safetensors', { kind: 'announce', sizeBytes: 1000 });
    const error = await failure(downloadFile(weightsFile, hub.options()));
    expect(error).toBeInstanceOf(DataError);
    expect(Math.max(...hub.events.map((event) => (event.kind === 'bytes' ? event.doneBytes : 0)))).toBe(1001);
  });

  it('because the file changed between two requests lead to the new version', async () => {
    hub.server.fault('config.json', { kind: 'cut', afterBytes: 5 });
    hub.server.fault('config.json', { kind: 'change', bytes: '{"n_layer": 48}\n', method: 'GET' });
    expect(await readFile(await downloadFile(configFile, hub.options()), 'utf8')).toBe('{"n_layer": 48}\n');
    const large = { kind: 'change', bytes: 'new weights', method: 'GET' } as const;
    hub.server.fault('model.safetensors', { kind: 'cut', afterBytes: 5 });
    hub.server.fault('model.safetensors', large);
    expect(await readFile(await downloadFile(weightsFile, hub.options()), 'utf8')).toBe('new weights');
  });
});

describe('the disk', () => {
  it('too small for a file is noticed before its bytes come', async () => {
    hub.server.fault('model.safetensors', { kind: 'announce', sizeBytes: 9e15 });
    const error = await failure(downloadFile(weightsFile, hub.options()));
    expect(error.message).toMatch(/^Not enough space in .*: 9000 TB are needed, [\d.]+ [kMGT]B are free\.$/);
    expect(error.hint).toContain('HF_HUB_CACHE');
    expect(hub.events).toEqual([]);
  });

  it.skipIf(!existsSync('/dev/full'))('that is full says so (needs /dev/full)', async () => {
    await mkdir(join(hub.paths().incomplete, '..'), { recursive: true });
    await symlink('/dev/full', hub.paths().incomplete);
    const error = await failure(downloadFile(weightsFile, hub.options()));
    expect(error).toBeInstanceOf(UserError);
    expect(error.message).toBe(`The disk of ${hub.cache} is full (or your quota is).`);
  });

  it.skipIf(process.getuid?.() === 0 || process.platform === 'win32')(
    'that is read-only names the variable (needs a user other than root, who may write anywhere)',
    async () => {
      await mkdir(hub.cache);
      await chmod(hub.cache, 0o555);
      const error = await failure(downloadFile(configFile, hub.options()));
      expect(error.message).toBe(`Cannot write to ${hub.cache}: it is read-only for you.`);
      expect(error.hint).toContain('HF_HUB_CACHE');
    },
  );

  it('with a file where the cache should be says so', async () => {
    await writeFile(hub.cache, '');
    const error = await failure(downloadFile(configFile, hub.options()));
    expect(error.message).toBe(`Cannot use ${hub.cache}: a file is in the way.`);
  });
});
