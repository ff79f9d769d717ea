import { describe, expect, test } from 'vitest';
import { DataError } from '../errors.js';
import { decodeBytes, decodeText } from './decode.js';

async function decode(bytes: Uint8Array, pieceBytes: number): Promise<string> {
  async function* pieces() {
    for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
  }
  let text = '';
  for await (const part of decodeText(pieces(), 'a.txt')) text += part;
  return text;
}

const pieceSizes = [1, 2, 3, 4, 5, 7, 1023, 1025, 10_000];
const utf16be = (text: string) => Buffer.from(text, 'utf16le').swap16();

describe('text in pieces', () => {
  const text = `naïve 東京 😀 \ufffd \ufeff end\r\n${'Zoë 😀 '.repeat(300)}`;
  test.each<[string, Buffer]>([
    ['UTF-8', Buffer.from(text)],
    ['UTF-8 with a mark', Buffer.from(`\ufeff${text}`)],
    ['UTF-16 with a mark', Buffer.from(`\ufeff${text}`, 'utf16le')],
    ['UTF-16, big-endian, with a mark', utf16be(`\ufeff${text}`)],
    ['UTF-16 without a mark', Buffer.from(text, 'utf16le')],
    ['UTF-16, big-endian, without a mark', utf16be(text)],
  ])('in %s is the same however it is cut', async (_what, bytes) => {
    for (const size of pieceSizes) expect(await decode(bytes, size)).toBe(text);
    expect(decodeBytes(bytes, 'a.txt')).toBe(text);
  });

  test('may be short or none', () => {
    expect(decodeBytes(Buffer.alloc(0), 'a.txt')).toBe('');
    expect(decodeBytes(Buffer.from('\ufeff'), 'a.txt')).toBe('');
    expect(decodeBytes(Buffer.from('\ufeffé', 'utf16le'), 'a.txt')).toBe('é');
    expect(decodeBytes(Buffer.from('a\0bcdefgh'), 'a.txt')).toBe('a\0bcdefgh');
  });
});

describe('what is no text is named, with its place', () => {
  test.each<[string, number[], number, string]>([
    ['a lone continuation byte', [0x61, 0x62, 0x80, 0x63], 2, ''],
    [
      'Latin 1',
      [0x63, 0x61, 0x66, 0xe9, 0x20, 0x62],
      3,
      'it looks like Latin-1 (ISO-8859-1) or Windows-1252',
    ],
    ['Latin 1 at the end', [0x63, 0x61, 0x66, 0xe9], 3, 'it looks like Latin-1'],
    ['a character cut short at the end', [0x61, 0xf0, 0x9f, 0x98], 1, 'it ends within a character'],
    ['the same behind others', [0xc3, 0xa9, 0x61, 0xc3], 3, 'it ends within a character'],
    ['one cut at the start', [0x9f, 0x98, 0x80, 0x61], 0, 'it begins within a character'],
    ['one behind a real U+FFFD', [0xef, 0xbf, 0xbd, 0x61, 0xff], 4, ''],
    ['an overlong slash', [0x61, 0x61, 0x61, 0xc0, 0xaf], 3, ''],
    ['half a surrogate', [0x61, 0xed, 0xa0, 0x80], 1, ''],
    [
      'bytes of a picture',
      [...Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex')],
      0,
      'it looks like a binary file',
    ],
  ])('%s, however it is cut', async (_what, bytes, position, looksLike) => {
    for (const pieceBytes of [1, 2, 3, 100]) {
      await expect(decode(Uint8Array.from(bytes), pieceBytes)).rejects.toThrow(
        `a.txt: byte ${position}: the file is not valid UTF-8 text; ${looksLike}`,
      );
    }
  });

  test('half a character of UTF-16', async () => {
    const high = Buffer.from('\ufeffab\ud83d', 'utf16le');
    const message = (at: number, what: string) =>
      `a.txt: byte ${at}: the file is not valid UTF-16 text; ${what}`;
    for (const size of [1, 3, 100]) {
      await expect(decode(high, size)).rejects.toThrow(message(6, 'it ends within a character'));
      await expect(decode(high.subarray(0, 7), size)).rejects.toThrow(
        message(6, 'it ends within a character'),
      );
      await expect(decode(Buffer.concat([high, Buffer.from('c', 'utf16le')]), size)).rejects.toThrow(
        message(6, 'half a character stands alone'),
      );
    }
  });
});

describe('an encoding is named where it can be told', () => {
  const french = 'Le garçon était « très » déçu : le café, l’hôtel… – il a dit “non”, à Zoë.\n';
  // 'Le garçon était l’hôtel “là”.' as Python 3.11.7 encodes it in mac_roman.
  const mac = Buffer.from('4c65206761728d6f6e208e74616974206cd5689974656c20d26c88d32e0a', 'hex');
  test.each<[string, Buffer, string, string]>([
    ['Windows-1252', windows1252(french), 'it looks like Windows-1252.', 'iconv -f WINDOWS-1252'],
    [
      'one quotation mark of it',
      windows1252('She didn’t know.\n'),
      'it looks like Windows-1252.',
      'WINDOWS-1252',
    ],
    [
      'Latin-1',
      Buffer.from('déjà vu, garçon\n', 'latin1'),
      'it looks like Latin-1 (ISO-8859-1) or',
      'WINDOWS-1252',
    ],
    ['Mac OS Roman', mac, 'it looks like Mac OS Roman.', 'iconv -f MACINTOSH'],
    [
      'Russian in KOI8-R',
      Buffer.from('f0d2c9d7c5d42c20cdc9d221', 'hex'),
      'in another encoding than those of Western Europe.',
      'iconv -f ENCODING',
    ],
    [
      'UTF-8 with a byte gone',
      Buffer.concat([Buffer.from('déjà vu, gar'), Buffer.from([0xa7]), Buffer.from('on\n')]),
      'it is UTF-8 with damaged places.',
      'no conversion',
    ],
  ])('%s', (_what, bytes, looksLike, hint) => {
    const failure = failureOf(bytes);
    expect(failure.message).toContain(looksLike);
    expect(failure.hint).toContain(hint);
  });
});

/** As Python's cp1252: what ISO 8859-1 lacks stands from 0x80 on. */
function windows1252(text: string): Buffer {
  const own: Record<string, number> = { '…': 0x85, '’': 0x92, '“': 0x93, '”': 0x94, '–': 0x96 };
  return Buffer.from([...text].map((character) => own[character] ?? character.charCodeAt(0)));
}

describe('another kind of file is named by its first bytes', () => {
  test.each<[string, string | Buffer, string, string]>([
    ['gzip', Buffer.from('1f8b0800000000000003', 'hex'), 'a gzip file', 'gunzip a.txt'],
    ['bzip2', 'BZh91AY&SY\x01\x02', 'a bzip2 file', 'bunzip2 a.txt'],
    ['xz', '\xfd7zXZ\0\0\x04', 'an xz file', 'unxz a.txt'],
    ['Zstandard', '\x28\xb5\x2f\xfd\x24', 'a Zstandard file', 'unzstd a.txt'],
    ['7z', "7z\xbc\xaf'\x1c\0\x04", 'a 7z archive', '7z x a.txt'],
    ['zip', 'PK\x03\x04\x14\0', 'a zip archive', 'a name that ends in .zip'],
    ['Parquet', 'PAR1\x15\x04', 'a Parquet file', 'a name that ends in .parquet'],
    ['Arrow', 'ARROW1\0\0', 'an Arrow file', "Dataset.from_file('a.txt')"],
    ['a stream of Arrow', '\xff\xff\xff\xff\x78\0\0\0', 'an Arrow file', 'to_json'],
    [
      'UTF-32',
      '\xff\xfe\0\0a\0\0\0',
      'text in UTF-32',
      'mkdir -p utf8 && iconv -f UTF-32 -t UTF-8 a.txt > utf8/a.txt',
    ],
    ['UTF-32 without a mark', Buffer.from('a\0\0\0b\0\0\0'), 'text in UTF-32', 'iconv -f UTF-32LE'],
    ['UTF-32, big-endian', Buffer.from('\0\0\0a\0\0\0b'), 'text in UTF-32', 'iconv -f UTF-32BE'],
    [
      'Git LFS',
      'version https://git-lfs.github.com/spec/v1\noid sha256:00\n',
      'a pointer of Git LFS',
      'git lfs pull',
    ],
  ])('%s', (_what, content, name, hint) => {
    const failure = failureOf(typeof content === 'string' ? Buffer.from(content, 'latin1') : content);
    expect(failure.message).toMatch(new RegExp(`^a\\.txt: this is ${name}`));
    expect(failure.hint).toContain(hint);
  });

  test('a text that begins with the same letters is none', () => {
    for (const text of ['BZh is short', 'PAR1 was read', 'version https', '7z', 'Rar!', 'ARROW1']) {
      expect(decodeBytes(Buffer.from(text), 'a.txt')).toBe(text);
    }
  });
});

function failureOf(bytes: Uint8Array): DataError {
  try {
    decodeBytes(bytes, 'a.txt');
  } catch (error) {
    if (error instanceof DataError) return error;
  }
  throw new Error('it was read');
}
