import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';

/** A known checksum of a file: what its bytes must hash to. */
export interface Checksum {
  /** `git-sha1` is the name git gives a file: sha1 over `blob <size>\0` and the bytes. */
  algorithm: 'sha256' | 'git-sha1';
  /** Lower-case hex digits. */
  hex: string;
}

/**
 * The checksum that an etag of the hub is: 64 hex digits are the sha256 of a large file, 40 the git name of a small
 * one. Undefined for any other etag, which says nothing about the bytes.
 */
export function checksumOfEtag(etag: string): Checksum | undefined {
  if (/^[0-9a-f]{64}$/.test(etag)) return { algorithm: 'sha256', hex: etag };
  if (/^[0-9a-f]{40}$/.test(etag)) return { algorithm: 'git-sha1', hex: etag };
  return undefined;
}

/** Hex digest of a file as it lies on the disk. Stops with the signal's reason when that is aborted. */
export async function hashFile(
  path: string,
  algorithm: Checksum['algorithm'],
  signal?: AbortSignal,
): Promise<string> {
  const hash = createHash(algorithm === 'sha256' ? 'sha256' : 'sha1');
  if (algorithm === 'git-sha1') hash.update(`blob ${(await stat(path)).size}\0`);
  // 1 MiB at a time: with the default 64 KiB a file of several GB spends more time in events than in hashing.
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
    signal?.throwIfAborted();
    hash.update(chunk);
  }
  return hash.digest('hex');
}
