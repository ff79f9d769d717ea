import { fingerprintOf, type RunIdentity } from '../runs/fingerprint.js';
import type { JournalContent } from '../runs/journal.js';
import type { GenerateTask } from '../tasks/task.js';
import { recordsWithoutModel } from './generate-work.js';

/** A run that computes only the baselines of a task, which need no model: quick enough to have no journal on the disk. */
export function computeBaselines<Row, Kept extends object>(
  task: GenerateTask<Row, Kept>,
  rows: readonly Row[],
  identity: RunIdentity,
): JournalContent {
  const { limit } = identity.settings;
  const records = recordsWithoutModel(task, limit === null ? rows : rows.slice(0, limit));
  return {
    header: {
      journal: 1,
      fingerprint: fingerprintOf(identity),
      identity,
      shard: { index: 0, count: 1 },
      examples: records.length,
      batches: 0,
    },
    batches: new Map(),
    records,
    completeBytes: 0,
  };
}
