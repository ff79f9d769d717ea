import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeTemporaryFolder } from '../testing/tiny-model.js';
import { checkOutputFile, writeJsonLines } from './output-file.js';

let folder: string;
beforeAll(async () => {
  folder = await makeTemporaryFolder();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const at = (...names: string[]) => ({ file: path.join(folder, ...names), option: '--samples' });

test('a file that can be written passes, and is neither made nor changed', async () => {
  await mkdir(path.join(folder, 'fine'));
  await checkOutputFile(at('fine', 'new.jsonl'));
  expect(await readdir(path.join(folder, 'fine'))).toEqual([]);
  await writeFile(path.join(folder, 'old.jsonl'), 'precious');
  await checkOutputFile(at('old.jsonl'));
  expect(await readFile(path.join(folder, 'old.jsonl'), 'utf8')).toBe('precious');
  await checkOutputFile({ file: '/dev/null', option: '--samples' });
});

test('one that cannot is named with the option and the reason', async () => {
  await writeFile(path.join(folder, 'plain'), '');
  await mkdir(path.join(folder, 'dir'));
  await expect(checkOutputFile(at('nowhere', 'x'))).rejects.toThrow(
    `--samples ${path.join(folder, 'nowhere', 'x')} cannot be written: there is no folder ${path.join(folder, 'nowhere')}.`,
  );
  await expect(checkOutputFile(at('dir'))).rejects.toThrow('cannot be written: it is a folder.');
  await expect(checkOutputFile(at('plain', 'x'))).rejects.toThrow(
    'a part of the path is a file, not a folder.',
  );
  await expect(writeJsonLines(at('dir'), [{}])).rejects.toThrow('cannot be written: it is a folder.');
});
