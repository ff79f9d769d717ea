/** Rows and columns of text that are no table of a paper, for a terminal, as Markdown and LaTeX (as CSV: `csv.ts`). */
import { drawGrid, type TerminalStyle, wrapText } from './grid.js';
import { escapeLatex, latexTable } from './latex.js';
import { escapeMarkup } from './markdown.js';

/** What is shown. */
export interface Sheet {
  title: string;
  /** Where it comes from, or how to read it; empty for nothing. */
  source: string;
  head: string[];
  align: ('left' | 'right')[];
  /** One text per column in each row; a cell may have several lines. */
  rows: string[][];
  /**
   * So many columns from the left name a group of rows: on a terminal those that follow each other stand in one box, which names them
   * once. Default: 0, every row has a box of its own.
   */
  groupColumns?: number;
  /** Below it. */
  notes: string[];
}

/** Widest lines of text and cells. */
const MAX_TEXT_WIDTH = 110;

/** The sheet as a grid; long texts of its cells are wrapped, so that a terminal of usual width can show them. */
export async function renderSheetTerminal(sheet: Sheet, style: TerminalStyle): Promise<string> {
  const width = Math.min(style.columns ?? MAX_TEXT_WIDTH, MAX_TEXT_WIDTH);
  const widths = cellWidths(sheet, width);
  const rows = sheet.rows.map((row) =>
    row.map((cell, place) =>
      cell
        .split('\n')
        .map((line) => wrapText(line, widths[place]!))
        .join('\n'),
    ),
  );
  const { head, align, groupColumns = 0 } = sheet;
  const grid = await drawGrid({ head, align, rows: joinGroups(rows, groupColumns), keyColumns: 1 }, style);
  const above = [sheet.title, sheet.source]
    .filter((text) => text !== '')
    .map((text) => wrapText(text, width));
  const below = sheet.notes.map((note) => wrapText(note, width));
  return `${[...above, grid.trimEnd(), ...below].join('\n')}\n`;
}

/** Makes one row of those that follow each other and agree in the first columns; without such columns all stay as they are. */
function joinGroups(rows: readonly string[][], groupColumns: number): string[][] {
  if (groupColumns === 0) return [...rows];
  const groups: { key: string; names: string[]; lines: string[][] }[] = [];
  for (const row of rows) {
    const names = row.slice(0, groupColumns);
    const key = JSON.stringify(names);
    const cells = row.slice(groupColumns).map((cell) => cell.split('\n'));
    if (groups.at(-1)?.key !== key) groups.push({ key, names, lines: cells.map(() => []) });
    const height = Math.max(...cells.map(({ length }) => length));
    for (const [place, lines] of groups.at(-1)!.lines.entries()) {
      // What is beside a cell of several lines begins where that begins, and so does what comes after it.
      for (let line = 0; line < height; line++) lines.push(cells[place]![line] ?? '');
    }
  }
  return groups.map(({ names, lines }) => [...names, ...lines.map((column) => column.join('\n'))]);
}

/** How wide the text of each column may be: short columns as they are, the rest of the room shared by the long ones. */
function cellWidths({ head, rows }: Sheet, width: number): number[] {
  const natural = head.map((title, place) =>
    Math.max(
      ...[title, ...rows.map((row) => row[place]!)]
        .flatMap((cell) => cell.split('\n'))
        .map((line) => line.length),
    ),
  );
  const widths = natural.map(() => 0);
  let room = width - 1 - 3 * head.length;
  const byWidth = natural.map((_, place) => place).sort((a, b) => natural[a]! - natural[b]!);
  byWidth.forEach((place, done) => {
    const share = Math.floor(room / (byWidth.length - done));
    widths[place] = Math.max(8, Math.min(natural[place]!, share));
    room -= widths[place]!;
  });
  return widths;
}

/** The sheet in GitHub's Markdown. */
export function renderSheetMarkdown({ title, source, head, align, rows, notes }: Sheet): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => escapeMarkup(cell).replaceAll('\n', '<br>')).join(' | ')} |`;
  const parts = [
    `**${escapeMarkup(title)}**${source === '' ? '' : `. ${escapeMarkup(source)}`}`,
    [
      line(head),
      `| ${align.map((side) => (side === 'right' ? '---:' : '---')).join(' | ')} |`,
      ...rows.map(line),
    ].join('\n'),
    notes.map((note) => `- ${escapeMarkup(note)}`).join('\n'),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

/** The sheet as a LaTeX table. */
export function renderSheetLatex({ title, source, head, align, rows, notes }: Sheet, id: string): string {
  return latexTable({
    id,
    caption: source === '' ? escapeLatex(title) : `${escapeLatex(title)}. ${escapeLatex(source)}`,
    align,
    head: [head.map(escapeLatex)],
    rows: rows.map((row) => row.map((cell) => escapeLatex(cell).replaceAll('\n', ' '))),
    notes: notes.map(escapeLatex),
  });
}
