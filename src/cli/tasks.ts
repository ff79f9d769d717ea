import path from 'node:path';
import type { Dataset } from '../datasets/dataset.js';
import { writeAtomically } from '../files/atomic-file.js';
import { makeFolder } from '../files/folder.js';
import { explainWriteError } from '../files/space.js';
import { countOf } from '../format.js';
import {
  type Document,
  renderDocumentMarkdown,
  renderDocumentTerminal,
  type Section,
} from '../reports/document.js';
import { hasColumnOf, readExperiment } from '../reports/experiment.js';
import { wrapText } from '../reports/grid.js';
import { readOthers } from '../reports/others.js';
import { finetuneTaskPage, taskPage } from '../reports/task-page.js';
import {
  allTasks,
  commandOf,
  createTask,
  datasetsOf,
  findListedTask,
  type ListedTask,
  lookUpDefinition,
} from '../tasks/find.js';
import { finetuneGroups, taskDefinitions, taskGroups } from '../tasks/index.js';
import type { Output } from './output.js';

/** Where a data set already lies on this machine: a path, or undefined when it would have to be fetched. */
export type LocateDataset = (dataset: Dataset<unknown>) => Promise<string | undefined>;

/** `gpt tasks`: what can be run, a line for each, and whether its data is already on this machine. */
export async function runTasks(
  { json }: { json: boolean },
  output: Output,
  locate: LocateDataset,
): Promise<void> {
  const entries = await Promise.all(allTasks.map((task) => describeTask(task, locate)));
  if (json) output.out(`${JSON.stringify(entries, null, 2)}\n`);
  else output.out(renderList(entries, output.columns ?? MAX_LIST_WIDTH));
}

const MAX_LIST_WIDTH = 110;

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
    paper: paper?.name ?? null,
    section: paper?.section ?? null,
    /** Null: the papers print no number of it. */
    table: paper && hasColumnOf(await readExperiment(paper.table), name) ? paper.table : null,
    version,
    datasets: await Promise.all(datasets),
  };
}

function renderList(entries: readonly TaskEntry[], columns: number): string {
  const width = Math.max(...entries.map(({ name }) => name.length));
  const isHere = ({ datasets }: TaskEntry) => datasets.every(({ path }) => path !== null);
  const blocks = (['eval', 'finetune'] as const).map((command) => {
    const tasks = entries.filter((entry) => entry.command.startsWith(`gpt ${command} `));
    const groups = Object.entries(command === 'eval' ? taskGroups : finetuneGroups);
    return [
      `gpt ${command} NAME`,
      ...tasks.map((entry) => {
        const line = `${isHere(entry) ? '*' : ' '} ${entry.name.padEnd(width)}  ${entry.title}`;
        return line.length > columns ? `${line.slice(0, columns - 1)}…` : line;
      }),
      ...groups.map(([name, members]) =>
        wrapText(`  ${name.padEnd(width)}  ${members.join(', ')}`, columns, ' '.repeat(width + 4)),
      ),
    ].join('\n');
  });
  const notes = [
    '* its data is on this machine; "gpt download NAME" fetches that of others, --data sample needs nothing.',
    '"gpt tasks NAME" says how a task is run and scored, its options, and what the paper and others got.',
  ].map((note) => wrapText(note, columns, '  '));
  return `${[...blocks, notes.join('\n')].join('\n\n')}\n`;
}

/** `gpt tasks <name>`: everything about one task, or the tasks of a group. Throws UsageError for a name that is neither. */
export async function printTaskPage(
  name: string,
  { json }: { json: boolean },
  output: Output,
  locate: LocateDataset,
): Promise<void> {
  const names = taskGroups[name] ?? finetuneGroups[name] ?? [name];
  const tasks = names.map(findListedTask);
  const entries = await Promise.all(tasks.map((task) => describeTask(task, locate)));
  if (json) return output.out(`${JSON.stringify(entries.length === 1 ? entries[0] : entries, null, 2)}\n`);
  if (entries.length > 1) {
    const list = entries.map((entry) => [entry.name, entry.title] as const);
    const command = `gpt ${commandOf(tasks[0]!)} ${name}`;
    const blocks = [{ kind: 'command', line: command } as const, { kind: 'facts', facts: list } as const];
    return output.out(await renderDocumentTerminal({ title: name, blocks, sections: [] }, output));
  }
  const page = await pageOf(tasks[0]!);
  const place = page.sections.findIndex(({ title }) => title === 'Data') + 1;
  const sections = page.sections.toSpliced(place, 0, onThisMachine(entries[0]!));
  output.out(await renderDocumentTerminal({ ...page, sections }, output));
}

function onThisMachine({ name, datasets }: TaskEntry): Section {
  const missing = `no; "gpt download ${name}" fetches it where the hub has it, --data sample needs nothing`;
  return {
    title: 'On this machine',
    blocks: [{ kind: 'facts', facts: datasets.map((one) => [one.name, one.path ?? missing]) }],
  };
}

/** `gpt tasks --write <folder>`: one page for each zero-shot task, and a list of them. */
export async function writeTaskPages(folder: string, output: Output): Promise<void> {
  const pages = await Promise.all(
    taskDefinitions.map(async (definition) => {
      const page = await pageOf(createTask(definition));
      return [`${definition.name}.md`, renderDocumentMarkdown(page)] as const;
    }),
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
  output.err(`${countOf(pages.length, 'page')} written to ${folder}`);
}

async function pageOf(task: ListedTask): Promise<Document> {
  const experiment = task.paper && (await readExperiment(task.paper.table));
  if (!('dataset' in task)) return finetuneTaskPage(task, experiment);
  return taskPage(lookUpDefinition(task.name)!, experiment, readOthers());
}
