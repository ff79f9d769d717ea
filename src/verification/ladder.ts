/** The numbers that others measured on whole benchmarks, as runs of ours that must give the same. */
import type { OthersNumber } from '../reports/others.js';
import type { Dtype } from '../results/dtype.js';
import type { Result } from '../results/result.js';
import { type CheckedFact, numberFact } from './fact.js';
import { roundingOf } from './low-bits.js';

/** One run of `gpt eval` and the published numbers that come out of it. */
export interface Rung {
  task: string;
  model: string;
  options: Record<string, string>;
  /** Tokens that the model reads. */
  tokens: number;
  numbers: OthersNumber[];
}

/** The runs for one model, the cheapest first. */
export function rungsOf(model: string, others: readonly OthersNumber[]): Rung[] {
  const rungs = new Map<string, Rung>();
  for (const one of others) {
    if (one.model !== model || one.run === undefined) continue;
    const { task } = one;
    const { options, tokens } = one.run;
    const key = JSON.stringify([task, options]);
    const rung = rungs.get(key) ?? { task, model, options, tokens, numbers: [] };
    rung.numbers.push(one);
    rungs.set(key, rung);
  }
  return [...rungs.values()].sort((a, b) => a.tokens - b.tokens);
}

/** Whether a result is what a rung asks for: that task with those options, on all of its data, by those weights in those numbers. */
export function answersRung(result: Result, rung: Rung, sha256: string, dtype: Dtype = 'fp32'): boolean {
  const sorted = (options: Record<string, string> = {}) => JSON.stringify(Object.entries(options).sort());
  return (
    result.task.name === rung.task &&
    sorted(result.task.variant) === sorted(rung.options) &&
    result.model.sha256 === sha256 &&
    (result.model.dtype ?? 'fp32') === dtype &&
    result.finetuning === undefined &&
    result.settings.limit === null &&
    result.data.complete
  );
}

/** The facts that a result settles. */
export function checkRung(rung: Rung, result: Result): CheckedFact[] {
  return rung.numbers.map((one) => {
    const metric = result.metrics.find(({ id }) => id === one.metric);
    const fact = {
      step: 'benchmark' as const,
      what: describeNumber(one),
      source: one.source,
      seconds: result.time.scoringSeconds,
    };
    if (metric === undefined) {
      const note = `a result of ${rung.task} has no metric ${one.metric}`;
      return { ...fact, expected: one.value, verdict: 'not checked', note };
    }
    const digits = one.value.split('.')[1]?.length ?? 0;
    const numbers = {
      ...{ expected: Number(one.value), found: metric.value },
      tolerance: one.run!.tolerance + roundingOf(metric, result.model.dtype),
    };
    return numberFact({ ...fact, ...numbers }, (value) => value.toFixed(digits));
  });
}

/** The facts of a rung that could not be run. */
export function leftOutRung(rung: Rung, reason: string): CheckedFact[] {
  return rung.numbers.map((one) => ({
    step: 'benchmark',
    what: describeNumber(one),
    expected: one.value,
    source: one.source,
    verdict: 'not checked',
    note: reason,
    seconds: 0,
  }));
}

function describeNumber({ task, metric, setting }: OthersNumber): string {
  return `${task}, ${metric.replaceAll('_', ' ')} (${setting})`;
}
