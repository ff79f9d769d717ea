import { UsageError } from '../errors.js';
import { type Experiment, listExperiments, readExperiment } from '../reports/experiment.js';
import { wrapLines } from '../reports/grid.js';
import type { Sheet } from '../reports/sheet.js';
import { buildTable, countCells, type Table } from '../reports/table.js';
import type { Result } from '../results/result.js';
import type { TableOptions } from './commands/table.js';
import type { Output } from './output.js';
import { readSoundResults } from './read-results.js';

/** Tables of text, which results do not fill in the way of the others: what they are called, and what they are. */
export const textTables = {
  'gpt1-table1': 'The tasks that GPT-1 is fine-tuned on, and their data sets (Table 1 of its paper).',
  reproduction: 'Every published number beside ours, and whether they agree.',
} as const;

const isTextTable = (id: string): id is keyof typeof textTables => Object.hasOwn(textTables, id);

/**
 * `gpt table [id]`: a table of the papers with our numbers beside; without an id the list of tables. Throws UsageError for
 * an unknown table, DataError for a malformed result.
 */
export async function runTable(id: string | undefined, options: TableOptions, output: Output): Promise<void> {
  const results = await readSoundResults(options.results, output);
  if (id === undefined) {
    if (options.check !== undefined) throw new UsageError('--check needs to know of which table FILE is.');
    const tables = (await listExperiments()).map((experiment) => buildTable(experiment, results));
    const list = describeTables(tables, options.json || options.format === 'json');
    output.out(options.json ? list : wrapLines(list, output.columns));
    return;
  }
  const format = options.json ? 'json' : options.format;
  if (isTextTable(id)) {
    if (options.check !== undefined) throw new UsageError('--check is for the tables that results fill.');
    output.out(await renderTextTable(id, results, format, output));
    return;
  }
  const experiment = await readExperiment(id);
  const own = buildTable(experiment, results);
  const table = options.others ? await addOthers(own) : own;
  if (options.check !== undefined) {
    const { checkTableFile, formatOfFile } = await import('./check-table.js');
    const format = formatOfFile(options.check, options.json ? 'json' : options.format);
    await checkTableFile(options.check, format, await render(table, format, output), output);
    return;
  }
  output.out(await render(table, format, output));
  const advice = countCells(own).ours === 0 ? adviceFor(experiment) : undefined;
  if (advice !== undefined) {
    output.err(`Nothing of ours stands beside the paper’s numbers yet. "${advice}" changes that.`);
  }
}

/**
 * The command that puts a first number into a table; undefined for one without a model of ours. The tables of the GPT-1 paper are of
 * fine-tuned models, everything else is of models as they are: the tasks say so as well, but to load them all takes longer than a table
 * takes to print.
 * @internal
 */
export function adviceFor({ id, rows, columns }: Experiment): string | undefined {
  const { model } = rows.find((row) => row.model !== null) ?? {};
  if (!model) return undefined;
  return `gpt ${id.startsWith('gpt1-table') ? 'finetune' : 'eval'} ${columns[0]!.task} --model ${model}`;
}

async function addOthers(table: Table): Promise<Table> {
  const [{ withOthers }, { readOthers }] = [
    await import('../reports/others-rows.js'),
    await import('../reports/others.js'),
  ];
  return withOthers(table, readOthers());
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
    case 'latex':
      return (await import('../reports/latex.js')).renderLatex(table);
  }
}

/** A table of text, and what `--json` prints of it. */
async function makeTextTable(
  id: keyof typeof textTables,
  results: readonly Result[],
): Promise<{ sheet: Sheet; data: unknown }> {
  if (id === 'gpt1-table1') {
    const { dataSetSheet, readDataSets } = await import('../reports/data-sets.js');
    const data = await readDataSets();
    return { sheet: dataSetSheet(data), data };
  }
  const [{ listReproductions, reproductionSheet }, { readOthers }] = [
    await import('../reports/reproduction.js'),
    await import('../reports/others.js'),
  ];
  const data = listReproductions(await listExperiments(), results, readOthers());
  return { sheet: reproductionSheet(data), data };
}

async function renderTextTable(
  id: keyof typeof textTables,
  results: readonly Result[],
  format: TableOptions['format'],
  output: Output,
): Promise<string> {
  const { sheet, data } = await makeTextTable(id, results);
  const sheets = await import('../reports/sheet.js');
  switch (format) {
    case 'terminal':
      return sheets.renderSheetTerminal(sheet, output);
    case 'markdown':
      return sheets.renderSheetMarkdown(sheet);
    case 'csv':
      return (await import('../reports/csv.js')).renderSheetCsv(sheet);
    case 'json':
      return JSON.stringify(data, null, 2);
    case 'latex':
      return sheets.renderSheetLatex(sheet, id);
  }
}

function describeTables(tables: readonly Table[], json: boolean): string {
  const entries = tables.map((table) => {
    const { id, title, source } = table;
    return { id, title, source, ...countCells(table) };
  });
  if (json) return `${JSON.stringify(entries, null, 2)}\n`;
  const lines = entries.map(
    ({ id, title, source, cells, ours }) =>
      `${id}\n  ${title}\n  ${source}\n  ours: ${ours} of ${cells} cells\n`,
  );
  const texts = Object.entries(textTables).map(([id, title]) => `${id}\n  ${title}\n`);
  return [...lines, ...texts].join('\n');
}
