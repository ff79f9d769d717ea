import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { type HubServer, hubEtag, startHubServer } from '../testing/hub-server.js';
import { cachedPaths } from './cache.js';
import { LOCK_STALE_MS } from './lock.js';
import type { DownloadProgress } from './progress.js';
import type { RepoFile } from './repo-file.js';

/** Real processes: one is killed in the middle of a download, two want the same file. */

const bytes = Buffer.alloc(300_000, 'weights ');
const file: RepoFile = { repo: 'openai-community/gpt2', type: 'model', path: 'model.safetensors' };

let build: string;
let cache: string;
let server: HubServer;

beforeAll(async () => {
  // Children are plain Node, which needs the hub folder as JavaScript.
  build = await mkdtemp(join(tmpdir(), 'gpt-hub-build-'));
  const project = resolve(import.meta.dirname, '../..');
  const tsconfig = join(build, 'tsconfig.json');
  await writeFile(
    tsconfig,
    JSON.stringify({
      extends: join(project, 'tsconfig.json'),
      compilerOptions: { rootDir: join(project, 'src'), outDir: build, types: [], noCheck: true },
      files: [join(project, 'src/hub/download.ts')],
    }),
  );
  await symlink(join(project, 'node_modules'), join(build, 'node_modules'), 'junction');
  await writeFile(join(build, 'package.json'), '{ "type": "module" }');
  execFileSync(process.execPath, [join(project, 'node_modules/typescript/bin/tsc'), '-p', tsconfig]);
  await writeFile(
    join(build, 'child.js'),
    `import { downloadFile } from ${JSON.stringify(pathToFileURL(join(build, 'hub/download.js')).href)};
     const onProgress = (event) => console.log(JSON.stringify(event));
     await downloadFile(${JSON.stringify(file)}, { onProgress });`,
  );
});

afterAll(() => rm(build, { recursive: true }));

beforeEach(async () => {
  cache = await mkdtemp(join(tmpdir(), 'gpt-hub-'));
  server = await startHubServer();
  server.commit({ repo: file.repo, largeFiles: { [file.path]: bytes } });
});

afterEach(async () => {
  await server.close();
  await rm(cache, { recursive: true });
});

/** Starts a process that downloads the file; its events collect as they come. */
function startChild(): { child: ChildProcess; events: DownloadProgress[]; until: typeof until } {
  const env = { ...process.env, HF_ENDPOINT: server.url, HF_HUB_CACHE: cache };
  const child = spawn(process.execPath, [join(build, 'child.js')], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const events: DownloadProgress[] = [];
  let rest = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop()!;
    events.push(...lines.map((line) => JSON.parse(line)));
  });
  const until = async (wanted: (event: DownloadProgress) => boolean) => {
    while (!events.some(wanted)) {
      if (child.exitCode !== null) throw new Error(`The child ended with ${child.exitCode} before that.`);
      await new Promise((done) => setTimeout(done, 20));
    }
  };
  return { child, events, until };
}

const gets = () =>
  server.requests.filter(({ origin }) => origin === 'storage').map(({ headers }) => headers.range);

it('a killed process leaves a partial file that the next one continues', async () => {
  server.fault(file.path, { kind: 'stall', afterBytes: 120_000 });
  const first = startChild();
  await first.until((event) => event.kind === 'bytes' && event.doneBytes === 120_000);
  first.child.kill('SIGKILL');
  await once(first.child, 'exit');
  const commit = server.commit({ repo: file.repo, largeFiles: { [file.path]: bytes } });
  const paths = cachedPaths(cache, file, commit, hubEtag({ bytes, isLarge: true }));
  expect((await stat(paths.incomplete)).size).toBe(120_000);

  const started = Date.now();
  const second = startChild();
  const [exitCode] = await once(second.child, 'exit');
  expect(exitCode).toBe(0);
  // The dead process could not give back its lock: the next one says that it waits, and takes it over.
  expect(second.events[0]?.kind).toBe('locked');
  expect(Date.now() - started).toBeLessThan(LOCK_STALE_MS + 10_000);
  expect(second.events).toContainEqual(expect.objectContaining({ kind: 'resume', fromBytes: 120_000 }));
  expect(gets()).toEqual([undefined, 'bytes=120000-']);
  expect((await readFile(paths.snapshot)).equals(bytes)).toBe(true);
});

it('of two processes one fetches; the other waits, says so and uses the file', async () => {
  // The first one meets a connection that stands still, is cut off by us, and goes on while the second waits.
  server.fault(file.path, { kind: 'stall', afterBytes: 100_000 });
  const first = startChild();
  await first.until((event) => event.kind === 'bytes' && event.doneBytes === 100_000);
  const second = startChild();
  await second.until((event) => event.kind === 'locked');
  server.dropConnections();
  const exits = await Promise.all([once(first.child, 'exit'), once(second.child, 'exit')]);
  expect(exits.map(([code]) => code)).toEqual([0, 0]);
  expect(gets()).toEqual([undefined, 'bytes=100000-']);
  expect(second.events.map(({ kind }) => kind)).toEqual(['locked', 'done']);
});
