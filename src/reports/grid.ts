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

/** What stands around the texts of two columns. */
const FRAME_OF_TWO = 7;

/** Breaks words that are longer than that, behind a hyphen, slash, dot or comma where there is one: two columns of text then fit into 40. */
function breakWords(text: string, longest: number): string {
  if (!Number.isFinite(longest)) return text;
  return text.replaceAll(/\S+/g, (word) => {
    const lines: string[] = [];
    let rest = word;
    while (rest.length > longest) {
      const mark = /.*[-/.,_]/.exec(rest.slice(0, longest))?.[0].length;
      lines.push(rest.slice(0, mark ?? longest));
      rest = rest.slice(mark ?? longest);
    }
    return [...lines, rest].join('\n');
  });
}

/** The lines of a row, in each what every cell has there. */
function linesOf(row: readonly string[]): string[][] {
  const cells = row.map((text) => text.split('\n'));
  const height = Math.max(...cells.map(({ length }) => length));
  return Array.from({ length: height }, (_, line) => cells.map((lines) => lines[line] ?? ''));
}

/**
 * The grid with the texts of its left-aligned columns wrapped, the widest first, as far as it needs to fit; where nothing is enough,
 * what names the rows to half of the room, and every other column to what that leaves. A column with cells of several lines stays: its lines belong to those beside them.
 */
function wrapColumns(grid: Grid, limit: number): Grid {
  const { align, keyColumns } = grid;
  const longest = Math.max(2 * MIN_TEXT_WIDTH, Math.floor((limit - FRAME_OF_TWO) / 2));
  const isText = align.map((side, place) => {
    return side === 'left' && grid.rows.every((row) => !row[place]!.includes('\n'));
  });
  // Lines of a cell of several stay as they are, but for words that would not fit.
  const broken = (cells: string[]) =>
    cells.map((cell, place) =>
      align[place] === 'left' && !isText[place] ? breakWords(cell, longest) : cell,
    );
  const [head, rows] = [broken(grid.head), grid.rows.map(broken)];
  const columns = head.map((title, place) => {
    const cells = [title, ...rows.map((row) => row[place]!)];
    const width = Math.max(...cells.map(widthOf));
    const words = cells.flatMap((cell) => cell.split(/\s/)).map(({ length }) => Math.min(length, longest));
    return { width, least: isText[place] ? Math.min(width, Math.max(MIN_TEXT_WIDTH, ...words)) : width };
  });
  const room = (widths: readonly number[]) => 1 + widths.reduce((sum, width) => sum + width + 3, 0);
  const natural = columns.map(({ width }) => width);
  if (room(natural) <= limit) return { ...grid, head, rows };
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
  if (!fits) {
    // In blocks a column stands beside the names of the rows alone; those make room for it, if need be by broken words.
    const widest = Math.max(0, ...least.slice(keyColumns));
    const keys = () => places.filter((place) => isText[place] && widths[place]! > MIN_TEXT_WIDTH);
    while (room(widths.slice(0, keyColumns)) + 3 + widest > limit && keys().length > 0)
      widths[keys().reduce((a, b) => (widths[b]! > widths[a]! ? b : a))]!--;
    const left = limit - room(widths.slice(0, keyColumns)) - 3;
    for (let place = keyColumns; place < widths.length; place++) {
      if (isText[place]) widths[place] = Math.min(natural[place]!, Math.max(least[place]!, left));
    }
  }
  const wrap = (cells: string[]) =>
    cells.map((cell, place) =>
      widths[place] === natural[place]
        ? cell
        : cell
            .split('\n')
            .flatMap((line) => breakWords(line, widths[place]!).split('\n'))
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
