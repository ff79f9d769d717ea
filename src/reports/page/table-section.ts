/** The papers' tables with our numbers in them, as HTML. */

import type { Result } from '../../results/result.js';
import type { Experiment } from '../experiment.js';
import { layOutHeading, layOutRows } from '../layout.js';
import { buildTable, type Table } from '../table.js';
import { html, type Markup, slug } from './html.js';

/** All tables; those that have nothing of ours are folded up. */
export function renderTables(experiments: readonly Experiment[], results: readonly Result[]): Markup {
  const tables = experiments.map((experiment) => buildTable(experiment, results));
  return html`${tables.map((table) => {
    const filled = countOurs(table);
    const body = renderTable(table);
    return html`<section class="table${filled === 0 && ' folded'}" aria-labelledby="table-${slug(table.id)}">
<h3 id="table-${slug(table.id)}">${table.id}</h3>
${
  filled > 0
    ? body
    : html`<details>
<summary>${table.title}: nothing of ours yet</summary>
${body}
</details>`
}
</section>
`;
  })}`;
}

/** A table that a keyboard can scroll where it is wider than the page. */
function renderTable(table: Table): Markup {
  const { id, title, source, columns, notes, leftOut } = table;
  const note = (number: number) => `${slug(id)}-note-${number}`;
  const references = (numbers: readonly number[]) =>
    numbers.map((number) => html` <a class="note" href="#${note(number)}">[${number}]</a>`);
  return html`<div class="scroll" role="region" aria-label="${id}" tabindex="0">
<table>
<caption><span>${title}. <span class="source">${source}</span></span></caption>
<thead>
<tr><th scope="col">model</th><th scope="col">number</th>${columns.map(
    (column) =>
      html`<th scope="col" class="figure">${layOutHeading(column).join(' ')}${references(column.notes)}</th>`,
  )}</tr>
</thead>
${layOutRows(table).map(
  (row) => html`<tbody>
${row.lines.map(
  (line, place) => html`<tr class="${slug(line.label)}">${
    place === 0 &&
    html`<th scope="rowgroup" rowspan="${row.lines.length}">${row.label}${references(row.notes)}</th>`
  }<th scope="row">${line.label}</th>${line.cells.map((cell) => html`<td class="figure">${cell}</td>`)}</tr>
`,
)}</tbody>
`,
)}</table>
</div>
${
  notes.length > 0 &&
  html`<ol class="notes">
${notes.map((text, place) => html`<li id="${note(place + 1)}">${text}</li>\n`)}</ol>`
}
${
  leftOut.length > 0 &&
  html`<p>Not shown:</p>
<ul class="notes">
${leftOut.map((reason) => html`<li>${reason}</li>\n`)}</ul>`
}`;
}

function countOurs({ rows }: Table): number {
  return rows.flatMap(({ cells }) => cells).filter(({ ours }) => ours !== undefined).length;
}
