import { execFile } from 'node:child_process';
import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readResults } from '../results/results-folder.js';
import { isolatedEnvironment } from '../testing/run-gpt.js';
import { makeTemporaryFolder } from '../testing/tiny-model.js';

const project = fileURLToPath(new URL('../../', import.meta.url));

let folder: string;
beforeEach(async () => {
  folder = await makeTemporaryFolder();
});
afterEach(() => rm(folder, { recursive: true }));

/** Runs a script of docs/scale as a queue does; its exit code and what it wrote to stderr. */
function script(
  name: string,
  changes: Record<string, string> = {},
): Promise<{ code: number; stderr: string }> {
  const isolated = isolatedEnvironment(folder);
  const env = {
    ...isolated,
    PATH: `${path.dirname(process.execPath)}${path.delimiter}${isolated.PATH}`,
    ...{ TASKS: 'lambada winograd', MODELS: 'tiny', SHARDS: '2', FLAGS: '--data sample --limit 6' },
    ...{ RESULTS: path.join(folder, 'results'), GPT: 'node bin/gpt.js' },
    ...changes,
  };
  return new Promise((resolve) => {
    execFile('bash', [`docs/scale/${name}`], { cwd: project, env }, (error, _, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stderr });
    });
  });
}

describe.skipIf(process.platform === 'win32')(
  'the scripts of docs/scale (needs a system other than Windows)',
  () => {
    it('join the shards of Slurm, Kubernetes and anyone else into the result of a single run', async () => {
      expect(await script('eval-shard.sh', { SLURM_ARRAY_TASK_ID: '2' })).toMatchObject({ code: 0 });
      const early = await script('merge-shards.sh');
      expect(early.stderr).toContain('0 joined, 2 not');
      expect(early.code).toBe(1);
      expect(await script('eval-shard.sh', { JOB_COMPLETION_INDEX: '0' })).toMatchObject({ code: 0 });
      const merged = await script('merge-shards.sh');
      expect(merged.stderr).toContain('2 joined, 0 not');
      expect(merged.code).toBe(0);
      const single = path.join(folder, 'single');
      const whole = { SHARDS: '1', SHARD: '1', RESULTS: single };
      expect(await script('eval-shard.sh', whole)).toMatchObject({ code: 0 });
      const [joined, alone] = await Promise.all(
        [path.join(folder, 'results'), single].map(async (one) => (await readResults(one)).results),
      );
      expect(joined!.map(({ task }) => task.name)).toEqual(['lambada', 'winograd']);
      expect(joined!.map(({ metrics }) => metrics)).toEqual(alone!.map(({ metrics }) => metrics));
      const journals = await readdir(path.join(folder, 'results', 'journals'));
      expect(journals.filter((name) => /shard[12]of2/.test(name))).toHaveLength(4);
      // The command is started seven times, each time with two tasks.
    }, 240_000);

    it('say which variable is missing', async () => {
      expect((await script('eval-shard.sh', { TASKS: '' })).stderr).toContain('TASKS: names of tasks');
      expect((await script('eval-shard.sh')).stderr).toContain('SHARD: which shard, from 1');
      expect((await script('merge-shards.sh', { SHARDS: '' })).stderr).toContain('SHARDS: number of shards');
    });
  },
);
