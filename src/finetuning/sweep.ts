/** Results that differ in one setting only, summed up in one: over seeds, or over transferred layers. */
import { sha256Of } from '../files/sha256.js';
import { mean } from '../metrics/mean.js';
import { FROM_SCRATCH } from '../results/finetune-settings.js';
import { formatMetric, formatNumber } from '../results/format.js';
import type { Detail, Metric, Result, SweepRecord } from '../results/result.js';
import { resultFileName } from '../results/results-folder.js';

/**
 * Several seeds of the same run: each metric is the mean over the runs, its standard error the mean of theirs (all of them are
 * measured on the same examples, so it does not shrink with their number), `sweep` has the spread. What is said about training is
 * that of the best run. Throws RangeError for fewer than two.
 */
export function summarizeSeeds(results: readonly Result[]): Result {
  if (results.length < 2) throw new RangeError('a spread needs two runs');
  const { metrics } = results[0]!;
  const spread = metrics.map(({ id }, place) => spreadOf(results, id, metrics[place]!.higherIsBetter));
  const best = results.find(({ finetuning }) => finetuning!.settings.seed === spread[0]!.best)!;
  return {
    ...combine(results, best, 'seed', (result) => result.finetuning!.settings.seed),
    metrics: metrics.map((metric) => {
      const found = results.map((result) => metricOf(result, metric.id));
      const errors = found.map(({ standardError }) => standardError);
      return {
        ...metric,
        value: mean(found.map(({ value }) => value)).value,
        standardError: errors.includes(null) ? null : mean(errors as number[]).value,
      };
    }),
    sweep: { ...recordOf(results, 'seed', (result) => result.finetuning!.settings.seed), spread },
  };
}

/**
 * What is left of the score when fewer layers are taken over (GPT-1 paper, Figure 2 left): the metrics are those of the most
 * layers, `details` has a line for each number of them, −1 being a model from scratch. The results may be means over seeds. Throws
 * RangeError for fewer than two.
 */
export function summarizeTransfer(results: readonly Result[]): Result {
  if (results.length < 2) throw new RangeError('a curve needs two points');
  const sorted = results.toSorted((a, b) => transferredLayers(a) - transferredLayers(b));
  const last = sorted.at(-1)!;
  const { details: _, ...combined } = combine(sorted, last, 'transfer-layers', transferredLayers);
  return {
    ...combined,
    metrics: last.metrics,
    details: [transferDetail(sorted)],
    sweep: {
      ...recordOf(sorted, 'transfer-layers', transferredLayers),
      ...(last.sweep && { seeds: last.sweep.runs.map(({ value }) => value) }),
    },
  };
}

/** How many layers a run took over; −1 where it took nothing. */
function transferredLayers({ model, finetuning }: Result): number {
  return finetuning!.settings.transferLayers ?? model.config.nLayer;
}

/** `accuracy 56.00 %, standard deviation 1.20 over 3 seeds, 54.90 % (seed 44) to 57.30 % (seed 42)`. */
export function describeSpread({ metrics, sweep }: Result): string {
  const [metric, spread] = [metrics[0]!, sweep!.spread![0]!];
  const seeds = sweep!.runs.map(({ value }) => value).join(', ');
  const shown = (value: number) => formatMetric({ ...metric, value });
  return `${sweep!.runs.length} runs, seeds ${seeds}: ${metric.label} ${shown(metric.value)}, standard deviation ${formatNumber(spread.deviation)}, ${shown(spread.min)} to ${shown(spread.max)}, best seed ${spread.best}.`;
}

function transferDetail(results: readonly Result[]): Detail {
  const [metric] = results[0]!.metrics;
  const hasSpread = results.every(({ sweep }) => sweep?.spread !== undefined);
  return {
    id: 'transfer_layers',
    title: 'By number of layers taken over from the pretrained model (GPT-1 paper, Figure 2 left)',
    columns: ['layers', metric!.label, ...(hasSpread ? ['standard deviation', 'seeds'] : [])],
    rows: results.map((result) => {
      const layers = transferredLayers(result);
      const { sweep } = result;
      return [
        layers === FROM_SCRATCH ? 'none, not even embeddings' : String(layers),
        metricOf(result, metric!.id).value,
        ...(hasSpread ? [sweep!.spread![0]!.deviation, sweep!.runs.length] : []),
      ];
    }),
  };
}

function metricOf(result: Result, id: string): Metric {
  const metric = result.metrics.find((candidate) => candidate.id === id);
  if (metric === undefined) throw new Error(`a run of ${result.task.name} has no ${id}`);
  return metric;
}

function spreadOf(results: readonly Result[], id: string, higherIsBetter: boolean) {
  const values = results.map((result) => metricOf(result, id).value);
  const { standardError, n } = mean(values);
  const [min, max] = [Math.min(...values), Math.max(...values)];
  return {
    deviation: standardError * Math.sqrt(n),
    min,
    max,
    best: results[values.indexOf(higherIsBetter ? max : min)]!.finetuning!.settings.seed,
  };
}

function recordOf(
  results: readonly Result[],
  setting: SweepRecord['setting'],
  pick: (result: Result) => number,
): SweepRecord {
  const runs = results.map((result) => ({
    value: pick(result),
    file: resultFileName(result),
    fingerprint: result.fingerprint,
    metrics: Object.fromEntries(result.metrics.map(({ id, value }) => [id, value])),
  }));
  return { setting, runs };
}

function combine(
  results: readonly Result[],
  chosen: Result,
  setting: SweepRecord['setting'],
  pick: (result: Result) => number,
): Omit<Result, 'metrics' | 'sweep'> {
  const sum = (of: (result: Result) => number) => results.reduce((total, result) => total + of(result), 0);
  const fingerprints = results.map((result) => [pick(result), result.fingerprint]);
  const { finetuning, counts, time } = chosen;
  const inputTokens = sum((result) => result.counts.inputTokens);
  const seconds = sum((result) => result.time.scoringSeconds);
  const varying = setting === 'seed' ? /^seed / : /^(transfer-layers|from-scratch)/;
  return {
    ...chosen,
    fingerprint: sha256Of(JSON.stringify([setting, fingerprints])),
    finetuning: { ...finetuning!, changed: finetuning!.changed.filter((change) => !varying.test(change)) },
    counts: { ...counts, inputTokens, scoredTokens: sum((result) => result.counts.scoredTokens) },
    deviations: [...new Set(results.flatMap(({ deviations }) => deviations))],
    time: {
      ...time,
      finishedAt: results
        .map(({ time: { finishedAt } }) => finishedAt)
        .sort()
        .at(-1)!,
      scoringSeconds: Number(seconds.toFixed(3)),
      tokensPerSecond: seconds === 0 ? 0 : Number((inputTokens / seconds).toFixed(1)),
    },
  };
}
