/** `--samples`: one JSON line per example. */
import { UsageError } from '../errors.js';
import { checkOutputFile, writeJsonLines } from '../files/output-file.js';
import type { ClassifiedRecord, FinetuneTask } from '../tasks/finetune-task.js';

/** A record of a classified example with its texts and what is right, in words. */
export function withSegments<Row>(task: FinetuneTask<Row>, row: Row, record: ClassifiedRecord): object {
  const texts = task
    .segments(row)
    .map((segment) => (typeof segment === 'string' ? segment : segment.cuttable + segment.after));
  const { label } = record;
  const named = typeof label === 'number' && task.classes.length > 1 ? task.classes[label] : undefined;
  return { texts, ...(named !== undefined && { reference: named }), ...record };
}

/** Throws before anything is computed: UsageError where several runs would write the same file, UserError where none could. */
export async function checkSamples({ samples }: { samples?: string }, runs: number): Promise<void> {
  refuseSeveral('samples', samples, runs);
  if (samples !== undefined) await checkOutputFile({ file: samples, option: '--samples' });
}

/** Throws UsageError where an option that takes what one run gives stands beside several. */
export function refuseSeveral(flag: string, value: string | undefined, runs: number): void {
  if (value === undefined || runs === 1) return;
  throw new UsageError(`--${flag} takes what one run gives, and there are ${runs} of them.`, {
    hint: `Name one task and one model, or leave out --${flag}.`,
  });
}

/** Writes the records of a run. Throws UserError when the file cannot be written. */
export async function writeSamples(file: string, records: readonly object[]): Promise<void> {
  await writeJsonLines(
    { file, option: '--samples' },
    records,
    'The answers are kept in the journal: run the same command again with another --samples FILE.',
  );
}
