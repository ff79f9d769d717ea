/** A task's page in docs/tasks: written from its declaration, so that it cannot say anything else than what is run. */
import type { Dataset } from '../datasets/dataset.js';
import { createTask } from '../tasks/find.js';
import type { AnyTask, TaskDefinition, TaskOption } from '../tasks/task.js';
import { type Experiment, hasColumnOf, metricOf } from './experiment.js';
import { formatOthers, type OthersNumber } from './others.js';

/** The page as Markdown. `experiment` is the paper's table that the task belongs to, `measured` what others measured on any task. */
export function renderTaskPage(
  definition: TaskDefinition,
  experiment: Experiment,
  measured: readonly OthersNumber[],
): string {
  const task = createTask(definition);
  const { page, options, name } = definition;
  const others = measured.filter((one) => one.task === name);
  const parts = [
    `# ${name}`,
    `${capitalise(task.title)}. ${task.paper.name} paper, ${task.paper.section}; ${hasColumnOf(experiment, name) ? `\`gpt table ${experiment.id}\`` : 'no table of the papers has it'}.`,
    ['```sh', `gpt eval ${name} --model gpt2`, '```'].join('\n'),
    `## What is asked\n\n${page.asks}`,
    `## How it is scored\n\n${page.scores}`,
    `## Data\n\n${describeData(task.dataset)}`,
    options.length === 0
      ? ''
      : `## Options\n\n${table(
          ['flag', 'values', 'default', ''],
          options.map((option) => [
            `\`${flagOf(option)}\``,
            option.choices?.join(', ') ?? 'a whole number from 1',
            option.default,
            option.describe,
          ]),
        )}`,
    `## The paper’s numbers\n\n${publishedNumbers(task, experiment)}`,
    others.length === 0
      ? ''
      : `## What others measured\n\n${table(
          ['model', 'setting', 'value', 'source'],
          others.map((one) => [one.model, one.setting, formatOthers(one), one.source]),
        )}`,
    task.deviations.length === 0
      ? ''
      : `## What differs from the paper, or is not said there\n\n${task.deviations.map((text) => `- ${text}`).join('\n')}`,
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
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
}: Dataset<unknown>): string {
  const forms = files.map((form) => (typeof form === 'string' ? form : form.join(' + ')));
  const copies = hub === undefined ? [] : Array.isArray(hub) ? hub : [hub];
  const samples = typeof sample === 'string' ? [sample] : sample;
  return table(
    ['', ''],
    [
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
  );
}

function publishedNumbers(task: AnyTask, { source, columns, rows, notes }: Experiment): string {
  const mine = columns.flatMap((column, place) => (column.task === task.name ? [{ column, place }] : []));
  if (mine.length === 0) return `${source} prints no number for it.`;
  const lines = rows
    .filter(({ published }) => mine.some(({ place }) => published[place] !== null))
    .map((row) => [
      row.label,
      ...mine.map(({ place }) => row.published[place] ?? '–'),
      row.model === null && row.baseline === undefined
        ? ''
        : mine.map(({ column }) => `\`${metricOf(row, column)}\``).join(', '),
    ]);
  const remarks = [...new Set(mine.flatMap(({ column }) => column.notes ?? []))].map(
    (key) => `- ${notes[key]}`,
  );
  return [
    source,
    table(['', ...mine.map(({ column }) => column.heading.join(' ')), 'our metric'], lines),
    remarks.join('\n'),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** How the command line has an option: one that is on unless it is taken away is named by its absence. */
function flagOf({ name, choices, default: usual }: TaskOption): string {
  return choices?.join() === 'yes,no' && usual === 'yes' ? `--no-${name}` : `--${name}`;
}

function capitalise(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
