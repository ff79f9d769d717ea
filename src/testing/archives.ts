import { buffer } from 'node:stream/consumers';
import { crc32, deflateRawSync } from 'node:zlib';
import { pack } from 'tar-stream';

/** A file for an archive; what its zip entry says about it can be made wrong. */
export interface TestMember {
  name: string;
  content: string | Uint8Array;
  crc32?: number;
  sizeBytes?: number;
}

/** A zip archive (APPNOTE 6.3, deflated), without any check of what it is given. */
export function zipOf(members: readonly TestMember[]): Buffer {
  const locals: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, content, ...wrong } of members) {
    const bytes = Buffer.from(content);
    const packed = deflateRawSync(bytes);
    const nameBytes = Buffer.from(name);
    // Version, flags (UTF-8 name), method (deflate), time, date; checksum and sizes; length of the name, no extra field.
    const shared = Buffer.alloc(26);
    shared.writeUInt16LE(20, 0);
    shared.writeUInt16LE(0x800, 2);
    shared.writeUInt16LE(8, 4);
    shared.writeUInt32LE(wrong.crc32 ?? crc32(bytes), 10);
    shared.writeUInt32LE(packed.length, 14);
    shared.writeUInt32LE(wrong.sizeBytes ?? bytes.length, 18);
    shared.writeUInt16LE(nameBytes.length, 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), shared, nameBytes, packed]);
    const place = Buffer.alloc(14);
    place.writeUInt32LE(offset, 10);
    directory.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\x00', 'latin1'), shared, place, nameBytes]));
    locals.push(local);
    offset += local.length;
  }
  const end = Buffer.alloc(18);
  end.writeUInt16LE(members.length, 4);
  end.writeUInt16LE(members.length, 6);
  end.writeUInt32LE(Buffer.concat(directory).length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...locals, ...directory, Buffer.from('PK\x05\x06', 'latin1'), end]);
}

/** A tar archive. */
export async function tarOf(members: readonly TestMember[]): Promise<Buffer> {
  const archive = pack();
  for (const { name, content } of members) archive.entry({ name }, Buffer.from(content));
  archive.finalize();
  return buffer(archive);
}
