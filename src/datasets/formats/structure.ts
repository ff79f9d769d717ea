/** Files of rows, told from running text: by how they begin, else by their names. */
import { DataError } from '../../errors.js';
import { type TextEncoding, textEncoding } from '../../files/decode.js';
import { isArchive, type MemberOption, unpack } from './unpack.js';

/** Rows with named values, or `numbers`: a list of bytes in decimal, as scripts that prepare enwik8 write it. */
export type Structure = 'json' | 'csv' | 'tsv' | 'parquet' | 'numbers';

const START_BYTES = 4096;

/** As many numbers make a list; no text begins with them. */
const LIST_NUMBERS = 32;

/** Whether a text begins with an object of JSON, or a list of them. */
const beginsLikeJson = (start: string) => /^\ufeff?\s*(\[\s*)?\{\s*"(?:[^"\\]|\\.)*"\s*:/.test(start);

/** Whether a text begins with a list of numbers up to 255. */
function beginsLikeNumbers(start: string): boolean {
  if (!/^[\s,[\]\d]+$/.test(start)) return false;
  const numbers = start.match(/\d+/g) ?? [];
  // The last one may be cut.
  return numbers.length >= LIST_NUMBERS && numbers.every((number) => Number(number) <= 255);
}

/** What a text is that begins like this, under a name that says nothing of it. */
function structureOfStart(start: string): 'json' | 'parquet' | 'numbers' | undefined {
  if (start.startsWith('PAR1')) return 'parquet';
  if (beginsLikeJson(start)) return 'json';
  return beginsLikeNumbers(start) ? 'numbers' : undefined;
}

/** What a name says of the file, packed with gzip or not. */
export function structureOfName(name: string): Structure | undefined {
  const ending = /\.(?:(parquet)|(jsonl|ndjson|json)|(csv|tsv))(?:\.gz)?$/i.exec(name);
  if (ending === null) return undefined;
  if (ending[1] !== undefined) return 'parquet';
  return ending[2] !== undefined ? 'json' : (ending[3]!.toLowerCase() as 'csv' | 'tsv');
}

/**
 * What a file, or the wanted member of an archive, is, by its first bytes or else by its name; undefined for running text. Throws as
 * `unpack` does.
 */
export async function structureOf(
  file: string,
  { member }: MemberOption = {},
): Promise<Structure | undefined> {
  const found = structureOfStart(await readStart(file, { member }));
  const named = structureOfName(isArchive(file) ? (member ?? '') : file);
  return found === 'numbers' ? (named ?? found) : (found ?? named);
}

/** The first characters of a file, unpacked, in the encoding that its bytes show; those that are no text are not minded. */
async function readStart(file: string, options: MemberOption): Promise<string> {
  for await (const chunk of unpack(file, options)) {
    const start = Buffer.from(chunk.subarray(0, START_BYTES));
    const encoding = encodingOf(start, file);
    if (encoding === 'utf-8') return start.toString('utf8');
    return (encoding === 'utf-16be' ? start.subarray(0, start.length & ~1).swap16() : start).toString(
      'utf16le',
    );
  }
  return '';
}

/** What is no text is named when it is read. */
function encodingOf(start: Buffer, file: string): TextEncoding {
  try {
    return textEncoding(start.subarray(0, 1024), file);
  } catch (error) {
    if (error instanceof DataError) return 'utf-8';
    throw error;
  }
}
