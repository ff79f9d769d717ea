/** `gpt finetune --dry-run`: what there is to do and how long it would take, without doing it. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  countWork,
  estimateSeconds,
  measureSpeed,
  parameterBytes,
  type Speed,
  type Workload,
} from '../finetuning/estimate.js';
import { prepareExamples } from '../finetuning/finetune.js';
import type { PlannedRun } from '../finetuning/plan.js';
import { changedSettings } from '../finetuning/settings.js';
import { formatBytes, formatCount, formatDuration } from '../format.js';
import { drawGrid } from '../reports/grid.js';
import type { CommandContext } from './context.js';
import type { FinetuneOptions } from './finetune.js';
import { identifyRun, type RunInputs } from './finetune-run.js';

/** What is known about a run that is not made. */
interface Entry {
  task: string;
  model: string;
  changed: string[];
  work: Workload;
  seconds: number;
  parameterBytes: number;
  residentBytes: number;
}

/** Collects runs and prints what they would take. */
export interface DryRun {
  add(run: PlannedRun, inputs: RunInputs): Promise<void>;
  print(): Promise<void>;
}

/** A dry run of so many runs. Runs that do the same work, whatever their seed, are timed once. */
export function dryRunner(count: number, options: FinetuneOptions, context: CommandContext): DryRun {
  const { line, output, signal } = context;
  const entries: Entry[] = [];
  const measured = new Map<string, Speed>();
  return {
    async add(run, inputs) {
      const { task, settings } = run;
      const { model } = inputs;
      const identity = identifyRun(run, inputs);
      const { train, dev } = prepareExamples({
        task,
        trainRows: inputs.train.rows,
        devRows: inputs.dev.rows,
        identity,
        tokenizer: model.tokenizer,
      });
      const trainer = { task, identity, checkpoint: model.checkpoint, threads: options.threads };
      const work = countWork(trainer, train, dev);
      const { seed: _, transferLayers: __, ...rest } = settings;
      const key = JSON.stringify([task.name, model.identity.name, rest]);
      let speed = measured.get(key);
      if (speed === undefined) {
        line.update(`timing ${task.name} × ${model.identity.name}  ${entries.length + 1}/${count}`);
        const folder = await mkdtemp(path.join(tmpdir(), 'gpt-dry-run-'));
        try {
          speed = await measureSpeed(trainer, train, dev, path.join(folder, 'drawn'), signal);
        } finally {
          await rm(folder, { recursive: true, force: true });
        }
        measured.set(key, speed);
        line.clear();
      }
      entries.push({
        task: task.name,
        model: model.identity.name,
        changed: changedSettings(settings),
        work,
        seconds: estimateSeconds(work, speed, settings),
        parameterBytes: parameterBytes(trainer, work),
        residentBytes: speed.residentBytes,
      });
    },
    async print() {
      if (options.json) return output.out(JSON.stringify(entries, null, 2));
      output.out(await drawEntries(entries, output));
      const total = entries.reduce((sum, { seconds }) => sum + seconds, 0);
      const most = Math.max(...entries.map(({ residentBytes }) => residentBytes));
      output.out(
        `${entries.length === 1 ? 'The run' : `${entries.length} runs`} would take about ${formatDuration(total)} and ${formatBytes(most)} of memory. Timed on a few real updates; nothing was kept.\n`,
      );
    },
  };
}

function drawEntries(entries: readonly Entry[], style: CommandContext['output']): Promise<string> {
  const head = [
    ...['task', 'settings', 'examples', 'measured', 'cut', 'tokens/epoch', 'updates', 'passes'],
    ...['largest pass', 'parameters', 'memory', 'time'],
  ];
  const rows = entries.map(({ task, changed, work, seconds, ...memory }) => [
    task,
    changed.join(', ') || '–',
    formatCount(work.trainExamples),
    formatCount(work.devExamples),
    `${formatCount(work.cut.train)} + ${formatCount(work.cut.dev)}`,
    formatCount(work.tokensPerEpoch),
    formatCount(work.updates),
    formatCount(work.passesPerEpoch),
    formatCount(work.largestPass),
    formatBytes(memory.parameterBytes),
    formatBytes(memory.residentBytes),
    formatDuration(seconds),
  ]);
  const align = head.map((_, place) => (place < 2 ? ('left' as const) : ('right' as const)));
  return drawGrid({ head, align, rows, keyColumns: 2 }, style);
}
