import { countOf, formatCount } from '../format.js';
import { registeredModels } from '../models/config.js';
import { vocabularyKind } from '../models/parameters.js';
import { partOfData } from '../results/comparable.js';
import { formatDigits, formatError, formatMetric, formatNumber } from '../results/format.js';
import type { Detail, Metric, Result } from '../results/result.js';
import { drawGrid, type TerminalStyle, wrapText } from './grid.js';

/** The paper's value for one metric of a result. */
export interface PaperValue {
  /** Id of the metric. */
  metric: string;
  value: number;
  /** Row and column of the paper's table, e.g. `117M (124M)`, `LAMBADA PPL`. */
  rowLabel: string;
  columnLabel: string;
}

/**
 * A result for a terminal, under its task and model: our numbers beside the paper's, and what to know about them. One that is not on
 * the published data has no difference to the paper.
 */
export async function renderResult(
  result: Result,
  paper: readonly PaperValue[],
  style: TerminalStyle,
): Promise<string> {
  // What is not of the published data has no difference to the paper, and what the paper does not have no place in the grid.
  const label = paper[0] ? `paper, ${paper[0].rowLabel}` : 'paper';
  const isWhole = partOfData(result) === undefined;
  const compared = paper.length === 0 ? [] : isWhole ? [label, 'difference'] : [label];
  const rows = result.metrics.map((metric) => {
    const published = paper.find((value) => value.metric === metric.id);
    const own = [
      metric.label,
      formatMetric(metric),
      metric.standardError === null ? '' : `± ${formatError(metric)}`,
    ];
    return [...own, ...comparison(metric, published).slice(0, compared.length)];
  });
  const grid = await drawGrid(
    {
      head: ['', 'ours', 'std. error', ...compared],
      align: ['left', 'right', 'right', ...compared.map(() => 'right' as const)],
      rows,
      keyColumns: 1,
    },
    style,
  );
  const lists = await Promise.all((result.details ?? []).map((detail) => drawDetail(detail, style)));
  const notes = footnotes(result).map((note) => `${wrapText(note, style.columns ?? 110)}\n`);
  const title = wrapText(`${result.task.name} × ${result.model.name}`, style.columns ?? 110);
  const heading = style.color ? `\x1b[1m${title}\x1b[22m\n` : `${title}\n`;
  return [heading, grid, ...lists, ...notes].join('');
}

/** A list that goes with the numbers, its title above it. */
async function drawDetail({ title, columns, rows }: Detail, style: TerminalStyle): Promise<string> {
  const grid = await drawGrid(
    {
      head: columns,
      align: columns.map((_, place) => (typeof rows[0]?.[place] === 'number' ? 'right' : 'left')),
      rows: rows.map((row) => row.map((cell) => (typeof cell === 'number' ? formatCell(cell) : cell))),
      keyColumns: 1,
    },
    style,
  );
  return `\n${title}\n${grid}`;
}

function formatCell(value: number): string {
  return Number.isInteger(value) ? formatCount(value) : formatNumber(value);
}

function comparison(metric: Metric, published: PaperValue | undefined): [string, string] {
  if (published === undefined) return ['–', '–'];
  const difference = metric.value - published.value;
  const sign = difference > 0 ? '+' : difference < 0 ? '−' : '';
  return [
    formatMetric({ ...metric, value: published.value }),
    `${sign}${formatDigits({ ...metric, value: Math.abs(difference) }, { beside: metric.value })}`,
  ];
}

function footnotes({ task, model, data, settings, counts, deviations, time }: Result): string[] {
  const options = Object.entries(task.variant ?? {})
    .map(([option, value]) => `, ${option} ${value}`)
    .join('');
  const part = settings.limit === null ? '' : `, the first ${formatCount(settings.limit)}`;
  const sample = data.source === 'sample' ? ' (hand-written sample: not comparable with the paper)' : '';
  return [
    `${task.title}${options}; ${data.name}${part}: ${countOf(counts.examples, 'example')} from ${data.file}${sample}.`,
    `${countOf(counts.inputTokens, 'token')} (${vocabularyOf(model)}) in ${formatNumber(time.scoringSeconds)} s on ${settings.device}: ${formatCount(time.tokensPerSecond)} tokens/s.`,
    ...[...(data.notes ?? []), ...deviations].map((remark) => `* ${remark}`),
  ];
}

/** The released vocabulary by its name; any other, which may have been learned by the same rules, by its size. */
function vocabularyOf({ tokenizer, config }: Result['model']): string {
  const isReleased = registeredModels.some(
    (released) =>
      tokenizer.name.startsWith(vocabularyKind(released.config)) &&
      released.config.vocabSize === config.vocabSize,
  );
  return isReleased ? tokenizer.name : `a vocabulary of ${formatCount(config.vocabSize)}`;
}
