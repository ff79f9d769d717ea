/** How a dry run is shown: a row for each task and model, in it a line for each kind of run, whatever the seeds. */
import type { Workload } from '../finetuning/estimate.js';
import { formatBytes, formatCount, formatDuration } from '../format.js';
import { mean } from '../metrics/mean.js';
import { drawGrid, type TerminalStyle, wrapText } from '../reports/grid.js';

/** What is known about a run that is not made: with `--json` printed as it is. */
export interface DryRunEntry {
  task: string;
  model: string;
  seed: number;
  /** As `changedSettings` says them. */
  changed: string[];
  work: Workload;
  seconds: number;
  /** Weights, gradients and moments; and the whole process after the largest pass. */
  parameterBytes: number;
  residentBytes: number;
}

/** Runs that differ in nothing but their seeds. */
type Kind = readonly DryRunEntry[];

/** The table, what its numbers are, and what all runs take together. At least one entry. */
export async function drawDryRun(entries: readonly DryRunEntry[], style: TerminalStyle): Promise<string> {
  const width = style.columns ?? 110;
  const shared = sharedSettings(entries);
  const rows = groupBy(entries, ({ task, model }) => [task, model]).map((ofTask) => {
    const kinds = groupBy(ofTask, (entry) => withoutSeed(entry));
    const cells = kinds.map((kind) => describeKind(kind, shared));
    const { task, model } = ofTask[0]!;
    const isOnlyModel = entries.every((entry) => entry.model === model);
    return [isOnlyModel ? task : `${task} × ${model}`, ...columns.map((_, place) => column(cells, place))];
  });
  const head = ['task', ...columns];
  const align = head.map((_, place) => (place < 2 ? ('left' as const) : ('right' as const)));
  const grid = await drawGrid({ head, align, rows, keyColumns: 2 }, style);
  const total = entries.reduce((sum, { seconds }) => sum + seconds, 0);
  const most = Math.max(...entries.map(({ residentBytes }) => residentBytes));
  const notes = [
    ...(shared.length > 0 ? [`All runs: ${shared.join(', ')}.`] : []),
    'Tokens, passes and updates are of one run; no pass has more positions than stands behind their number. Memory is that of the parameters and that of the whole process.',
    `${entries.length === 1 ? 'The run' : `${entries.length} runs`} would take about ${formatDuration(total)} and ${formatBytes(most)} of memory. Timed on a few real updates; nothing was kept.`,
  ];
  return `${[grid.trimEnd(), ...notes.map((note) => wrapText(note, width))].join('\n')}\n`;
}

const columns = [
  'settings',
  'train + dev',
  'of these cut',
  'tokens/epoch',
  'passes/epoch',
  'updates',
  'memory',
  'time',
];

function describeKind(kind: Kind, shared: readonly string[]): string[] {
  const [{ work, ...first }] = kind as [DryRunEntry];
  const own = first.changed.filter((change) => !shared.includes(change) && !isSeed(change));
  const seeds = kind.length > 1 ? [`${kind.length} seeds`] : first.changed.filter(isSeed);
  // Of batches with other seeds other examples are left out, so that their tokens differ a little.
  const average = (of: (entry: DryRunEntry) => number) => mean(kind.map(of)).value;
  return [
    [...own, ...seeds.filter((seed) => !shared.includes(seed))].join(', ') || '–',
    `${formatCount(work.trainExamples)} + ${formatCount(work.devExamples)}`,
    `${formatCount(work.cut.train)} + ${formatCount(work.cut.dev)}`,
    formatCount(average((entry) => entry.work.tokensPerEpoch)),
    `${formatCount(average((entry) => entry.work.passesPerEpoch))} × ≤ ${formatCount(Math.max(...kind.map((entry) => entry.work.largestPass)))}`,
    formatCount(work.updates),
    `${formatBytes(first.parameterBytes)}, ${formatBytes(Math.max(...kind.map(({ residentBytes }) => residentBytes)))}`,
    `${kind.length > 1 ? `${kind.length} × ` : ''}${formatDuration(average(({ seconds }) => seconds))}`,
  ];
}

/** One cell of a row: a line for each kind. */
const column = (cells: readonly string[][], place: number) => cells.map((cell) => cell[place]!).join('\n');

const isSeed = (change: string) => /^seed \d+$/.test(change);
const withoutSeed = ({ changed }: DryRunEntry) => changed.filter((change) => !isSeed(change));

/** What every run was told: said once, below the table. */
function sharedSettings(entries: readonly DryRunEntry[]): string[] {
  if (entries.length === 1) return [];
  return entries[0]!.changed.filter((change) => entries.every(({ changed }) => changed.includes(change)));
}

function groupBy(
  entries: readonly DryRunEntry[],
  keyOf: (entry: DryRunEntry) => readonly string[],
): DryRunEntry[][] {
  const groups = new Map<string, DryRunEntry[]>();
  for (const entry of entries) {
    const key = JSON.stringify(keyOf(entry));
    groups.set(key, [...(groups.get(key) ?? []), entry]);
  }
  return [...groups.values()];
}
