/** Files that are no text, or text of another kind than they are taken for, told by their first bytes whatever their names. */
import path from 'node:path';

/** What a file is, and how to make text of it. */
export interface FileKind {
  /** With its article: `a bzip2 file`. */
  name: string;
  /** With FILE for its name and NEW for that of the new one; see `hintFor`. */
  hint: string;
}

/**
 * A hint with the names that can be typed for FILE and NEW: the file's own, unless a shell would read it otherwise. What is new keeps
 * its name in another folder, since forms of data are told by their names.
 */
export function hintFor(hint: string, file: string): string {
  const plain = /^[\w./~+-]+$/.test(file);
  return hint
    .replaceAll('FILE', plain ? file : 'FILE')
    .replaceAll('NEW', plain ? `utf8/${path.basename(file)}` : 'utf8/FILE');
}

const unpackHint = (command: string) => `Unpack it and pass what comes out: ${command}`;

const loadAsDataset =
  "Write its rows as JSON lines: python -c \"import datasets; datasets.Dataset.from_file('FILE').to_json('rows.jsonl')\"";

/** First bytes as Latin-1, with where they come from. */
const kinds: readonly (readonly [start: string, kind: FileKind])[] = [
  ['\x1f\x8b\x08', { name: 'a gzip file', hint: unpackHint('gunzip FILE') }],
  ['BZh', { name: 'a bzip2 file', hint: unpackHint('bunzip2 FILE') }],
  ['\xfd7zXZ\0', { name: 'an xz file', hint: unpackHint('unxz FILE') }],
  ['\x28\xb5\x2f\xfd', { name: 'a Zstandard file', hint: unpackHint('unzstd FILE') }],
  ["7z\xbc\xaf'\x1c", { name: 'a 7z archive', hint: unpackHint('7z x FILE') }],
  ['Rar!\x1a\x07', { name: 'a RAR archive', hint: unpackHint('unrar x FILE') }],
  [
    'PK\x03\x04',
    { name: 'a zip archive', hint: 'Give it a name that ends in .zip, or unpack it: unzip FILE' },
  ],
  ['PAR1\x15', { name: 'a Parquet file', hint: 'Give it a name that ends in .parquet.' }],
  ['ARROW1\0\0', { name: 'an Arrow file', hint: loadAsDataset }],
  // A stream of Arrow messages, as `datasets` keeps them: a mark of continuation, then the length of the first one.
  ['\xff\xff\xff\xff', { name: 'an Arrow file', hint: loadAsDataset }],
  ['%PDF-', { name: 'a PDF file', hint: 'Pass the text that was printed in it.' }],
  ['SQLite format 3\0', { name: 'an SQLite database', hint: 'Export its table as CSV.' }],
  ['\x93NUMPY', { name: 'a NumPy array', hint: 'Pass the text that it was made of.' }],
  ['\x80\x04\x95', { name: 'a Python pickle', hint: 'Write what it holds as JSON lines.' }],
  [
    'version https://git-lfs.github.com/spec/',
    { name: 'a pointer of Git LFS in place of the file', hint: 'Fetch the file itself: git lfs pull' },
  ],
  [
    '\xff\xfe\0\0',
    { name: 'text in UTF-32', hint: 'Convert it: mkdir -p utf8 && iconv -f UTF-32 -t UTF-8 FILE > NEW' },
  ],
  [
    '\0\0\xfe\xff',
    { name: 'text in UTF-32', hint: 'Convert it: mkdir -p utf8 && iconv -f UTF-32 -t UTF-8 FILE > NEW' },
  ],
];

/** What a file that begins with these bytes is, where it can be told; undefined for plain text and for anything unknown. */
export function fileKind(start: Uint8Array): FileKind | undefined {
  const text = Buffer.from(start.buffer, start.byteOffset, Math.min(start.length, 64)).toString('latin1');
  return kinds.find(([beginning, { name }]) => text.startsWith(beginning) && isWhole(name, text))?.[1];
}

/** `BZh` may begin a text: the level and the mark of the first block, or of the end, must follow. */
function isWhole(name: string, text: string): boolean {
  return name !== 'a bzip2 file' || /^BZh[1-9](1AY&SY|\x17rE8P\x90)/.test(text);
}

/** UTF-16 or UTF-32 that has no mark. */
export type UnmarkedEncoding = 'utf-16le' | 'utf-16be' | 'UTF-32LE' | 'UTF-32BE';

/**
 * The encoding of a text without a byte order mark, told by where the zero bytes are that most characters of a European
 * language have in it; undefined where there are few or they are anywhere.
 */
export function unmarkedEncoding(start: Uint8Array): UnmarkedEncoding | undefined {
  const units = Math.floor(start.length / 4);
  if (units === 0) return undefined;
  const zeros = [0, 0, 0, 0];
  for (let at = 0; at < 4 * units; at++) if (start[at] === 0) zeros[at % 4]!++;
  const [a, b, c, d] = zeros.map((count) => count / units) as [number, number, number, number];
  if (a === 0 && b > 0.5 && c === 1 && d === 1) return 'UTF-32LE';
  if (a === 1 && b === 1 && c > 0.5 && d === 0) return 'UTF-32BE';
  // Some characters, emoji among them, have a zero byte in the other place.
  if (b + d > 0.8 && a + c < (b + d) / 3) return 'utf-16le';
  if (a + c > 0.8 && b + d < (a + c) / 3) return 'utf-16be';
  return undefined;
}
