import { open } from 'node:fs/promises';
import { DataError } from '../../errors.js';
import { type FileKind, fileKind, hintFor } from '../../files/file-kinds.js';
import { unreadable } from '../../files/unreadable.js';
import type { TableLine } from './table.js';

/** A row of a Parquet file: its place for messages (`row 12`, from 1), and its values by column. */
export interface ParquetRow<Column extends string> {
  at: string;
  values: Record<Column, unknown>;
}

/** The wanted columns of a Parquet file, whole numbers as their digits. Throws DataError naming file and row. */
export async function readParquetRows<Column extends string>(
  file: string,
  columns: readonly Column[],
): Promise<TableLine<Column>[]> {
  return (await readParquetValues(file, columns)).map(({ at, values }) => {
    const entries = columns.map((column) => {
      const value = values[column];
      if (typeof value === 'string') return [column, value];
      if (Number.isSafeInteger(value)) return [column, String(value)];
      throw new DataError({
        file,
        at,
        problem: `"${column}" is not text.`,
        found: value === null ? 'nothing' : typeof value,
      });
    });
    return { at, cells: Object.fromEntries(entries) as Record<Column, string> };
  });
}

/**
 * The wanted columns of a Parquet file as they are: text, numbers (64-bit ones too), lists, objects, null. Read from disk
 * one group of rows after the other, other columns not at all. Throws DataError naming the file.
 */
export async function readParquetValues<Column extends string>(
  file: string,
  columns: readonly Column[],
): Promise<ParquetRow<Column>[]> {
  const [{ asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects, parquetSchema }, { compressors }] =
    await Promise.all([import('hyparquet'), import('hyparquet-compressors')]);
  const rows: ParquetRow<Column>[] = [];
  try {
    const buffer = await asyncBufferFromFile(file);
    const metadata = await parquetMetadataAsync(buffer);
    checkPresent(
      parquetSchema(metadata).children.map(({ element }) => element.name),
      columns,
      file,
    );
    for (const group of metadata.row_groups) {
      const rowStart = rows.length;
      const rowEnd = rowStart + Number(group.num_rows);
      const parsers = { stringFromBytes: textParser(file, `rows ${rowStart + 1} to ${rowEnd}`) };
      const read = { file: buffer, metadata, columns: [...columns], rowStart, rowEnd, compressors, parsers };
      for (const row of await parquetReadObjects(read)) {
        rows.push({ at: `row ${rows.length + 1}`, values: withoutBigInts(row) as Record<Column, unknown> });
      }
      if (rows.length !== rowEnd) {
        throw new Error(`a group of rows has ${rows.length - rowStart} instead of ${group.num_rows} rows`);
      }
    }
    return rows;
  } catch (cause) {
    throw await explain(file, cause);
  }
}

async function explain(file: string, cause: unknown): Promise<unknown> {
  if (cause instanceof DataError) return cause;
  if (cause instanceof Error && 'syscall' in cause) return unreadable(file, cause);
  const kind = await kindOf(file);
  const what = kind === undefined ? '' : ` but ${kind.name}`;
  return new DataError(
    {
      file,
      problem: `not a readable Parquet file${what}: ${(cause as Error).message.replace(/\.$/, '')}.`,
      hint: hintFor(kind?.hint ?? 'Fetch it again.', file),
    },
    { cause },
  );
}

/** The names of the columns of a Parquet file. Throws DataError naming the file. */
export async function readParquetColumns(file: string): Promise<string[]> {
  const { asyncBufferFromFile, parquetMetadataAsync, parquetSchema } = await import('hyparquet');
  try {
    const metadata = await parquetMetadataAsync(await asyncBufferFromFile(file));
    return parquetSchema(metadata).children.map(({ element }) => element.name);
  } catch (cause) {
    throw await explain(file, cause);
  }
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

function checkPresent(present: readonly string[], columns: readonly string[], file: string): void {
  const missing = columns.find((column) => !present.includes(column));
  if (missing === undefined) return;
  throw new DataError({
    file,
    problem: 'a column is missing.',
    expected: `"${missing}"`,
    found: present.join(', '),
  });
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
