import type { PackedBatch } from './batch.js';
import { type LogitRow, logSumExp, passLogits, runExport } from './export-feeds.js';
import type { Backend } from './graph-backend.js';
import type { BatchScores, ExportedSpec } from './protocol.js';
import type { Session } from './session.js';

/**
 * Runs a ready-made ONNX export. It answers with all logits, so log-probabilities are computed here, for the asked
 * positions only. A graph that computes differently beside other rows gets each row alone and unpadded.
 */
export function exportBackend(session: Session, spec: ExportedSpec, excluded?: readonly number[]): Backend {
  const forbidden = excluded && new Set(excluded);
  /** Runs the graph on some rows, which begin at place `first` of the batch, and scores the positions `from` to `to` of its list. */
  const scorePass = async (
    { ids, shape }: Pick<PackedBatch, 'ids' | 'shape'>,
    first: number,
    { rows, targets }: PackedBatch,
    [from, to]: readonly [number, number],
    scores: BatchScores,
  ) => {
    // Only the logits are fetched: present keys and values would be copied for nothing.
    const { name } = spec.interface.logits;
    const outputs = await runExport(session, spec, { ids, shape }, [name]);
    const logits = passLogits(outputs[name]!, shape, spec, spec.vocabSize);
    for (let s = from; s < to; s++) {
      const row = logits.row(Number(rows[s]) - first);
      scoreRow(row, logSumExp(row, spec), Number(targets[s]), s, forbidden, scores);
    }
    logits.dispose();
  };
  return {
    async score(batch) {
      const start = performance.now();
      const S = batch.rows.length;
      const scores: BatchScores = { logProbs: new Float32Array(S), argMax: new Int32Array(S), runMs: 0 };
      if (forbidden !== undefined) {
        scores.bestAllowed = new Int32Array(S);
        scores.bestAllowedLogProb = new Float32Array(S);
      }
      if (spec.oneRowAtATime) {
        for (const { alone, first, part } of rowsAlone(batch))
          await scorePass(alone, first, batch, part, scores);
      } else {
        await scorePass(batch, 0, batch, [0, S], scores);
      }
      scores.runMs = performance.now() - start;
      return scores;
    },
    release: () => session.release(),
  };
}

/** A row of a batch without its padding, at which place it began, and which part of the scored positions is its own. */
interface RowAlone {
  alone: Pick<PackedBatch, 'ids' | 'shape'>;
  first: number;
  part: [from: number, to: number];
}

/** The rows of a batch one by one. A row ends with its last scored position: what is asked about is the end of a text. */
function* rowsAlone({ ids, rows, shape: [, columns] }: PackedBatch): Generator<RowAlone> {
  const rowOf = (s: number) => Math.floor(Number(rows[s]) / columns);
  for (let from = 0, to = 0; from < rows.length; from = to) {
    while (to < rows.length && rowOf(to) === rowOf(from)) to++;
    const first = rowOf(from) * columns;
    const length = Number(rows[to - 1]) - first + 1;
    yield { alone: { ids: ids.slice(first, first + length), shape: [1, length] }, first, part: [from, to] };
  }
}

/** Log-probability of the target, and the best tokens of one row of logits. */
function scoreRow(
  logits: LogitRow,
  logSum: number,
  target: number,
  s: number,
  forbidden: Set<number> | undefined,
  scores: BatchScores,
): void {
  let best = 0;
  let bestAllowed = -1;
  for (let token = 0; token < logits.length; token++) {
    const logit = logits[token]!;
    if (logit > logits[best]!) best = token;
    if (forbidden && !forbidden.has(token) && (bestAllowed < 0 || logit > logits[bestAllowed]!)) {
      bestAllowed = token;
    }
  }
  scores.logProbs[s] = logits[target]! - logSum;
  scores.argMax[s] = best;
  if (scores.bestAllowed && scores.bestAllowedLogProb) {
    scores.bestAllowed[s] = bestAllowed;
    scores.bestAllowedLogProb[s] = logits[bestAllowed]! - logSum;
  }
}
