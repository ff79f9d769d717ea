import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { UserError } from '../errors.js';
import { withLock } from './lock.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gpt-hub-'));
});
afterAll(() => rm(folder, { recursive: true }));

it('lets one at a time in, and says once that it waits', async () => {
  const path = join(folder, 'a.lock');
  let inside = 0;
  let waits = 0;
  const work = async () => {
    expect(++inside).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 600));
    inside--;
  };
  const onWait = () => void waits++;
  await Promise.all([withLock(path, { onWait }, work), withLock(path, { onWait }, work)]);
  expect(waits).toBe(1);
  expect(existsSync(path)).toBe(false);
});

it('is given back when the work fails', async () => {
  const path = join(folder, 'b.lock');
  const bug = new Error('bug');
  await expect(withLock(path, {}, () => Promise.reject(bug))).rejects.toBe(bug);
  expect(existsSync(path)).toBe(false);
});

it('can be waited for no longer', async () => {
  const path = join(folder, 'c.lock');
  const reason = new Error('Ctrl-C');
  const controller = new AbortController();
  await withLock(path, {}, async () => {
    const onWait = () => controller.abort(reason);
    const second = withLock(path, { signal: controller.signal, onWait }, async () => 'never');
    await expect(second).rejects.toBe(reason);
  });
});

it('stops the work when another process has taken it away', async () => {
  const path = join(folder, 'd.lock');
  const work = (signal: AbortSignal) =>
    new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(new Error('stopped')));
      rm(path, { recursive: true });
    });
  await expect(withLock(path, {}, work)).rejects.toThrow(UserError);
});
