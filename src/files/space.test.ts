import { expect, it } from 'vitest';
import { UserError } from '../errors.js';
import { checkFreeSpace, explainWriteError } from './space.js';

const folder = { path: '/cache', variable: 'HF_HOME' };

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
  ['ENOENT', 'cannot be made'],
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
