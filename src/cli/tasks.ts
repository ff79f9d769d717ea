import path from 'node:path';
import type { Dataset } from '../datasets/dataset.js';
import { writeAtomically } from '../files/atomic-file.js';
import { makeFolder } from '../files/folder.js';
import { explainWriteError } from '../files/space.js';
import { formatCount } from '../format.js';
import { hasColumnOf, readExperiment } from '../reports/experiment.js';
import { wrapText } from '../reports/grid.js';
import { readOthers } from '../reports/others.js';
import { renderTaskPage } from '../reports/task-page.js';
import {
  allTasks,
  commandOf,
  createTask,
  datasetsOf,
  findTasks,
  type ListedTask,
  lookUpDefinition,
} from '../tasks/find.js';
import { taskDefinitions } from '../tasks/index.js';
import type { TaskDefinition } from '../tasks/task.js';
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
    /** Null: the papers print no number of it. */
    table: hasColumnOf(await readExperiment(paper.table), name) ? paper.table : null,
    version,
    datasets: await Promise.all(datasets),
  };
}

function renderTask(entry: TaskEntry, columns: number): string {
  const fields: [string, string][] = [
    ['run', entry.command],
    [
      'paper',
      `${entry.paper} ${entry.section}; ${entry.table === null ? 'in none of its tables' : `gpt table ${entry.table}`}`,
    ],
    ...entry.datasets.flatMap(({ name, rows, source, licence, path }): [string, string][] => [
      ['data', rows === undefined ? name : `${name}: ${formatCount(rows)} rows`],
      ['source', source],
      ['licence', licence],
      ['here', path ?? `no; "gpt download ${entry.name}" fetches it, --data sample needs nothing`],
    ]),
  ];
  const lines = fields.map(([label, value]) =>
    wrapText(`  ${label.padEnd(8)} ${value}`, columns, ' '.repeat(11)),
  );
  const title = wrapText(`  ${entry.title}`, columns, '  ');
  return `${[entry.name, title, ...lines].join('\n')}\n`;
}

/** `gpt tasks <name>`: everything about one zero-shot task, as Markdown. Throws UsageError for an unknown one. */
export async function printTaskPage(name: string, output: Output): Promise<void> {
  const definition = lookUpDefinition(name) ?? lookUpDefinition(findTasks([name])[0]!.name)!;
  output.out(await pageOf(definition));
}

/** `gpt tasks --write <folder>`: one page for each zero-shot task, and a list of them. */
export async function writeTaskPages(folder: string, output: Output): Promise<void> {
  const pages = await Promise.all(
    taskDefinitions.map(async (definition) => [`${definition.name}.md`, await pageOf(definition)] as const),
  );
  const list = taskDefinitions.map(
    (definition) => `- [${definition.name}](${definition.name}.md): ${createTask(definition).title}`,
  );
  const index = `# Zero-shot tasks\n\nWritten by \`gpt tasks --write docs/tasks\` from the declarations in \`src/tasks\`.\n\n${list.join('\n')}\n`;
  try {
    await makeFolder(folder);
    for (const [name, text] of [...pages, ['README.md', index] as const]) {
      await writeAtomically(path.join(folder, name), (handle) => handle.writeFile(text));
    }
  } catch (cause) {
    throw explainWriteError(cause, { path: folder, variable: '--write' });
  }
  output.err(`${pages.length} pages written to ${folder}`);
}

async function pageOf(definition: TaskDefinition): Promise<string> {
  return renderTaskPage(definition, await readExperiment(createTask(definition).paper.table), readOthers());
}
