import { evenBatch, type PackedBatch } from './batch.js';
import type { BatchScores } from './protocol.js';
import { type Session, tensor } from './session.js';

/** Something that scores packed batches; lives in the worker. */
export interface Backend {
  score(batch: PackedBatch): Promise<BatchScores>;
  release(): Promise<void>;
}

/**
 * Runs this project's own scoring graphs (models/graphs.ts), which answer with log-probabilities. `evenRows` is the context of a model
 * whose products need an even number of rows (batch.ts).
 */
export function graphBackend(session: Session, evenRows?: number): Backend {
  return {
    async score(batch) {
      const { ids, shape, rows, targets, tree } = evenRows === undefined ? batch : evenBatch(batch, evenRows);
      const asked = batch.rows.length;
      const start = performance.now();
      const outputs = await session.run({
        ids: tensor.int64(ids, shape),
        ...(tree && {
          positions: tensor.int64(tree.positions, shape),
          branch: tensor.int64(tree.branch, shape),
        }),
        rows: tensor.int64(rows, [rows.length]),
        targets: tensor.int64(targets, [targets.length]),
      });
      const runMs = performance.now() - start;
      const scores: BatchScores = {
        logProbs: (outputs.log_probs!.data as Float32Array).subarray(0, asked),
        argMax: toInt32(outputs.arg_max!.data as BigInt64Array),
        runMs,
      };
      if (outputs.best_allowed && outputs.best_allowed_log_prob) {
        scores.bestAllowed = toInt32(outputs.best_allowed.data as BigInt64Array);
        scores.bestAllowedLogProb = outputs.best_allowed_log_prob.data as Float32Array;
      }
      return scores;
    },
    release: () => session.release(),
  };
}

function toInt32(values: BigInt64Array): Int32Array {
  return Int32Array.from(values, Number);
}
