/** Which results may stand beside the numbers of a paper, and which of several runs of the same thing is meant. */
import type { Result } from './result.js';

/**
 * Why the number of a run says nothing about the published data, whatever the model: it is of the sample, or of a part.
 * Undefined where it does.
 */
export function partOfData({ data, settings, finetuning }: Result): string | undefined {
  if (data.source === 'sample') return 'on the hand-written sample, not the published data';
  if (settings.limit !== null) return `only the first ${settings.limit} examples`;
  if (data.own) return `on ${data.file}, which is not the published data`;
  if (!data.complete) return `on ${data.rows} examples, not as many as were published`;
  if (finetuning?.train.own) return `trained on ${finetuning.train.file}, which is not the published data`;
  if (finetuning && !finetuning.train.complete) return 'trained on a part of the published examples';
  return undefined;
}

/** Whether a task was run with exactly these options, all others at their defaults. */
export function hasVariant(
  task: Pick<Result['task'], 'variant'>,
  wanted: Readonly<Record<string, string>> = {},
): boolean {
  const has = task.variant ?? {};
  return (
    Object.keys(wanted).length === Object.keys(has).length &&
    Object.entries(wanted).every(([option, value]) => has[option] === value)
  );
}

/** Settings of fine-tuning that the papers' tables tell apart, and the option that they are in a table's row. */
const tableSettings: Readonly<Record<string, [option: string, value: string]>> = {
  'from-scratch': ['from-scratch', 'yes'],
  'lm-coef 0': ['lm-coef', '0'],
};

/** The options of a result: those of its task and, of a fine-tuned model, the settings that tables tell apart. */
export function variantOf({ task, finetuning }: VariantOf): Record<string, string> {
  const settings = (finetuning?.changed ?? []).flatMap((setting) => {
    const option = tableSettings[setting];
    return option === undefined ? [] : [option];
  });
  return { ...task.variant, ...Object.fromEntries(settings) };
}

/** What decides the variant of a result. */
export interface VariantOf {
  task: Pick<Result['task'], 'variant'>;
  finetuning?: { changed: readonly string[] };
}

/** The changed settings that no table has a row for. */
export function otherSettings({ finetuning }: Pick<Result, 'finetuning'>): string[] {
  return (finetuning?.changed ?? []).filter((setting) => tableSettings[setting] === undefined);
}

/**
 * One result per model, task and variant: of the highest task version the mean over the most seeds, and of equals the one that
 * finished last.
 */
export function newestOnly(results: readonly Result[]): Result[] {
  const newest = new Map<string, Result>();
  for (const result of results) {
    const variant = Object.entries(variantOf(result)).sort();
    const key = JSON.stringify([result.model.name, result.task.name, variant]);
    const other = newest.get(key);
    if (other === undefined || compareRank(result, other) > 0) newest.set(key, result);
  }
  return [...newest.values()];
}

const seedsOf = ({ sweep }: Result) => (sweep?.setting === 'seed' ? sweep.runs.length : 1);

/** Orders two runs of the same thing: the greater one is meant. */
export function compareRank(a: Result, b: Result): number {
  return (
    a.task.version - b.task.version ||
    seedsOf(a) - seedsOf(b) ||
    Date.parse(a.time.finishedAt) - Date.parse(b.time.finishedAt)
  );
}
