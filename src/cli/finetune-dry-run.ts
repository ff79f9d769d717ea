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
} from '../finetuning/estimate.js';
import type { PlannedRun } from '../finetuning/plan.js';
import { changedSettings } from '../finetuning/settings.js';
import type { CommandContext } from './context.js';
import { type DryRunEntry, drawDryRun } from './finetune-dry-run-table.js';
import type { FinetuneOptions } from './finetune-options.js';
import { examplesOf, identifyRun, type RunInputs } from './finetune-run.js';

/** Collects runs and prints what they would take. */
export interface DryRun {
  add(run: PlannedRun, inputs: RunInputs): Promise<void>;
  /** A line for each kind of run, or with `--json` a record for each run. */
  print(): Promise<void>;
}

/** A dry run of so many runs. Runs that do the same work, whatever their seed, are timed once. */
export function dryRunner(count: number, options: FinetuneOptions, context: CommandContext): DryRun {
  const { line, output, signal } = context;
  const entries: DryRunEntry[] = [];
  const measured = new Map<string, Speed>();
  return {
    async add(run, inputs) {
      const { task, settings } = run;
      const { model } = inputs;
      const identity = identifyRun(run, inputs);
      const { train, dev } = examplesOf(run, identity, inputs);
      const trainer = { task, identity, checkpoint: model.checkpoint, threads: options.threads };
      const work = countWork(trainer, train, dev);
      const { seed, transferLayers: _, ...rest } = settings;
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
        seed,
        changed: changedSettings(settings),
        work,
        seconds: estimateSeconds(work, speed, settings),
        parameterBytes: parameterBytes(trainer, work),
        residentBytes: speed.residentBytes,
      });
    },
    async print() {
      if (options.json) output.out(JSON.stringify(entries, null, 2));
      else if (entries.length > 0) output.out(await drawDryRun(entries, output));
    },
  };
}
