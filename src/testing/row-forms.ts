/** The same rows in every form in which data sets are handed on: as the hub, Python's libraries and people write them. */
import { gzipSync } from 'node:zlib';
import { parquetWriteBuffer } from 'hyparquet-writer';
import type { JsonObject } from '../files/json-file.js';
import { tarOf, zipOf } from './archives.js';

/** A file with rows. */
export interface RowFile {
  name: string;
  content: string | Uint8Array;
}

/** The rows as JSON, tables and Parquet, plain and packed. Every row must have the same keys, in the same order. */
export async function rowFiles(rows: readonly JsonObject[]): Promise<RowFile[]> {
  const lines = rows.map((row) => `${JSON.stringify(row)}\n`).join('');
  const parquet = parquetOf(rows);
  const csv = tableOf(rows, ',', numpy);
  const tsv = tableOf(rows, '\t', numpy);
  return [
    { name: 'rows.jsonl', content: lines },
    { name: 'rows.txt', content: lines },
    { name: 'rows.json', content: JSON.stringify(rows, undefined, 2) },
    { name: 'list.jsonl', content: JSON.stringify(rows) },
    { name: 'data.json', content: JSON.stringify({ version: '1.0', data: rows }) },
    { name: 'rows.csv', content: csv },
    { name: 'mac.csv', content: `\ufeff${csv.replaceAll('\n', '\r')}` },
    { name: 'windows.csv', content: csv.replaceAll('\n', '\r\n') },
    { name: 'index.csv', content: tableOf(rows, ',', repr, { index: true }) },
    { name: 'json.csv', content: tableOf(rows, ',', JSON.stringify, { all: true }) },
    { name: 'rows.tsv', content: tsv },
    { name: 'windows.tsv', content: tsv.replaceAll('\n', '\r\n').trimEnd() },
    { name: 'quoted.tsv', content: tableOf(rows, '\t', numpy, { all: true }) },
    // With one column there is no separator to be seen.
    ...(Object.keys(rows[0]!).length > 1 ? [{ name: 'tabs.csv', content: tsv }] : []),
    { name: 'rows.parquet', content: parquet },
    { name: 'rows.jsonl.gz', content: gzipSync(lines) },
    { name: 'rows.parquet.gz', content: gzipSync(parquet) },
    { name: 'utf16.txt', content: Buffer.from(lines, 'utf16le').swap16() },
    { name: 'utf16.tsv', content: Buffer.from(`\ufeff${tsv}`, 'utf16le') },
    { name: 'rows.zip', content: zipOf([{ name: 'some/rows.parquet', content: parquet }]) },
    { name: 'rows.tar', content: await tarOf([{ name: 'rows.tsv', content: tsv }]) },
    { name: 'rows.tgz', content: gzipSync(await tarOf([{ name: './rows.csv', content: csv }])) },
  ];
}

function tableOf(
  rows: readonly JsonObject[],
  separator: string,
  print: (value: unknown) => string,
  { index = false, all = false } = {},
): string {
  const quote = (cell: string) =>
    all || cell.includes(separator) || /["\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
  const cellOf = (value: unknown) => quote(typeof value === 'object' ? print(value) : String(value));
  const lines = rows.map((row, place) => [
    ...(index ? [String(place)] : []),
    ...Object.values(row).map(cellOf),
  ]);
  const header = [...(index ? [''] : []), ...Object.keys(rows[0]!).map(quote)];
  return [header, ...lines].map((cells) => `${cells.join(separator)}\n`).join('');
}

function parquetOf(rows: readonly JsonObject[]): Uint8Array {
  const columnData = Object.keys(rows[0]!).map((name) => {
    const data = rows.map((row) => row[name]);
    const [first] = data;
    if (typeof first === 'string') return { name, data, type: 'STRING' as const };
    if (typeof first !== 'number') return { name, data };
    const isWhole = data.every(Number.isInteger);
    return isWhole
      ? { name, data: data.map((value) => BigInt(value as number)), type: 'INT64' as const }
      : { name, data, type: 'DOUBLE' as const };
  });
  return new Uint8Array(parquetWriteBuffer({ columnData }));
}

/** Python's `repr`. */
function repr(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(repr).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    return `{${Object.entries(value)
      .map(([key, inner]) => `${quoted(key)}: ${repr(inner)}`)
      .join(', ')}}`;
  }
  return typeof value === 'string' ? quoted(value) : String(value);
}

/** What pandas writes for a cell whose value is an array of numpy, or an object of such arrays. */
function numpy(value: unknown): string {
  const inner = (one: unknown): string => {
    if (!Array.isArray(one)) return repr(one);
    const type = one.some((item) => typeof item !== 'number') ? ', dtype=object' : '';
    return `array([${one.map(inner).join(', ')}]${type})`;
  };
  if (Array.isArray(value)) return `[${value.map(inner).join('\n ')}]`;
  return `{${Object.entries(value as JsonObject)
    .map(([key, one]) => `${quoted(key)}: ${inner(one)}`)
    .join(', ')}}`;
}

function quoted(text: string): string {
  const mark = text.includes("'") && !text.includes('"') ? '"' : "'";
  const escaped = text
    .replaceAll('\\', '\\\\')
    .replaceAll(mark, `\\${mark}`)
    .replaceAll('\n', '\\n')
    .replaceAll('\t', '\\t')
    .replaceAll('\u00a0', '\\xa0')
    .replaceAll('\u2028', '\\u2028');
  return mark + escaped + mark;
}
