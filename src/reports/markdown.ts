import { layOutHeading, layOutRows } from './layout.js';
import type { Table } from './table.js';

/** The table in GitHub's Markdown, its footnotes as a numbered list. */
export function renderMarkdown(table: Table): string {
  const marks = (notes: number[]) => (notes.length === 0 ? '' : ` <sup>${notes.join(', ')}</sup>`);
  const line = (cells: string[]) => `| ${cells.join(' | ')} |`;
  const head = table.columns.map(
    (column) => escapeMarkup(layOutHeading(column).join(' ')) + marks(column.notes),
  );
  const rows = layOutRows(table).flatMap(({ label, notes, lines }) =>
    lines.map((part, place) =>
      line([place === 0 ? escapeMarkup(label) + marks(notes) : '', part.label, ...part.cells]),
    ),
  );
  const parts = [
    `**${escapeMarkup(table.title)}**. ${escapeMarkup(table.source)}`,
    [line(['model', '', ...head]), line(['---', '---', ...head.map(() => '---:')]), ...rows].join('\n'),
    table.notes.map((note, place) => `${place + 1}. ${escapeMarkup(note)}`).join('\n'),
    table.leftOut.map((reason) => `- Not shown: ${escapeMarkup(reason)}`).join('\n'),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

/** Characters that Markdown would take for markup or the end of a cell. `_` is left: inside a word it means itself. */
export function escapeMarkup(text: string): string {
  return text.replace(/[\\|<>*`]/g, '\\$&');
}
