/** Tables for LaTeX, with the package booktabs. */
import { layOutHeading, layOutRows } from './layout.js';
import type { Table } from './table.js';

/** A table whose texts are LaTeX already. */
export interface LatexTable {
  /** Its label is `tab:` and this. */
  id: string;
  caption: string;
  align: readonly ('left' | 'right')[];
  /** One line or several. */
  head: readonly (readonly string[])[];
  rows: readonly (readonly string[])[];
  notes: readonly string[];
}

/** A table of a paper with our numbers: to be read with \input; the preamble needs \usepackage{booktabs}. */
export function renderLatex(table: Table): string {
  const marks = (notes: readonly number[]) => (notes.length === 0 ? '' : `$^{${notes.join(',')}}$`);
  const headings = table.columns.map((column) =>
    layOutHeading(column)
      .map(escapeLatex)
      .map((line, place, lines) => (place === lines.length - 1 ? line + marks(column.notes) : line)),
  );
  const height = Math.max(...headings.map((heading) => heading.length));
  // Headings of one line stand at the bottom, above their figures.
  const head = Array.from({ length: height }, (_, line) => [
    line === height - 1 ? 'model' : '',
    '',
    ...headings.map((heading) => heading[line - (height - heading.length)] ?? ''),
  ]);
  const rows = layOutRows(table).flatMap(({ label, notes, lines }) =>
    lines.map((part, place) => [
      place === 0 ? escapeLatex(label) + marks(notes) : '',
      escapeLatex(part.label),
      ...part.cells.map(escapeLatex),
    ]),
  );
  return latexTable({
    id: table.id,
    caption: `${escapeLatex(table.title)}. ${escapeLatex(table.source)}.`,
    align: ['left', 'left', ...table.columns.map(() => 'right' as const)],
    head,
    rows,
    notes: [
      ...table.notes.map((note, place) => `$^{${place + 1}}$ ${escapeLatex(note)}`),
      ...table.leftOut.map((reason) => escapeLatex(`Not shown: ${reason}`)),
    ],
  });
}

/** The table as a float with its caption and notes. */
export function latexTable({ id, caption, align, head, rows, notes }: LatexTable): string {
  const line = (cells: readonly string[]) => `    ${cells.join(' & ')} \\\\`;
  return [
    '% needs \\usepackage{booktabs}',
    '\\begin{table}',
    '  \\centering',
    `  \\caption{${caption}}`,
    `  \\label{tab:${id}}`,
    `  \\begin{tabular}{${align.map((side) => side[0]).join('')}}`,
    '    \\toprule',
    ...head.map(line),
    '    \\midrule',
    ...rows.map(line),
    '    \\bottomrule',
    '  \\end{tabular}',
    ...(notes.length === 0
      ? []
      : [
          '  \\par\\smallskip',
          '  \\begin{minipage}{\\linewidth}\\footnotesize',
          ...notes.map((note) => `    ${note}\\par`),
          '  \\end{minipage}',
        ]),
    '\\end{table}',
    '',
  ].join('\n');
}

/** Signs that mean something to LaTeX, and those that its usual fonts do not have. */
const special: Readonly<Record<string, string>> = {
  '\\': '\\textbackslash{}',
  '{': '\\{',
  '}': '\\}',
  '#': '\\#',
  $: '\\$',
  '%': '\\%',
  '&': '\\&',
  _: '\\_',
  '^': '\\textasciicircum{}',
  '~': '\\textasciitilde{}',
  '<': '$<$',
  '>': '$>$',
  '|': '$|$',
  '–': '--',
  '−': '$-$',
  '±': '$\\pm$',
  '→': '$\\rightarrow$',
  '↑': '$\\uparrow$',
  '↓': '$\\downarrow$',
  λ: '$\\lambda$',
};

/** Plain text as LaTeX. */
export function escapeLatex(text: string): string {
  return text.replace(/[\\{}#$%&_^~<>|–−±→↑↓λ]/g, (sign) => special[sign]!).replace(/"([^"]*)"/g, "``$1''");
}
