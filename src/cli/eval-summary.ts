/** How `gpt eval` of several tasks ends: one line for each result, whatever was printed between them. */
import { type Experiment, publishedValue } from '../reports/experiment.js';
import { drawGrid, type TerminalStyle } from '../reports/grid.js';
import { describeSettings, headlines } from '../reports/summary.js';
import { partOfData } from '../results/comparable.js';
import { formatMetric } from '../results/format.js';
import type { Result } from '../results/result.js';

/** The results in the order in which they were made, then the tasks that could not be run. */
export async function renderEvalSummary(
  results: readonly Result[],
  failed: readonly string[],
  experiments: readonly Experiment[],
  style: TerminalStyle,
): Promise<string> {
  const rows = results.map((result) => {
    const { metric } = headlines([result], experiments)[0]!;
    const published = experiments
      .map((experiment) => publishedValue(experiment, result, metric.id))
      .find((value) => value !== undefined);
    const isComparable = partOfData(result) === undefined;
    return [
      [result.task.name, describeSettings(result)].filter((text) => text !== '').join('\n'),
      result.model.name,
      metric.label,
      formatMetric(metric),
      isComparable && published !== undefined ? formatMetric({ ...metric, value: published.value }) : '–',
      describeData(result, isComparable),
    ];
  });
  const grid = await drawGrid(
    {
      head: ['task', 'model', 'metric', 'ours', 'paper', 'data'],
      rows: [...rows, ...failed.map((name) => [name, '', 'could not be run', '–', '–', ''])],
      align: ['left', 'left', 'left', 'right', 'right', 'left'],
      keyColumns: 1,
    },
    style,
  );
  return `\nAll of them\n${grid}`;
}

/** In a word or two: what exactly stands above. */
function describeData({ data }: Result, isComparable: boolean): string {
  if (isComparable) return 'whole';
  return data.source === 'sample' ? 'sample' : 'not the whole';
}
