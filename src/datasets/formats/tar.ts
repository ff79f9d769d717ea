import { pipeline, Readable } from 'node:stream';
import type { ArchiveMember } from './archive-member.js';

/** The files in a tar archive, given its unpacked bytes. What is wrong with it is thrown as tar-stream or zlib say it. */
export async function* streamTarMembers(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<ArchiveMember> {
  const { extract } = await import('tar-stream');
  const archive = extract();
  // The callback's error is the one that reading throws as well.
  pipeline(Readable.from(bytes), archive, () => {});
  for await (const entry of archive) {
    const { name, type } = entry.header;
    if (type === 'file' || type === 'contiguous-file') {
      yield { name, bytes: () => entry as AsyncIterable<Uint8Array> };
    }
    // A member must be read to its end, or the next one never comes.
    entry.resume();
  }
}
