/** What `gpt reproduce` prints: the plan before, and after it the tables, figures and claims that it went into. */
import { formatBytes, formatDuration } from '../format.js';
import { readClaims } from '../reports/claims/claim.js';
import { judgeClaims } from '../reports/claims/sheet.js';
import { listExperiments } from '../reports/experiment.js';
import { renderSheetTerminal, type Sheet } from '../reports/sheet.js';
import {
  describeCompleteness,
  describeModel,
  describeSettings,
  describeValue,
  headlines,
} from '../reports/summary.js';
import type { Result } from '../results/result.js';
import { runClaims } from './claims.js';
import { runFigure } from './figure.js';
import type { Output } from './output.js';
import { readSoundResults } from './read-results.js';
import type { Estimate } from './reproduce-estimate.js';
import type { Step } from './reproduce-steps.js';
import { runTable } from './table.js';

/** How a step went. */
export interface StepReport {
  step: Step;
  state: 'done' | 'done before' | 'there' | 'left out' | 'failed';
  seconds?: number;
  problem?: string;
}

interface Shown {
  results: string;
  json: boolean;
}

/** The steps with what each will take; those without an estimate are finished. */
export async function printPlan(
  title: string,
  steps: readonly Step[],
  estimates: ReadonlyMap<Step, Estimate>,
  { json }: Shown,
  output: Output,
): Promise<void> {
  if (json) {
    const entries = steps.map((step) => ({
      ...describeStep(step),
      state: stateOf(step, estimates),
      ...estimates.get(step),
    }));
    output.out(JSON.stringify({ title, steps: entries }, null, 2));
    return;
  }
  const all = [...estimates.values()];
  const seconds = all.reduce((sum, one) => sum + (one.seconds ?? 0), 0);
  const bytes = Math.max(0, ...all.map((one) => one.bytes ?? 0));
  const sheet: Sheet = {
    title,
    source: '',
    head: ['step', 'data', 'time', 'memory', 'for'],
    align: ['left', 'left', 'right', 'right', 'left'],
    rows: steps.map((step) => {
      const estimate = estimates.get(step);
      return [
        step.id,
        step.missing ?? (step.data === 'sample' ? 'sample' : 'real files'),
        estimate?.seconds === undefined ? stateOf(step, estimates) : formatDuration(estimate.seconds),
        estimate?.bytes === undefined ? '' : formatBytes(estimate.bytes),
        describeFeeds(step),
      ];
    }),
    notes: [
      `About ${formatDuration(seconds)} and ${formatBytes(bytes)} of memory, from the speed of each model measured just now beside whatever else this machine is doing.`,
      ...(steps.some(({ data }) => data === 'sample')
        ? ['Numbers on a sample show that the machinery works; they stand in no table, figure or claim.']
        : []),
    ],
  };
  output.write(await renderSheetTerminal(sheet, output));
}

const stateOf = (step: Step, estimates: ReadonlyMap<Step, Estimate>) =>
  step.isThere
    ? 'comes with the tool'
    : step.missing !== undefined
      ? 'left out'
      : estimates.has(step)
        ? 'to do'
        : 'done before';

function describeFeeds({ feeds: { tables, figures, claims } }: Step): string {
  const named = [...tables, ...figures];
  return [
    ...named,
    ...(claims.length === 0 ? [] : [claims.length === 1 ? '1 claim' : `${claims.length} claims`]),
  ].join(', ');
}

function describeStep({ id, words, data, feeds, missing, work }: Step) {
  return {
    id,
    command: ['gpt', ...words].join(' '),
    data,
    feeds,
    work,
    ...(missing !== undefined && { missing }),
  };
}

/** The numbers of the run, then every table, figure and claim that one of its steps goes into. */
export async function printOutcome(
  title: string,
  reports: readonly StepReport[],
  { results: folder, json }: Shown,
  output: Output,
): Promise<void> {
  const worked = reports.filter(({ state }) => state === 'done' || state === 'done before');
  const fed = (kind: keyof Step['feeds']) =>
    [...new Set(worked.flatMap(({ step }) => step.feeds[kind]))].sort();
  const [tables, figures, claims] = [fed('tables'), fed('figures'), fed('claims')];
  const all = await readSoundResults(folder, output);
  const results = all.filter((result) => worked.some(({ step }) => isOf(step, result)));
  if (json) {
    const [known, experiments] = await Promise.all([readClaims(), listExperiments()]);
    const judged = judgeClaims(
      known.claims.filter(({ id }) => claims.includes(id)),
      known,
      { results: all, experiments },
    );
    const verdicts = judged.map(({ claim, family }) => ({
      id: claim.id,
      verdict: family.verdict,
      values: family.values,
    }));
    const steps = reports.map(({ step, ...rest }) => ({ ...describeStep(step), ...rest }));
    output.out(JSON.stringify({ title, steps, tables, figures, claims: verdicts }, null, 2));
    return;
  }
  for (const id of tables)
    await runTable(id, { results: folder, format: 'terminal', json, others: false }, output);
  for (const id of figures) await runFigure(id, { results: folder, json }, output);
  if (claims.length > 0) await runClaims(claims, { results: folder, format: 'terminal', json }, output);
  if (results.length > 0) output.write(await renderSheetTerminal(await numbersSheet(title, results), output));
}

function isOf({ task, model, data }: Step, result: Result): boolean {
  const isSample = result.data.source === 'sample';
  return (
    task === result.task.name && (model ?? 'none') === result.model.name && isSample === (data === 'sample')
  );
}

async function numbersSheet(title: string, results: readonly Result[]): Promise<Sheet> {
  const rows = headlines(results, await listExperiments()).map((headline) => [
    headline.result.task.name,
    describeModel(headline.result),
    describeSettings(headline.result),
    `${headline.metric.label} ${describeValue(headline)}`,
    headline.result.data.source === 'sample' ? 'sample' : describeCompleteness(headline.result),
  ]);
  return {
    ...{ title, source: '', rows, notes: [], groupColumns: 1 },
    head: ['task', 'model', 'settings', 'measured', 'data'],
    align: ['left', 'left', 'left', 'left', 'left'],
  };
}
