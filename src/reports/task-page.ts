/** A task's page: made from its declaration, so that it cannot say anything else than what is run. */
import type { Dataset } from '../datasets/dataset.js';
import { createTask, datasetsOf, type ListedTask } from '../tasks/find.js';
import type { AnyFinetuneTask } from '../tasks/finetune-task.js';
import type { TaskDefinition, TaskOption } from '../tasks/task.js';
import type { Block, Document } from './document.js';
import { type Experiment, hasColumnOf, metricOf } from './experiment.js';
import { formatOthers, type OthersNumber } from './others.js';

/** The page of a zero-shot task. `experiment` is the paper's table that it belongs to, `measured` what others measured on any task. */
export function taskPage(
  definition: TaskDefinition,
  experiment: Experiment | undefined,
  measured: readonly OthersNumber[],
): Document {
  const task = createTask(definition);
  const { page, options, name } = definition;
  const others = measured.filter((one) => one.task === name);
  return {
    title: name,
    blocks: [lead(task, experiment), { kind: 'command', line: `gpt eval ${name} --model gpt2` }],
    sections: [
      { title: 'What is asked', blocks: [{ kind: 'text', text: page.asks }] },
      { title: 'How it is scored', blocks: [{ kind: 'text', text: page.scores }] },
      { title: 'Data', blocks: [describeData(task.dataset)] },
      {
        title: 'Options',
        blocks: whereAny(options, {
          kind: 'table',
          head: ['flag', 'values', 'default', ''],
          rows: options.map((option) => [
            `\`${flagOf(option)}\``,
            option.choices?.join(', ') ?? 'a whole number from 1',
            option.default,
            option.describe,
          ]),
        }),
      },
      { title: 'The paper’s numbers', blocks: publishedNumbers(task, experiment) },
      {
        title: 'What others measured',
        blocks: whereAny(others, {
          kind: 'table',
          head: ['model', 'setting', 'value', 'source'],
          rows: others.map((one) => [one.model, one.setting, formatOthers(one), one.source]),
        }),
      },
      deviations(task),
    ],
  };
}

/** The page of a task that a model is fine-tuned on. */
export function finetuneTaskPage(task: AnyFinetuneTask, experiment: Experiment | undefined): Document {
  const { name, submission } = task;
  return {
    title: name,
    blocks: [lead(task, experiment), { kind: 'command', line: `gpt finetune ${name} --model gpt1` }],
    sections: [
      { title: 'What is learned', blocks: [{ kind: 'text', text: describeHead(task) }] },
      {
        title: 'How it is scored',
        blocks: [
          {
            kind: 'text',
            text: `On ${task.dev.name} after each epoch; the best epoch counts.${submission === undefined ? '' : ` \`gpt eval ${name} --model FOLDER --data TEST --predict FILE\` writes the answers on the hidden test split, as its server takes them.`}`,
          },
        ],
      },
      { title: 'Data', blocks: datasetsOf(task).map(describeData) },
      { title: 'The paper’s numbers', blocks: publishedNumbers(task, experiment) },
      deviations(task),
    ],
  };
}

function lead({ name, title, paper }: ListedTask, experiment: Experiment | undefined): Block {
  if (paper === undefined) return { kind: 'text', text: `${capitalise(title)}. Of neither paper.` };
  const place =
    experiment && hasColumnOf(experiment, name)
      ? `\`gpt table ${experiment.id}\``
      : 'no table of the papers has it';
  return { kind: 'text', text: `${capitalise(title)}. ${paper.name} paper, ${paper.section}; ${place}.` };
}

/** What becomes of a row, in the words of `FinetuneTask.head`. */
function describeHead({ head, classes }: AnyFinetuneTask): string {
  if (classes.length === 1) return 'A number for each pair of texts, read in both orders.';
  const named = classes.join(', ');
  switch (head) {
    case 'classification':
      return `One of ${classes.length} classes for a text, or for two with a delimiter between them: ${named}.`;
    case 'similarity':
      return `One of ${classes.length} classes for two texts, read in both orders: ${named}.`;
    default:
      return `Which of ${classes.length} answers follows a context best, each read behind it: ${named}.`;
  }
}

function deviations(task: ListedTask) {
  return {
    title: 'What differs from the paper, or is not said there',
    blocks: whereAny(task.deviations, { kind: 'list', items: task.deviations }),
  };
}

function whereAny(things: readonly unknown[], block: Block): Block[] {
  return things.length === 0 ? [] : [block];
}

function describeData({
  name,
  publishedRows,
  folder,
  files,
  hub,
  source,
  licence,
  sample,
}: Dataset<unknown>): Block {
  const forms = files.map((form) => (typeof form === 'string' ? form : form.join(' + ')));
  const copies = hub === undefined ? [] : Array.isArray(hub) ? hub : [hub];
  const samples = typeof sample === 'string' ? [sample] : sample;
  return {
    kind: 'facts',
    facts: [
      [
        'data set',
        publishedRows === undefined ? name : `${name}, ${publishedRows.toLocaleString('en-US')} rows`,
      ],
      ['published files', forms.map((form) => `\`${form}\``).join(', ')],
      ['below GPT_DATA_DIR', `\`${folder}/\``],
      [
        'on the hub',
        copies.length === 0
          ? 'no: get it from the source'
          : copies.map(({ repo, path }) => `${repo}: \`${path}\``).join(', '),
      ],
      ['source', source],
      ['licence', licence],
      ['sample', samples.map((file) => `\`samples/${file}\``).join(', ')],
    ],
  };
}

function publishedNumbers(task: ListedTask, experiment: Experiment | undefined): Block[] {
  if (experiment === undefined) return [{ kind: 'text', text: 'None: it is a benchmark of neither paper.' }];
  const { source, columns, rows, notes } = experiment;
  const mine = columns.flatMap((column, place) => (column.task === task.name ? [{ column, place }] : []));
  if (mine.length === 0) return [{ kind: 'text', text: `${source} prints no number for it.` }];
  const lines = rows
    .filter(({ published }) => mine.some(({ place }) => published[place] !== null))
    .map((row) => [
      row.label,
      ...mine.map(({ place }) => row.published[place] ?? '–'),
      row.model === null && row.baseline === undefined
        ? ''
        : mine.map(({ column }) => `\`${metricOf(row, column)}\``).join(', '),
    ]);
  const remarks = [...new Set(mine.flatMap(({ column }) => column.notes ?? []))].map((key) => notes[key]!);
  return [
    { kind: 'text', text: source },
    {
      kind: 'table',
      head: ['', ...mine.map(({ column }) => column.heading.join(' ')), 'our metric'],
      rows: lines,
    },
    ...whereAny(remarks, { kind: 'list', items: remarks }),
  ];
}

/** How the command line has an option: one that is on unless it is taken away is named by its absence. */
function flagOf({ name, choices, default: usual }: TaskOption): string {
  return choices?.join() === 'yes,no' && usual === 'yes' ? `--no-${name}` : `--${name}`;
}

function capitalise(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
