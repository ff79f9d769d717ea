import { crc32 } from 'node:zlib';
import type { Entry, ZipFile } from 'yauzl';
import type { ArchiveMember } from './archive-member.js';
import { checkUnpacked } from './unpack-limits.js';

/** The files in a zip archive. What is wrong with it is thrown as yauzl says it; a member's size and checksum are checked. */
export async function* streamZipMembers(file: string): AsyncGenerator<ArchiveMember> {
  const { openPromise } = (await import('yauzl')).default;
  const zip = await openPromise(file, { autoClose: false });
  try {
    for await (const entry of zip.eachEntry()) {
      if (!entry.fileName.endsWith('/')) {
        yield { name: entry.fileName, bytes: () => readEntry(zip, entry, file) };
      }
    }
  } finally {
    zip.close();
  }
}

async function* readEntry(zip: ZipFile, entry: Entry, file: string): AsyncGenerator<Uint8Array> {
  checkUnpacked(entry.uncompressedSize, entry.compressedSize, file);
  let checksum = 0;
  for await (const chunk of await zip.openReadStreamPromise(entry)) {
    checksum = crc32(chunk, checksum);
    yield chunk;
  }
  if (checksum !== entry.crc32) throw new Error(`the checksum of ${entry.fileName} does not fit`);
}
