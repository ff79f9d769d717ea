import { drawGrid, type TerminalStyle, wrapText } from './grid.js';
import { layOutHeading, layOutRows } from './layout.js';
import type { Table } from './table.js';

/** Long lines are hard to read, however wide the terminal is. */
const MAX_TEXT_WIDTH = 110;

/** The table for a terminal: a grid, in blocks if it is too wide, with its footnotes below. */
export async function renderTerminal(table: Table, style: TerminalStyle): Promise<string> {
  const width = Math.min(style.columns ?? MAX_TEXT_WIDTH, MAX_TEXT_WIDTH);
  const marks = (notes: number[]) => (notes.length === 0 ? [] : [`[${notes.join(',')}]`]);
  const grid = await drawGrid(
    {
      head: [
        'model',
        '',
        ...table.columns.map((column) =>
          // Many marks would make the column wider than its numbers.
          [
            ...layOutHeading(column),
            ...marks(column.notes).map((text) => text.replaceAll(/(.{8,}?,)/g, '$1\n')),
          ].join('\n'),
        ),
      ],
      rows: layOutRows(table).map(({ label, notes, lines }) => [
        [label, ...marks(notes)].join(' '),
        lines.map((line) => line.label).join('\n'),
        ...table.columns.map((_, place) => lines.map((line) => line.cells[place]).join('\n')),
      ]),
      align: ['left', 'left', ...table.columns.map(() => 'right' as const)],
      keyColumns: 2,
    },
    style,
  );
  const notes = table.notes.map((note, place) => {
    const mark = `[${place + 1}] `;
    return wrapText(mark + note, width, ' '.repeat(mark.length));
  });
  const leftOut = table.leftOut.map((reason) => wrapText(`Not shown: ${reason}`, width, '  '));
  const heading = [wrapText(table.title, width), wrapText(table.source, width)];
  return `${[...heading, '', grid, ...notes, ...leftOut].join('\n')}\n`;
}
