/** Table 1 of the GPT-1 paper: which data sets it fine-tunes on, by kind of task, each with the task of ours and its size. */
import { fileURLToPath } from 'node:url';
import { readJsonFile } from '../files/json-file.js';
import { checkShape, list, object, text } from '../files/json-shape.js';
import { formatCount } from '../format.js';
import type { AnyFinetuneTask } from '../tasks/finetune-task.js';
import { finetuneTasks } from '../tasks/index.js';
import type { Sheet } from './sheet.js';

/** The table as the paper groups it. */
export interface DataSetList {
  id: string;
  title: string;
  source: string;
  kinds: { label: string; tasks: string[] }[];
  notes: string[];
}

const shape = object<DataSetList>(
  {
    id: text,
    title: text,
    source: text,
    kinds: list(
      object<DataSetList['kinds'][number]>({ label: text, tasks: list(text, 1) }, { exact: true }),
      1,
    ),
    notes: list(text),
  },
  { exact: true },
);

/** Name of the table on the command line. */
const DATA_SETS = 'gpt1-table1';

const listFile = fileURLToPath(new URL(`../../experiments/lists/${DATA_SETS}.json`, import.meta.url));

/** The table as data. Throws DataError for a malformed file. */
export async function readDataSets(file = listFile): Promise<DataSetList> {
  const value = await readJsonFile(file);
  return checkShape(shape, value, file, 'the list is malformed.');
}

/** The table with what our tasks say of each data set. */
export function dataSetSheet({ title, source, kinds, notes }: DataSetList): Sheet {
  return {
    ...{ title, source, notes },
    head: ['kind of task', 'task', 'what is decided', 'input', 'classes', 'to train on', 'measured'],
    align: ['left', 'left', 'left', 'left', 'right', 'right', 'right'],
    groupColumns: 1,
    rows: kinds.flatMap(({ label, tasks }) => tasks.map((name) => [label, ...describeTask(name)])),
  };
}

function describeTask(name: string): string[] {
  const task = finetuneTasks.find((one) => one.name === name)!;
  const { title, head, classes, train, dev, further = [] } = task;
  return [
    name,
    title.replace(/, fine-tuned\)$/, ')'),
    head,
    String(classes.length),
    sizeOf(train),
    [{ id: 'dev', dataset: dev }, ...further].map(({ id, dataset }) => `${id} ${sizeOf(dataset)}`).join('\n'),
  ];
}

const sizeOf = ({ publishedRows }: AnyFinetuneTask['dev']) =>
  publishedRows === undefined ? '–' : formatCount(publishedRows);
