/** The pages about results that are written from them: results/README.md, results/numbers.csv and a section of README.md. */
import { sha256Of } from '../files/sha256.js';
import { formatCount } from '../format.js';
import { formatError, formatMetric, formatNumber } from '../results/format.js';
import type { Result } from '../results/result.js';
import { resultFileName } from '../results/results-folder.js';
import { csvLines } from './csv.js';
import type { Experiment } from './experiment.js';
import { renderMarkdown } from './markdown.js';
import {
  describeCompleteness,
  describeDay,
  describeMajority,
  describeModel,
  describeSettings,
  describeValue,
  headlines,
  sortResults,
} from './summary.js';
import { buildTable, countCells, type Table, type TableCell } from './table.js';

/** Everything that the pages are written from. */
export interface PageSources {
  /** The committed results. */
  results: readonly Result[];
  /** Results on the hand-written samples: only numbers.csv has them. */
  samples: readonly Result[];
  experiments: readonly Experiment[];
}

/** Begin and end of the section of README.md, each a line of its own. */
export const sectionMarkers = [
  '<!-- results: written by "gpt results --write" -->',
  '<!-- /results -->',
] as const;

/** The table that README.md shows; the page of results shows all. */
const shownInReadme = 'gpt2-table3';

/** results/README.md: every number of every result, and the papers' tables with ours in them. */
export function renderResultsPage({ results, experiments }: PageSources): string {
  const tables = experiments.map((experiment) => buildTable(experiment, results));
  return joinBlocks([
    '# Results',
    'Written by `gpt results --write` from the files beside it and from `experiments/`; `gpt results --check` tells where it does not ' +
      'follow from them. [numbers.csv](numbers.csv) has the same numbers unrounded. Standard errors are over examples.',
    '`samples/` holds results on the samples that come with the tool. They say nothing about a model; they are there to be computed again ' +
      'on any machine and compared (`npm run results`).',
    '## At a glance',
    'The papers’ tables, and how many of their cells we have a number for (a whole run of the published model on the published data):',
    renderCellCounts(tables),
    'The main number of each result.',
    renderHeadlines(results, experiments),
    '## What was run',
    renderMetrics(results),
    '## How to have it again',
    renderRuns(results),
    '## The papers’ tables',
    ...tables.flatMap((table) => [`### ${table.id}`, describeFill(table), renderMarkdown(table).trimEnd()]),
  ]);
}

/** The section of README.md between the markers: one table of a paper, with what the models at hand have in it. */
export function renderReadmeSection({ results, experiments }: PageSources): string {
  const shown = experiments.find(({ id }) => id === shownInReadme);
  if (shown === undefined) return joinBlocks(['Nothing yet.']);
  const table = buildTable(shown, results);
  const notRun = countCells(table).ours === 0 ? '; of the paper’s models not run yet' : '';
  return joinBlocks([
    `**${table.id}**. ${table.title}${notRun}. “–”: nothing there.`,
    renderBesidePaper(table),
    '[results/README.md](results/README.md) has every number, and how each can be had again.',
  ]);
}

/**
 * results/numbers.csv: one line per metric of each result, unrounded, and one with a hash of all that the file says, so that
 * no digit of a result can change unnoticed.
 */
export function renderNumbers({ results, samples }: PageSources): string {
  const folders = [
    ['results', results],
    ['results/samples', samples],
  ] as const;
  const lines = folders.flatMap(([folder, some]) =>
    [...some]
      .sort((a, b) => (resultFileName(a) < resultFileName(b) ? -1 : 1))
      .flatMap((result) => {
        const file = resultFileName(result);
        const hash = sha256Of(JSON.stringify(result));
        return [
          [folder, file, 'sha256', hash, '', '', ''],
          ...result.metrics.map(({ id, value, standardError, n, unit }) =>
            [folder, file, id, value, standardError ?? '', n, unit].map(String),
          ),
        ];
      }),
  );
  const header = ['table', 'row', 'column', 'value', 'standard_error', 'n', 'unit'];
  return csvLines([header, ...lines]);
}

/** The text with its section replaced; undefined when it has none. */
export function replaceSection(text: string, section: string): string | undefined {
  const [begin, end] = sectionMarkers.map((marker) => text.indexOf(marker)) as [number, number];
  if (begin < 0 || end < begin) return undefined;
  return `${text.slice(0, begin + sectionMarkers[0].length)}\n\n${section}\n${text.slice(end)}`;
}

function renderCellCounts(tables: readonly Table[]): string {
  return renderRows(
    ['table', 'of', '> cells', '> ours'],
    tables
      .map((table) => ({ table, ...countCells(table) }))
      // A table of other systems alone, or of what no task measures, cannot be filled.
      .filter(({ cells }) => cells > 0)
      .map(({ table, cells, ours }) => [
        `\`gpt table ${table.id}\``,
        table.title,
        String(cells),
        ours === 0 ? 'not run yet' : String(ours),
      ]),
  );
}

function renderMetrics(results: readonly Result[]): string {
  if (results.length === 0) return 'Nothing yet.';
  return renderRows(
    ['task', 'model', 'settings', 'metric', '> value', '> std. error', '> n'],
    sortResults(results).flatMap((result) =>
      result.metrics.map((metric) => [
        result.task.name,
        describeModel(result),
        describeSettings(result) || '–',
        metric.label,
        formatMetric(metric),
        formatError(metric),
        formatCount(metric.n),
      ]),
    ),
  );
}

function renderRuns(results: readonly Result[]): string {
  if (results.length === 0) return 'Nothing yet.';
  return renderRows(
    ['file', 'command', 'data', '> finished', '> seconds', '> tokens/s', '> machine'],
    sortResults(results).map((result) => [
      `[${resultFileName(result)}](${resultFileName(result)})`,
      `\`${result.command}\``,
      `${result.data.file}: ${describeCompleteness(result)}`,
      describeDay(result),
      formatCount(result.time.scoringSeconds),
      formatCount(result.time.tokensPerSecond),
      `${result.environment.cpu}, ${result.environment.threads} threads`,
    ]),
  );
}

function renderHeadlines(results: readonly Result[], experiments: readonly Experiment[]): string {
  if (results.length === 0) return 'Nothing yet.';
  return renderRows(
    ['task', 'model', 'settings', 'metric', '> value', '> frequent class', '> examples', '> seconds'],
    headlines(results, experiments).map((headline) => [
      headline.result.task.name,
      describeModel(headline.result),
      describeSettings(headline.result) || '–',
      headline.metric.label,
      describeValue(headline),
      describeMajority(headline),
      formatCount(headline.metric.n),
      formatCount(headline.result.time.scoringSeconds),
    ]),
  );
}

/**
 * The table turned on its side, so that it fits a page: one line per column; the paper and ours of its models, ours of others. Where
 * nothing was run of a paper's model, the paper alone.
 */
function renderBesidePaper(table: Table): string {
  const rows = table.rows.filter(({ model }) => model !== null);
  return renderRows(
    [
      '',
      ...rows.flatMap((row) => [
        ...(row.isOther ? [] : [`> ${row.label}: paper`]),
        ...(hasOurs(row) ? [`> ${row.label}: ours`] : []),
      ]),
    ],
    table.columns.map((column, place) => [
      column.heading.join(' '),
      ...rows.flatMap((row) => {
        const { published } = row.cells[place]!;
        return [
          ...(row.isOther ? [] : [published ?? '–']),
          ...(hasOurs(row) ? [showOurs(row.cells[place]!)] : []),
        ];
      }),
    ]),
  );
}

/** The unit stands in the column's heading. */
function showOurs({ ours, standardError }: TableCell): string {
  if (ours === undefined) return '–';
  const error = standardError ? ` ± ${formatNumber(standardError, { beside: ours })}` : '';
  return formatNumber(ours) + error;
}

const hasOurs = ({ cells }: Table['rows'][number]) => cells.some(({ ours }) => ours !== undefined);

function describeFill(table: Table): string {
  const { cells, ours } = countCells(table);
  return ours === 0 ? 'Ours: not run yet.' : `Ours: ${ours} of ${cells} cells.`;
}

/** A Markdown table; a heading that begins with `> ` aligns its column to the right. */
function renderRows(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  const titles = head.map((title) => title.replace(/^> /, ''));
  const rules = head.map((title) => (title.startsWith('> ') ? '---:' : '---'));
  return [line(titles), line(rules), ...rows.map(line)].join('\n');
}

const joinBlocks = (blocks: readonly string[]) => `${blocks.join('\n\n')}\n`;
