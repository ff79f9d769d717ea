import { listExperiments, readExperiment } from '../reports/experiment.js';
import { readResults } from '../reports/results-folder.js';
import { buildTable, type Table } from '../reports/table.js';
import { allTasks, commandOf } from '../tasks/find.js';
import type { Output } from './output.js';

/** What `--format` accepts. */
export const tableFormats = ['terminal', 'markdown', 'csv', 'json'] as const;

/** Options of `gpt table`. */
export interface TableOptions {
  /** Folder of results; it need not exist. */
  results: string;
  format: (typeof tableFormats)[number];
  /** Short for `format: 'json'`. */
  json: boolean;
}

/**
 * `gpt table [id]`: a table of the papers with our numbers beside; without an id the list of tables. Throws UsageError for
 * an unknown table, DataError for a malformed result.
 */
export async function runTable(id: string | undefined, options: TableOptions, output: Output): Promise<void> {
  const results = await readResults(options.results);
  if (id === undefined) {
    const tables = (await listExperiments()).map((experiment) => buildTable(experiment, results));
    output.out(describeTables(tables, options.json || options.format === 'json'));
    return;
  }
  const experiment = await readExperiment(id);
  const table = buildTable(experiment, results);
  output.out(await render(table, options.json ? 'json' : options.format, output));
  const { model } = experiment.rows.find((row) => row.model !== null) ?? {};
  if (countOurs(table) === 0 && model) {
    const names = new Set(experiment.columns.map((column) => column.task));
    const task = allTasks.find(({ name }) => names.has(name));
    const advice = task && ` "gpt ${commandOf(task)} ${task.name} --model ${model}" changes that.`;
    output.err(`Nothing of ours stands in this table yet.${advice ?? ''}`);
  }
}

// Each renderer is loaded when it is asked for: drawing for a terminal takes a library that the others do not need.
async function render(table: Table, format: TableOptions['format'], output: Output): Promise<string> {
  switch (format) {
    case 'terminal':
      return (await import('../reports/terminal.js')).renderTerminal(table, output);
    case 'markdown':
      return (await import('../reports/markdown.js')).renderMarkdown(table);
    case 'csv':
      return (await import('../reports/csv.js')).renderCsv(table);
    case 'json':
      return (await import('../reports/json.js')).renderJson(table);
  }
}

function describeTables(tables: readonly Table[], json: boolean): string {
  const entries = tables.map((table) => {
    const cells = table.rows.flatMap((row) => (row.model === null ? [] : row.cells));
    return {
      id: table.id,
      title: table.title,
      source: table.source,
      cells: cells.length,
      ours: countOurs(table),
    };
  });
  if (json) return `${JSON.stringify(entries, null, 2)}\n`;
  return entries
    .map(
      ({ id, title, source, cells, ours }) =>
        `${id}\n  ${title}\n  ${source}\n  ours: ${ours} of ${cells} cells\n`,
    )
    .join('\n');
}

function countOurs(table: Table): number {
  return table.rows.flatMap((row) => row.cells).filter((cell) => cell.ours !== undefined).length;
}
