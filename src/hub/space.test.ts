import { expect, it } from 'vitest';
import { UserError } from '../errors.js';
import { checkFreeSpace, explainWriteError, formatBytes } from './space.js';

const folder = { path: '/cache', variable: 'HF_HOME' };

it.each([
  [0, '0 bytes'],
  [999, '999 bytes'],
  [1000, '1 kB'],
  [548_105_171, '548 MB'],
  [6_431_878_936, '6.43 GB'],
])('%d is written as %s', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});

it('a folder that does not exist yet is judged by the disk it will be on', async () => {
  const future = { ...folder, path: '/nonexistent/cache' };
  await checkFreeSpace(future, 1);
  await expect(checkFreeSpace(future, 1e18)).rejects.toThrow('Not enough space in /nonexistent/cache');
});

it.each([
  ['ENOSPC', 'is full'],
  ['EDQUOT', 'is full'],
  ['EROFS', 'read-only'],
  ['EACCES', 'read-only'],
  ['ENOTDIR', 'a file is in the way'],
])('%s is explained', (code, text) => {
  const explained = explainWriteError(Object.assign(new Error(), { code }), folder, 70_000) as UserError;
  expect(explained).toBeInstanceOf(UserError);
  expect(explained.message).toContain(text);
  expect(explained.hint).toContain('HF_HOME');
});

it('an error that it does not know comes back as it is', () => {
  const bug = new TypeError('bug');
  expect(explainWriteError(bug, folder)).toBe(bug);
});
