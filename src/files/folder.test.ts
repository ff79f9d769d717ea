import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { makeFolder } from './folder.js';

test('a folder and those above it are made, and one that is there is left alone', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'gpt-folder-'));
  const deep = path.join(folder, 'a', 'b', 'c');
  try {
    await Promise.all([makeFolder(deep), makeFolder(deep)]);
    await makeFolder(deep);
    expect((await stat(deep)).isDirectory()).toBe(true);
    await writeFile(path.join(folder, 'file'), '');
    await expect(makeFolder(path.join(folder, 'file'))).rejects.toMatchObject({ code: 'EEXIST' });
    await expect(makeFolder(path.join(folder, 'file', 'below'))).rejects.toMatchObject({ code: 'ENOTDIR' });
  } finally {
    await rm(folder, { recursive: true });
  }
});

test.skipIf(!existsSync('/proc/self'))(
  'a place where nothing can be made does not hang (needs /proc)',
  async () => {
    await expect(makeFolder('/proc/foo/bar')).rejects.toMatchObject({ code: 'ENOENT' });
  },
);

test('folders are made here alone', () => {
  const root = fileURLToPath(new URL('..', import.meta.url));
  const sources = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(
    (name) => name.endsWith('.ts') && !name.endsWith('.test.ts') && !name.startsWith('testing'),
  );
  const others = sources.filter(
    (name) =>
      name !== path.join('files', 'folder.ts') &&
      /mkdir(Sync)?\([^;]*recursive/.test(readFileSync(path.join(root, name), 'utf8')),
  );
  expect(others).toEqual([]);
});
