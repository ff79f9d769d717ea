import { DataError } from '../../errors.js';
import type { Line } from './lines.js';

/** The strings of one column of a Parquet file; `number` is the row, counted from 1. Throws DataError naming file and row. */
export async function readParquetColumn(bytes: Uint8Array, file: string, column: string): Promise<Line[]> {
  const [{ parquetReadObjects, parquetMetadataAsync, parquetSchema }, { compressors }] = await Promise.all([
    import('hyparquet'),
    import('hyparquet-compressors'),
  ]);
  const buffer = bytes.slice().buffer as ArrayBuffer;
  try {
    const metadata = await parquetMetadataAsync(buffer);
    const columns = parquetSchema(metadata).children.map((child) => child.element.name);
    if (!columns.includes(column)) {
      throw new DataError({
        file,
        problem: 'a column is missing.',
        expected: `"${column}"`,
        found: columns.join(', '),
      });
    }
    const rows = await parquetReadObjects({ file: buffer, metadata, columns: [column], compressors });
    return rows.map((row, index) => {
      const text: unknown = row[column];
      if (typeof text === 'string') return { number: index + 1, text };
      throw new DataError({
        file,
        at: `row ${index + 1}`,
        problem: `"${column}" is not text.`,
        found: typeof text,
      });
    });
  } catch (cause) {
    if (cause instanceof DataError) throw cause;
    throw new DataError(
      { file, problem: `not a readable Parquet file: ${(cause as Error).message}.` },
      { cause },
    );
  }
}
