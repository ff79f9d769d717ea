/** Which runs a command asks for: tasks, ablations, transferred layers and seeds, multiplied out. */

import { type FinetuneSettings, FROM_SCRATCH } from '../results/finetune-settings.js';
import type { AnyFinetuneTask } from '../tasks/finetune-task.js';

/** One run. */
export interface PlannedRun {
  task: AnyFinetuneTask;
  /** The model of `--model`, or the LSTM of `--lstm-model`. */
  model: 'main' | 'lstm';
  settings: FinetuneSettings;
}

/** What is asked for. */
export interface PlanRequest {
  /** Tasks that are run with their settings. */
  tasks: readonly AnyFinetuneTask[];
  /** Tasks that every row of the ablation study is run on. */
  ablationTasks: readonly AnyFinetuneTask[];
  settingsFor: (task: AnyFinetuneTask) => FinetuneSettings;
  /** Instead of the seed of the settings; none: that one. */
  seeds: readonly number[];
  /** Runs with consecutive seeds, where no seeds are named. */
  runs: number;
  /** Instead of the number of transferred layers of the settings; none: that one. */
  transferLayers: readonly (number | null)[];
  /** A run from scratch beside each. */
  withScratch: boolean;
  hasLstm: boolean;
}

/** One row of the ablation study. */
interface Ablation {
  id: string;
  /** As the paper calls it. */
  label: string;
  model: PlannedRun['model'];
  changes: Partial<FinetuneSettings>;
}

/** The rows of the GPT-1 paper's Table 5. */
const ablations: readonly Ablation[] = [
  { id: 'full', label: 'Transformer with aux LM (full)', model: 'main', changes: {} },
  {
    id: 'no-pre-training',
    label: 'Transformer without pre-training',
    model: 'main',
    changes: { transferLayers: FROM_SCRATCH },
  },
  { id: 'no-aux-lm', label: 'Transformer without aux LM', model: 'main', changes: { lmCoef: 0 } },
  { id: 'lstm', label: 'LSTM with aux LM', model: 'lstm', changes: {} },
];

/** The runs in the order in which they are made, none of them twice: task after task, and the seeds of one kind together. */
export function planRuns(request: PlanRequest): PlannedRun[] {
  const { tasks, ablationTasks, settingsFor, seeds, runs, transferLayers, withScratch, hasLstm } = request;
  const kinds: PlannedRun[] = [];
  for (const task of new Set([...tasks, ...ablationTasks])) {
    const settings = settingsFor(task);
    if (tasks.includes(task)) {
      const layers = transferLayers.length > 0 ? transferLayers : [settings.transferLayers];
      for (const transferred of withScratch ? [...layers, FROM_SCRATCH] : layers) {
        kinds.push({ task, model: 'main', settings: { ...settings, transferLayers: transferred } });
      }
    }
    if (ablationTasks.includes(task)) {
      for (const { model, changes } of ablations) {
        if (model === 'main' || hasLstm) kinds.push({ task, model, settings: { ...settings, ...changes } });
      }
    }
  }
  const planned = kinds.flatMap((kind) => {
    const first = kind.settings.seed;
    const drawn = seeds.length > 0 ? seeds : Array.from({ length: runs }, (_, run) => first + run);
    return drawn.map((seed) => ({ ...kind, settings: { ...kind.settings, seed } }));
  });
  return uniqueRuns(planned);
}

/** Each run once, where it first stands. */
export function uniqueRuns(runs: readonly PlannedRun[]): PlannedRun[] {
  const found = new Map<string, PlannedRun>();
  for (const run of runs) if (!found.has(keyOf(run))) found.set(keyOf(run), run);
  return [...found.values()];
}

/** Puts together what differs in one setting only, in the order of the first of each. */
export function groupRuns<Run extends PlannedRun>(
  runs: readonly Run[],
  but: keyof FinetuneSettings,
): Run[][] {
  const groups = new Map<string, Run[]>();
  for (const run of runs) {
    const key = keyOf({ ...run, settings: { ...run.settings, [but]: 0 } });
    groups.set(key, [...(groups.get(key) ?? []), run]);
  }
  return [...groups.values()];
}

function keyOf({ task, model, settings }: PlannedRun): string {
  return JSON.stringify([task.name, model, Object.entries(settings).sort(([a], [b]) => (a < b ? -1 : 1))]);
}
