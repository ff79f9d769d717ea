import { DataError } from '../../errors.js';
import type { Line } from './lines.js';
import type { TableLine } from './tsv.js';

/** The strings of one column of a Parquet file; `number` is the row, counted from 1. Throws DataError naming file and row. */
export async function readParquetColumn(bytes: Uint8Array, file: string, column: string): Promise<Line[]> {
  const rows = await readObjects(bytes, file, [column]);
  return rows.map((row, index) => {
    const text: unknown = row[column];
    if (typeof text === 'string') return { number: index + 1, text };
    throw notText(file, index, column, text);
  });
}

/** The wanted columns of a Parquet file, whole numbers as their digits. Throws DataError naming file and row. */
export async function readParquetRows<Column extends string>(
  bytes: Uint8Array,
  file: string,
  columns: readonly Column[],
): Promise<TableLine<Column>[]> {
  const rows = await readObjects(bytes, file, columns);
  return rows.map((row, index) => {
    const entries = columns.map((column) => {
      const value: unknown = row[column];
      if (typeof value === 'string') return [column, value];
      if (typeof value === 'bigint' || Number.isSafeInteger(value)) return [column, String(value)];
      throw notText(file, index, column, value);
    });
    return { at: `row ${index + 1}`, cells: Object.fromEntries(entries) as Record<Column, string> };
  });
}

function notText(file: string, index: number, column: string, found: unknown): DataError {
  return new DataError({
    file,
    at: `row ${index + 1}`,
    problem: `"${column}" is not text.`,
    found: typeof found,
  });
}

async function readObjects(
  bytes: Uint8Array,
  file: string,
  columns: readonly string[],
): Promise<Record<string, unknown>[]> {
  const [{ parquetReadObjects, parquetMetadataAsync, parquetSchema }, { compressors }] = await Promise.all([
    import('hyparquet'),
    import('hyparquet-compressors'),
  ]);
  const buffer = bytes.slice().buffer as ArrayBuffer;
  try {
    const metadata = await parquetMetadataAsync(buffer);
    const present = parquetSchema(metadata).children.map((child) => child.element.name);
    const missing = columns.find((column) => !present.includes(column));
    if (missing !== undefined) {
      throw new DataError({
        file,
        problem: 'a column is missing.',
        expected: `"${missing}"`,
        found: present.join(', '),
      });
    }
    return await parquetReadObjects({ file: buffer, metadata, columns: [...columns], compressors });
  } catch (cause) {
    if (cause instanceof DataError) throw cause;
    throw new DataError(
      { file, problem: `not a readable Parquet file: ${(cause as Error).message}.` },
      { cause },
    );
  }
}
