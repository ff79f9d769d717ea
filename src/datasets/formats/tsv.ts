/** Tab-separated tables as GLUE and most authors write them: quotation marks are part of the text. */

import type { DataError } from '../../errors.js';
import { streamLines } from './lines.js';
import type { RawRow } from './raw-row.js';
import { type TableLayout, wrongCellCount } from './table-layout.js';
import { shownName } from './unpack.js';

/** The first line that has too few or too many cells. */
interface TornLine {
  error: DataError;
  isShort: boolean;
}

/** A table as its lines have it. */
export interface TabbedTable {
  /** Up to the line where it is no table; without such lines where `dropShortLines` is given. */
  rows: RawRow[];
  torn?: TornLine;
  /** Whether a line of the only column begins with a quotation mark that it does not close: its cell may go on in the next. */
  isOpen: boolean;
}

/** Reads a table. Where every line ends with a space, the spaces belong to the file and not to its last cells. */
export async function readTabbed(file: string, layout: TableLayout): Promise<TabbedTable> {
  const { names, hasHeader, isWanted, dropShortLines = false, member } = layout;
  const name = shownName(file, member);
  const places = [...names.keys()].filter((place) => isWanted(names[place]!));
  const rows: RawRow[] = [];
  let torn: TornLine | undefined;
  let isPadded = true;
  let isOpen = false;
  let isHeader = hasHeader;
  for await (const { number, text } of streamLines(file, { member, keepBlanks: true })) {
    if (/^ *$/.test(text)) continue;
    isPadded &&= text.endsWith(' ');
    if (isHeader) {
      isHeader = false;
      continue;
    }
    const cells = text.split('\t');
    isOpen ||= names.length === 1 && text.startsWith('"') && text.split('"').length % 2 === 0;
    const at = `line ${number}`;
    const error = wrongCellCount(cells.length, names.length, layout, { file: name, at });
    if (error !== undefined) {
      const isShort = cells.length < names.length;
      torn ??= { error, isShort };
      if (isShort && dropShortLines) continue;
      return { rows, torn: { error, isShort }, isOpen };
    }
    rows.push({
      at,
      values: Object.fromEntries(places.map((place) => [names[place]!, unquote(cells[place]!)])),
    });
  }
  const last = names.at(-1);
  if (isPadded && last !== undefined && isWanted(last)) {
    for (const { values } of rows) values[last] = (values[last] as string).trimEnd();
  }
  return { rows, torn, isOpen };
}

/**
 * GLUE's own files take quotation marks literally; copies that went through a CSV library have cells with a quotation mark
 * wrapped in two more and each doubled. Such a cell, and only such a one, has pairs of them and nothing but pairs inside.
 */
function unquote(cell: string): string {
  if (!cell.startsWith('"')) return cell;
  const inner = /^"(.*)"$/s.exec(cell)?.[1];
  if (inner === undefined || !inner.includes('""') || inner.replaceAll('""', '').includes('"')) return cell;
  return inner.replaceAll('""', '"');
}
