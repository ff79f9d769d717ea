import { open } from 'node:fs/promises';
import type { AsyncBuffer } from 'hyparquet';
import { DataError, UserError } from '../../errors.js';
import { type FileKind, fileKind, hintFor } from '../../files/file-kinds.js';
import type { JsonObject } from '../../files/json-file.js';
import { unreadable } from '../../files/unreadable.js';
import type { RawRow } from './raw-row.js';
import { readBytes } from './text.js';
import { isArchive, type MemberOption, shownName } from './unpack.js';

/**
 * The rows of a Parquet file, with those of the columns that `choose` picks, as they are: text, numbers (64-bit ones too), lists,
 * objects, null. Read from disk one group of rows after the other, other columns not at all; what is packed is unpacked into memory.
 * Throws DataError naming the file, and what `choose` throws.
 */
export async function readParquet(
  file: string,
  choose: (columns: readonly string[]) => readonly string[],
  options: MemberOption = {},
): Promise<RawRow[]> {
  const [{ parquetMetadataAsync, parquetReadObjects, parquetSchema }, { compressors }] = await Promise.all([
    import('hyparquet'),
    import('hyparquet-compressors'),
  ]);
  const name = shownName(file, options.member);
  const rows: RawRow[] = [];
  try {
    const buffer = await openBuffer(file, options);
    const metadata = await parquetMetadataAsync(buffer);
    const columns = [...choose(parquetSchema(metadata).children.map(({ element }) => element.name))];
    for (const group of metadata.row_groups) {
      const rowStart = rows.length;
      const rowEnd = rowStart + Number(group.num_rows);
      const parsers = { stringFromBytes: textParser(name, `rows ${rowStart + 1} to ${rowEnd}`) };
      const read = { file: buffer, metadata, columns, rowStart, rowEnd, compressors, parsers };
      for (const row of await parquetReadObjects(read)) {
        rows.push({ at: `row ${rows.length + 1}`, values: withoutBigInts(row) as JsonObject });
      }
      if (rows.length !== rowEnd) {
        throw new Error(`a group of rows has ${rows.length - rowStart} instead of ${group.num_rows} rows`);
      }
    }
    return rows;
  } catch (cause) {
    throw await explain(name, file, cause);
  }
}

async function openBuffer(file: string, options: MemberOption): Promise<AsyncBuffer> {
  if (!isArchive(file) && !/\.gz$/i.test(file)) return (await import('hyparquet')).asyncBufferFromFile(file);
  const bytes = new Uint8Array(await readBytes(file, options));
  return {
    byteLength: bytes.length,
    slice: (start, end) => bytes.slice(start, end).buffer,
  };
}

async function explain(name: string, file: string, cause: unknown): Promise<unknown> {
  if (cause instanceof UserError) return cause;
  if (cause instanceof Error && 'syscall' in cause) return unreadable(file, cause);
  const kind = await kindOf(file);
  const what = kind === undefined ? '' : ` but ${kind.name}`;
  return new DataError(
    {
      file: name,
      problem: `not a readable Parquet file${what}: ${(cause as Error).message.replace(/\.$/, '')}.`,
      hint: hintFor(kind?.hint ?? 'Fetch it again.', file),
    },
    { cause },
  );
}

/** As the library's own, but for bytes that are no text, which it would replace, and byte order marks, which it would drop. */
function textParser(file: string, at: string): (bytes: Uint8Array | undefined) => string | undefined {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  return (bytes) => {
    try {
      return bytes && decoder.decode(bytes);
    } catch (cause) {
      throw new DataError(
        { file, at, problem: 'a text is not valid UTF-8.', hint: 'Fetch the file again.' },
        { cause },
      );
    }
  };
}

/** What a file is that is no Parquet file, by its first bytes. */
async function kindOf(file: string): Promise<FileKind | undefined> {
  const handle = await open(file);
  const { buffer } = await handle.read(Buffer.alloc(64), 0, 64, 0).finally(() => handle.close());
  const kind = fileKind(buffer);
  return kind?.name === 'a Parquet file' ? undefined : kind;
}

/** 64-bit numbers as ordinary ones: labels, places and counts are far below 2⁵³. */
function withoutBigInts(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (Array.isArray(value)) return value.map(withoutBigInts);
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) {
    return value;
  }
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withoutBigInts(inner)]));
}
