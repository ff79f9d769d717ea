import type { Backend } from './graph-backend.js';
import type { BatchScores, SessionSpec } from './protocol.js';
import { type Session, type Tensor, tensor } from './session.js';

/**
 * Runs a ready-made ONNX export, whatever inputs it asks for: `input_ids`, `attention_mask`, `position_ids`, past keys
 * and values (given empty), `use_cache_branch` (given false). It answers with all logits, so log-probabilities are
 * computed here, for the asked positions only.
 */
export function exportBackend(
  session: Session,
  shape: NonNullable<SessionSpec['exported']>,
  excluded?: readonly number[],
): Backend {
  checkLogits(session);
  const makeFeeds = exportFeeds(session, shape);
  const forbidden = excluded && new Set(excluded);
  return {
    async score({ ids, shape: [B, T], rows, targets }) {
      const start = performance.now();
      // Only the logits are fetched: present keys and values would be copied for nothing.
      const outputs = await session.run(makeFeeds(ids, B, T), ['logits']);
      const logits = outputs.logits!;
      const V = logits.dims.at(-1)!;
      const data = logits.data as Float32Array;
      const scores: BatchScores = {
        logProbs: new Float32Array(rows.length),
        argMax: new Int32Array(rows.length),
        runMs: 0,
      };
      if (forbidden !== undefined) {
        scores.bestAllowed = new Int32Array(rows.length);
        scores.bestAllowedLogProb = new Float32Array(rows.length);
      }
      for (let s = 0; s < rows.length; s++) {
        const offset = Number(rows[s]) * V;
        scoreRow(data.subarray(offset, offset + V), Number(targets[s]), s, forbidden, scores);
      }
      logits.dispose();
      scores.runMs = performance.now() - start;
      return scores;
    },
    release: () => session.release(),
  };
}

/** log-softmax of one row in float64, and its best tokens. */
function scoreRow(
  logits: Float32Array,
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
  const max = logits[best]!;
  let sum = 0;
  for (const logit of logits) sum += Math.exp(logit - max);
  const logSum = max + Math.log(sum);
  scores.logProbs[s] = logits[target]! - logSum;
  scores.argMax[s] = best;
  if (scores.bestAllowed && scores.bestAllowedLogProb) {
    scores.bestAllowed[s] = bestAllowed;
    scores.bestAllowedLogProb[s] = logits[bestAllowed]! - logSum;
  }
}

/** Throws Error when the model does not answer with logits. */
export function checkLogits(session: Session): void {
  if (!session.outputNames.includes('logits'))
    throw new Error(`the ONNX model has no output named logits; it has ${session.outputNames.join(', ')}`);
}

/**
 * What an export has to be given for whole texts, ids [B, T] padded on the right. Throws an Error that names an input that
 * this tool does not know.
 */
export function exportFeeds(
  session: Session,
  shape: NonNullable<SessionSpec['exported']>,
): (ids: BigInt64Array, B: number, T: number) => Record<string, Tensor> {
  const makers = session.inputNames.map((name) => [name, inputMaker(session, name, shape)] as const);
  return (ids, B, T) => Object.fromEntries(makers.map(([name, make]) => [name, make(ids, B, T)]));
}

type InputMaker = (ids: BigInt64Array, B: number, T: number) => Tensor;

/** How to make the input of that name. Throws an Error that names it when it is none of the known ones. */
function inputMaker(session: Session, name: string, shape: NonNullable<SessionSpec['exported']>): InputMaker {
  if (name === 'input_ids') return (ids, B, T) => tensor.int64(ids, [B, T]);
  // All ones, padding included: it lies to the right, where causal attention does not look.
  if (name === 'attention_mask')
    return (_ids, B, T) => tensor.int64(new BigInt64Array(B * T).fill(1n), [B, T]);
  if (name === 'position_ids') {
    return (_ids, B, T) =>
      tensor.int64(
        BigInt64Array.from({ length: B * T }, (_, i) => BigInt(i % T)),
        [B, T],
      );
  }
  if (name === 'use_cache_branch') return () => tensor.bool(false);
  if (/^past(_key_values)?\b/.test(name)) {
    const half = inputType(session, name) === 'float16';
    return (_ids, B) => {
      const dims = [B, shape.nHead, 0, shape.headWidth];
      return half ? tensor.float16(new Uint16Array(0), dims) : tensor.float32(new Float32Array(0), dims);
    };
  }
  throw new Error(`the ONNX model asks for an input named ${name}, which this tool does not know`);
}

function inputType(session: Session, name: string): string | undefined {
  const found = session.inputMetadata.find((input) => input.name === name);
  return found?.isTensor ? found.type : undefined;
}
