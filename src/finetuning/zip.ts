/** A ZIP archive of a few texts, as benchmark servers take them. Format: PKWARE APPNOTE 6.3, §4.3. */
import { deflateRawSync } from 'node:zlib';
import { crc32 } from '../datasets/formats/crc32.js';

/** A file in an archive. */
export interface ZipMember {
  /** Without a folder. */
  name: string;
  text: string;
}

/** Compressed by deflate; names are UTF-8. */
const DEFLATE = 8;
const UTF8_NAMES = 0x800;
const VERSION_NEEDED = 20;
/** 1 January 1980, the first date there is: the same texts give the same bytes. */
const DATE = 0x21;

/** The bytes of an archive. Throws RangeError for more than the format without its 64-bit extension holds. */
export function zip(members: readonly ZipMember[]): Uint8Array {
  const pieces: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let offset = 0;
  for (const { name, text } of members) {
    const content = Buffer.from(text, 'utf8');
    const packed = deflateRawSync(content);
    const encodedName = Buffer.from(name, 'utf8');
    const about = Buffer.alloc(26);
    about.writeUInt16LE(VERSION_NEEDED, 0);
    about.writeUInt16LE(UTF8_NAMES, 2);
    about.writeUInt16LE(DEFLATE, 4);
    about.writeUInt16LE(DATE, 8);
    about.writeUInt32LE(crc32(content), 10);
    about.writeUInt32LE(packed.length, 14);
    about.writeUInt32LE(content.length, 18);
    about.writeUInt16LE(encodedName.length, 22);
    const local = [Buffer.from('PK\x03\x04', 'latin1'), about, encodedName, packed];
    // Version that made it, then the same fields, then comment, disk and attributes, all 0, and where the file begins.
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(offset, 10);
    const madeBy = Buffer.from([VERSION_NEEDED, 0]);
    directory.push(Buffer.concat([Buffer.from('PK\x01\x02', 'latin1'), madeBy, about, rest, encodedName]));
    pieces.push(...local);
    offset += local.reduce((sum, { length }) => sum + length, 0);
  }
  if (members.length > 0xffff || offset > 0xffff_ffff)
    throw new RangeError('too much for a ZIP archive without ZIP64');
  const listed = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(members.length, 8);
  end.writeUInt16LE(members.length, 10);
  end.writeUInt32LE(listed.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...pieces, listed, end]);
}
