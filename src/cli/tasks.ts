import type { Dataset } from '../datasets/dataset.js';
import { formatCount } from '../format.js';
import { wrapText } from '../reports/grid.js';
import { allTasks, commandOf, datasetsOf, type ListedTask } from '../tasks/find.js';
import type { Output } from './output.js';

/** Where a data set already lies on this machine: a path, or undefined when it would have to be fetched. */
export type LocateDataset = (dataset: Dataset<unknown>) => Promise<string | undefined>;

/** `gpt tasks`: what can be run, on which data, and whether that is already on this machine. */
export async function runTasks(
  { json }: { json: boolean },
  output: Output,
  locate: LocateDataset,
): Promise<void> {
  const entries = await Promise.all(allTasks.map((task) => describeTask(task, locate)));
  if (json) output.out(`${JSON.stringify(entries, null, 2)}\n`);
  else output.out(entries.map((entry) => renderTask(entry, output.columns ?? 110)).join('\n'));
}

type TaskEntry = Awaited<ReturnType<typeof describeTask>>;

async function describeTask(task: ListedTask, locate: LocateDataset) {
  const { name, title, paper, version } = task;
  const datasets = datasetsOf(task).map(async (dataset) => ({
    name: dataset.name,
    rows: dataset.publishedRows,
    source: dataset.source,
    licence: dataset.licence,
    /** Null: it has to be fetched first. */
    path: (await locate(dataset)) ?? null,
  }));
  return {
    name,
    title,
    command: `gpt ${commandOf(task)} ${name}`,
    paper: paper.name,
    section: paper.section,
    table: paper.table,
    version,
    datasets: await Promise.all(datasets),
  };
}

function renderTask(entry: TaskEntry, columns: number): string {
  const fields: [string, string][] = [
    ['run', entry.command],
    ['paper', `${entry.paper} ${entry.section}; gpt table ${entry.table}`],
    ...entry.datasets.flatMap(({ name, rows, source, licence, path }): [string, string][] => [
      ['data', `${name}: ${formatCount(rows)} rows`],
      ['source', source],
      ['licence', licence],
      ['here', path ?? `no; "gpt download ${entry.name}" fetches it, --data sample needs nothing`],
    ]),
  ];
  const lines = fields.map(([label, value]) =>
    wrapText(`  ${label.padEnd(8)} ${value}`, columns, ' '.repeat(11)),
  );
  return `${[entry.name, `  ${entry.title}`, ...lines].join('\n')}\n`;
}
