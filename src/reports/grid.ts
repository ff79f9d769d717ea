/** Rows and columns of text for a terminal, drawn by cli-table3. */

import { printable } from '../printable.js';

/** Text to be drawn. A cell may have several lines. */
export interface Grid {
  /** Heading of each column. */
  head: string[];
  rows: string[][];
  align: ('left' | 'right')[];
  /** So many columns from the left name the row; they are repeated where the grid is cut. */
  keyColumns: number;
}

/** How wide the terminal is (undefined: as wide as need be), and whether it shows colours. */
export interface TerminalStyle {
  columns?: number;
  color: boolean;
}

/**
 * Draws the grid. In one that is wider than the terminal texts are wrapped; if it still does not fit, it is cut between columns and
 * drawn in blocks, one below the other. A single column is never cut.
 */
export async function drawGrid(grid: Grid, { columns, color }: TerminalStyle): Promise<string> {
  const { default: CliTable } = await import('cli-table3');
  const { align } = grid;
  const limit = columns ?? Number.POSITIVE_INFINITY;
  const clean = {
    ...grid,
    head: grid.head.map(printable),
    rows: grid.rows.map((row) => row.map(printable)),
  };
  const fitted = wrapColumns(clean, limit);
  const { head, rows } = fitted;
  const bold = (text: string) => (color ? text.replace(/[^\n]+/g, '\x1b[1m$&\x1b[22m') : text);
  return cutIntoBlocks(fitted, limit)
    .map((places) => {
      const pick = <T>(items: T[]) => places.map((place) => items[place]!);
      // One row of cli-table3 for each line of text: for a cell of several lines its time grows with their square.
      const boxes = [pick(head).map(bold), ...rows.map(pick)].map(linesOf);
      // Empty styles: cli-table3 would otherwise colour what goes into a pipe.
      const table = new CliTable({ colAligns: pick(align), style: { head: [], border: [] } });
      table.push(...boxes.flat());
      const [top, ...drawn] = table.toString().split('\n');
      let end = -1;
      const ends = new Set(boxes.map(({ length }) => (end += length)));
      // Lines of text and borders below them take turns; a border stays where a box ends.
      const kept = drawn.filter((_, place) => place % 2 === 0 || ends.has((place - 1) / 2));
      return `${[top, ...kept].join('\n')}\n`;
    })
    .join('\n');
}

/** The lines of a row, in each what every cell has there. */
function linesOf(row: readonly string[]): string[][] {
  const cells = row.map((text) => text.split('\n'));
  const height = Math.max(...cells.map(({ length }) => length));
  return Array.from({ length: height }, (_, line) => cells.map((lines) => lines[line] ?? ''));
}

/**
 * The grid with the texts of its left-aligned columns wrapped, the widest first, as far as it needs to fit; where nothing is enough,
 * only what names the rows, to half of the room. A column with cells of several lines stays: its lines belong to those beside them.
 */
function wrapColumns(grid: Grid, limit: number): Grid {
  const { head, rows, align, keyColumns } = grid;
  const columns = head.map((title, place) => {
    const cells = [title, ...rows.map((row) => row[place]!)];
    const width = Math.max(...cells.map(widthOf));
    const mayWrap = align[place] === 'left' && rows.every((row) => !row[place]!.includes('\n'));
    const words = cells.flatMap((cell) => cell.split(/\s/)).map((word) => word.length);
    return { width, least: mayWrap ? Math.min(width, Math.max(MIN_TEXT_WIDTH, ...words)) : width };
  });
  const room = (widths: readonly number[]) => 1 + widths.reduce((sum, width) => sum + width + 3, 0);
  const natural = columns.map(({ width }) => width);
  if (room(natural) <= limit) return grid;
  const least = columns.map(({ least }) => least);
  const fits = room(least) <= limit;
  const widths = [...natural];
  const places = columns.map((_, place) => place).filter((place) => fits || place < keyColumns);
  const excess = () =>
    fits ? room(widths) - limit : room(widths.slice(0, keyColumns)) - Math.floor(limit / 2);
  while (excess() > 0) {
    const shrinking = places.filter((place) => widths[place]! > least[place]!);
    if (shrinking.length === 0) break;
    const widest = shrinking.reduce((a, b) => (widths[b]! > widths[a]! ? b : a));
    widths[widest]!--;
  }
  const wrap = (cells: string[]) =>
    cells.map((cell, place) =>
      widths[place] === natural[place]
        ? cell
        : cell
            .split('\n')
            .map((line) => wrapText(line, widths[place]!))
            .join('\n'),
    );
  return { ...grid, head: wrap(head), rows: rows.map(wrap) };
}

/** A column of text is not wrapped below this. */
const MIN_TEXT_WIDTH = 8;

/** Which columns each block shows, by number. */
function cutIntoBlocks({ head, rows, keyColumns }: Grid, limit: number): number[][] {
  // Two spaces and a line around every cell, and the line at the left end.
  const widths = head.map(
    (text, place) => 3 + Math.max(...[text, ...rows.map((row) => row[place]!)].map(widthOf)),
  );
  const keys = widths.slice(0, keyColumns).map((_, place) => place);
  const keyWidth = 1 + keys.reduce((sum, place) => sum + widths[place]!, 0);
  const blocks: number[][] = [];
  let room = 0;
  for (let place = keyColumns; place < head.length; place++) {
    if (blocks.length === 0 || widths[place]! > room) {
      blocks.push([...keys]);
      room = limit - keyWidth;
    }
    blocks.at(-1)!.push(place);
    room -= widths[place]!;
  }
  return blocks.length === 0 ? [keys] : blocks;
}

const widthOf = (text: string) => Math.max(...text.split('\n').map((line) => line.length));

/** Breaks a text into lines of at most `width` characters, later lines indented; a longer word stands by itself. */
export function wrapText(text: string, width: number, indent = ''): string {
  const lines: string[] = [];
  const [first = '', ...words] = text.split(' ');
  let line = first;
  for (const word of words) {
    if (line.trim() !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = indent + word;
    } else {
      line = `${line} ${word}`;
    }
  }
  return [...lines, line].join('\n');
}

/** Breaks every line that is longer than the terminal is wide, keeping its indentation; without a width all stay as they are. */
export function wrapLines(text: string, columns: number | undefined): string {
  if (columns === undefined) return text;
  return text
    .split('\n')
    .map((line) => (line.length <= columns ? line : wrapText(line, columns, /^ */.exec(line)![0])))
    .join('\n');
}
