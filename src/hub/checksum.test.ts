import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { checksumOfEtag, hashFile } from './checksum.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gpt-hub-'));
});
afterAll(() => rm(folder, { recursive: true }));

// sha256sum (coreutils 9.1) and git hash-object (git 2.39).
it.each([
  [
    '',
    'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    'e69de29bb2d1d6434b8b29ae775ad8c2e48c5391',
  ],
  [
    'hello\n',
    '5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03',
    'ce013625030ba8dba906f756967f9e9ca394464a',
  ],
])('the checksums of %j are those of sha256sum and git', async (text, sha256, gitSha1) => {
  const path = join(folder, 'file');
  await writeFile(path, text);
  expect(await hashFile(path, 'sha256')).toBe(sha256);
  expect(await hashFile(path, 'git-sha1')).toBe(gitSha1);
  expect(checksumOfEtag(sha256)).toEqual({ algorithm: 'sha256', hex: sha256 });
  expect(checksumOfEtag(gitSha1)).toEqual({ algorithm: 'git-sha1', hex: gitSha1 });
});

it('an etag of another kind is no checksum', () => {
  // As S3 writes it for an upload in 65 parts.
  expect(checksumOfEtag('d41d8cd98f00b204e9800998ecf8427e-65')).toBeUndefined();
});

it('hashing stops when it is interrupted', async () => {
  const path = join(folder, 'large');
  await writeFile(path, Buffer.alloc(3 << 20));
  const reason = new Error('stop');
  await expect(hashFile(path, 'sha256', AbortSignal.abort(reason))).rejects.toBe(reason);
});
