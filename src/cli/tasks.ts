import type { Dataset } from '../datasets/dataset.js';
import { formatCount } from '../format.js';
import { wrapText } from '../reports/grid.js';
import type { AnyTask } from '../tasks/task.js';
import type { Output } from './output.js';

/** Where a data set already lies on this machine: a path, or undefined when it would have to be fetched. */
export type LocateDataset = (dataset: Dataset<unknown>) => Promise<string | undefined>;

/** `gpt tasks`: what can be run, on which data, and whether that is already on this machine. */
export async function runTasks(
  { json }: { json: boolean },
  tasks: readonly AnyTask[],
  output: Output,
  locate: LocateDataset,
): Promise<void> {
  const entries = await Promise.all(
    tasks.map(async (task) => describeTask(task, await locate(task.dataset))),
  );
  if (json) output.out(`${JSON.stringify(entries, null, 2)}\n`);
  else output.out(entries.map((entry) => renderTask(entry, output.columns ?? 110)).join('\n'));
}

type TaskEntry = ReturnType<typeof describeTask>;

function describeTask({ name, title, paper, version, dataset }: AnyTask, path: string | undefined) {
  return {
    name,
    title,
    paper: paper.name,
    section: paper.section,
    table: paper.table,
    version,
    dataset: dataset.name,
    rows: dataset.publishedRows,
    source: dataset.source,
    licence: dataset.licence,
    /** Null: it has to be fetched first. */
    path: path ?? null,
  };
}

function renderTask(entry: TaskEntry, columns: number): string {
  const fields = {
    paper: `${entry.paper} ${entry.section}; gpt table ${entry.table}`,
    data: `${entry.dataset}: ${formatCount(entry.rows)} rows`,
    source: entry.source,
    licence: entry.licence,
    here: entry.path ?? `no; "gpt download ${entry.name}" fetches it, --data sample needs nothing`,
  };
  const lines = Object.entries(fields).map(([label, value]) =>
    wrapText(`  ${label.padEnd(8)} ${value}`, columns, ' '.repeat(11)),
  );
  return `${[entry.name, `  ${entry.title}`, ...lines].join('\n')}\n`;
}
