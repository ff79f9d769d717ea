import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { UserError } from '../errors.js';
import { explainSystemError } from './system-error.js';

test.each(['ENOSPC', 'EDQUOT', 'EROFS', 'EACCES', 'EIO', 'EMFILE'])(
  '%s of a file is no bug of ours',
  (code) => {
    const error = Object.assign(new Error(`${code}: no`), { code, syscall: 'open', path: '/somewhere/file' });
    expect(explainSystemError(error)).toBeInstanceOf(UserError);
  },
);

test('what the system did not say comes back as it is', () => {
  for (const error of [new TypeError('bug'), undefined, Object.assign(new Error(), { code: 'ENOSPC' })]) {
    expect(explainSystemError(error)).toBe(error);
  }
});

test.skipIf(!existsSync('/dev/full'))(
  'a full disk behind the standard output is said plainly (needs /dev/full)',
  async () => {
    const gpt = fileURLToPath(new URL('../../bin/gpt.js', import.meta.url));
    const run = promisify(execFile)('sh', ['-c', '"$0" "$1" models > /dev/full', process.execPath, gpt]);
    const error = (await run.catch((reason: unknown) => reason)) as { code: number; stderr: string };
    expect(error.code).toBe(1);
    expect(error.stderr).toContain('Cannot write to the standard output: the disk is full');
    expect(error.stderr).not.toMatch(/bug|\bat /);
  },
);
