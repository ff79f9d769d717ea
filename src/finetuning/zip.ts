/** A ZIP archive of a few texts, as benchmark servers take them. */
import { buffer } from 'node:stream/consumers';
import { ZipFile } from 'yazl';

/** A file in an archive. */
export interface ZipMember {
  /** Without a folder. */
  name: string;
  text: string;
}

/**
 * What an archive says of every file: made on 1 January 1980, the first date there is, in the old form that knows no time zone.
 * So the same texts give the same bytes.
 */
const attributes = { mtime: new Date(1980, 0, 1), forceDosTimestamp: true, mode: 0o100644 };

/** The bytes of an archive; names and texts are UTF-8. */
export function zip(members: readonly ZipMember[]): Promise<Uint8Array> {
  const archive = new ZipFile();
  for (const { name, text } of members) archive.addBuffer(Buffer.from(text, 'utf8'), name, attributes);
  archive.end();
  return buffer(archive.outputStream);
}
