/** How results of fine-tuning are printed: one run, several seeds, a whole sweep. */
import { groupRuns, type PlannedRun } from '../finetuning/plan.js';
import { describeSpread } from '../finetuning/sweep.js';
import { countOf } from '../format.js';
import { publishedValue, readExperiment } from '../reports/experiment.js';
import { drawGrid, wrapText } from '../reports/grid.js';
import { type PaperValue, renderResult } from '../reports/result-table.js';
import { FROM_SCRATCH } from '../results/finetune-settings.js';
import { formatMetric, formatNumber } from '../results/format.js';
import type { Result } from '../results/result.js';
import type { AnyFinetuneTask } from '../tasks/finetune-task.js';
import type { CommandContext } from './context.js';
import type { Output } from './output.js';

/** What the paper prints beside the metrics of a result. */
export async function paperValues(result: Result, task: AnyFinetuneTask): Promise<PaperValue[]> {
  const experiment = await readExperiment(task.paper.table);
  return result.metrics.flatMap((metric) => {
    const published = publishedValue(experiment, result, metric.id);
    return published === undefined ? [] : [{ ...published, metric: metric.id }];
  });
}

/** A run with its epochs. */
export async function printResult(result: Result, task: AnyFinetuneTask, output: Output): Promise<void> {
  output.out(await renderResult(result, await paperValues(result, task), output));
  output.out(`${describeEpochs(result)}\n`);
}

/** What sums up several runs; not in full, where it is a part of something larger, in one line. */
export async function printSummary(
  result: Result,
  task: AnyFinetuneTask,
  inFull: boolean,
  output: Output,
): Promise<void> {
  if (inFull) output.out(await renderResult(result, await paperValues(result, task), output));
  if (result.sweep?.spread) output.out(`${describeSpread(result)}\n`);
}

/** `rte × gpt1, seed 43: accuracy 56.00 %`, a run among others. */
export function describeRun({ task, model, metrics, finetuning }: Result): string {
  const { seed } = finetuning!.settings;
  const changes = finetuning!.changed.filter((change) => !change.startsWith('seed '));
  const [metric] = metrics;
  const title = [`${task.name} × ${model.name}`, ...changes, `seed ${seed}`].join(', ');
  return `${title}: ${metric!.label} ${formatMetric(metric!)}\n`;
}

/** What it was trained on, and a line for each epoch. */
function describeEpochs({ finetuning, metrics }: Result): string {
  const { epochs, bestEpoch: best, counts, settings, train } = finetuning!;
  const trained = `trained on ${countOf(counts.examples, 'example')} of ${train.name} from ${train.file}: ${countOf(counts.updates, 'update')} of ${settings.batch}`;
  return [
    trained,
    ...epochs.map(({ trainLoss, devLoss, score }, place) => {
      const shown = formatMetric({ ...metrics[0]!, value: score });
      const mark = place + 1 === best ? ', best' : '';
      return `  epoch ${place + 1}: training loss ${trainLoss.toFixed(4)}, dev loss ${devLoss.toFixed(4)}, ${metrics[0]!.label} ${shown}${mark}`;
    }),
  ].join('\n');
}

/** A line for each kind of run of a sweep, with what a guesser and a model from scratch get and what the paper prints. */
export async function printOverview(
  kinds: readonly (PlannedRun & { result: Result })[],
  { output }: CommandContext,
): Promise<void> {
  const families = groupRuns(kinds, 'transferLayers');
  const rows = await Promise.all(
    kinds.map(async (kind) => {
      const { result, task } = kind;
      const { metrics, sweep, finetuning, model } = result;
      const metric = metrics[0]!;
      const shown = (value: number | undefined) =>
        value === undefined ? '–' : formatMetric({ ...metric, value });
      const majority = metrics.find(({ id }) => id === `majority_${metric.id}`);
      const family = families.find((members) => members.includes(kind));
      const scratch = family?.find(({ settings }) => settings.transferLayers === FROM_SCRATCH);
      const deviation = sweep?.spread?.[0]?.deviation;
      // The paper's figure is of the settings of the paper: it says nothing about others.
      const paper = finetuning!.changed.length > 0 ? [] : await paperValues(result, task);
      return [
        task.name,
        model.name,
        finetuning!.changed.join(', ') || '–',
        metric.label,
        shown(metric.value),
        deviation === undefined ? '–' : `${formatNumber(deviation)} (${sweep!.runs.length} seeds)`,
        shown(majority?.value),
        shown(scratch?.result.metrics[0]?.value),
        shown(paper.find((value) => value.metric === metric.id)?.value),
      ];
    }),
  );
  const head = [
    'task',
    'model',
    'settings',
    'metric',
    'ours',
    'std. dev.',
    'majority',
    'from scratch',
    'paper',
  ];
  const align = head.map((_, place) => (place < 4 ? ('left' as const) : ('right' as const)));
  output.out(await drawGrid({ head, align, rows, keyColumns: 3 }, output));
  const deviations = new Set(kinds.flatMap(({ result }) => result.deviations));
  output.out([...deviations].map((note) => `${wrapText(`* ${note}`, output.columns ?? 110)}\n`).join(''));
}
