/** Tables: a row on each line, its cells between tabs or commas, with or without a first line that names the columns. */

import { DataError } from '../../errors.js';
import { parseCsv, parseRecord } from './csv.js';
import { streamLines } from './lines.js';
import type { RawRow } from './raw-row.js';
import type { Structure } from './structure.js';
import type { TableOptions } from './table-layout.js';
import { readText } from './text.js';
import { readTabbed } from './tsv.js';
import { type MemberOption, shownName } from './unpack.js';

/** What the first line of a table says. */
interface Header {
  names: readonly string[];
  file: string;
  separator: 'commas' | 'tabs';
}

/** How to look at the first line of a table. */
export interface TableColumns {
  /** How many of the wanted columns are among these. */
  count(names: readonly string[]): number;
  /** Whether a first line is a header; throws DataError where it is one that lacks a column, or must be one. */
  isHeader(header: Header): boolean;
  /** Whether a column is wanted. */
  isWanted(name: string): boolean;
}

/**
 * The wanted columns of a table, unpacked. Commas or tabs: whichever part the first line into more names that are wanted, whatever
 * the file is called. Throws DataError naming the line.
 */
export async function readTable(
  file: string,
  wanted: TableColumns,
  { structure, ...options }: TableOptions & { structure?: Structure },
): Promise<RawRow[]> {
  const name = shownName(file, options.member);
  const first = await firstLine(file, options);
  const { separator, cells } = layOut(first, wanted, structure);
  const hasHeader = wanted.isHeader({ names: cells, file: name, separator });
  const names = hasHeader ? cells : options.columns!;
  const layout = { ...options, names, hasHeader, isWanted: wanted.isWanted };
  const quoted = async (delimiter: string) =>
    parseCsv(await readText(file, options), name, { ...layout, delimiter });
  if (separator === 'commas') return quoted(',');
  if (hasHeader && /^"[^"\t]*"(\t|$)/.test(first)) return quoted('\t');
  const { rows, torn, isOpen } = await readTabbed(file, layout);
  if (torn === undefined && !isOpen) return rows;
  // Cells that hold tabs or line ends: then a CSV library wrote the table, if all of its lines fit so.
  const mended = await quoted('\t').catch((error: unknown) => {
    if (error instanceof DataError) return undefined;
    throw error;
  });
  if (mended !== undefined) return mended;
  if (torn === undefined || (options.dropShortLines && torn.isShort)) return rows;
  throw torn.error;
}

async function firstLine(file: string, { member }: MemberOption): Promise<string> {
  for await (const { text } of streamLines(file, { member, keepBlanks: true })) return text;
  return '';
}

function layOut(
  line: string,
  wanted: TableColumns,
  structure: Structure | undefined,
): { separator: Header['separator']; cells: string[] } {
  const tabs = parseHeader(line, '\t');
  const commas = parseHeader(line, ',');
  const surplus = wanted.count(commas) - wanted.count(tabs);
  const hasTabs = structure === 'tsv' || line.includes('\t');
  const isCsv = surplus === 0 ? !hasTabs && (structure === 'csv' || line.includes(',')) : surplus > 0;
  return isCsv ? { separator: 'commas', cells: commas } : { separator: 'tabs', cells: tabs };
}

function parseHeader(line: string, delimiter: string): string[] {
  return (parseRecord(line, delimiter) ?? line.split(delimiter)).map((name) => name.trim());
}
