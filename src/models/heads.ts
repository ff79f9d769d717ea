/**
 * What is computed from hidden states. Letters: S rows, C channels, V vocabulary.
 * The output projection is tied to the token embedding, unless the model has one of its own, and has no bias (both papers).
 */
import * as ops from '../graph/ops.js';
import { multiplyDims } from '../graph/shapes.js';
import { constant, type Dim, parameter, place, type Value } from '../graph/value.js';
import { timesBlockMatrix } from './block-matrix.js';
import type { ModelConfig } from './config.js';
import { lookup } from './layers.js';
import { outputProjectionName } from './parameters.js';
import type { Weights } from './weights.js';

/** Rows of the token embedding that one slice of the head works on: bounds the memory of the logits, not the time. */
const SLICE_ROWS = 3200;

/** All logits, hidden [..., C] → [..., V]: for those who want every one of them, at the price of their memory. */
export function logitsHead(hidden: Value, weights: Weights, config: ModelConfig): Value {
  const projection = outputProjectionName(config);
  const blocks = weights.blocks?.(projection);
  return blocks === undefined
    ? ops.matmul(hidden, ops.transpose(weights.get(projection), [1, 0]))
    : timesBlockMatrix(hidden, blocks);
}

/** What is asked about each row. */
export interface ScoreHeadInputs {
  /** Last hidden states, [S, C]. */
  hidden: Value;
  /** The token that follows each row, int64 [S]. */
  targets: Value;
  weights: Weights;
  config: ModelConfig;
  /** Tokens that may not be predicted; a list, even an empty one, asks for the best of the others as well. */
  excluded?: readonly number[];
}

/** Answers, one per row. Natural logarithms. */
export interface ScoreHeadOutputs {
  /** log p(target), float32 [S]. */
  logProbs: Value;
  /** The most probable token, int64 [S, 1]; the lowest id on a tie. */
  argMax: Value;
  /** log p of the most probable token that is not excluded, float32 [S, 1]. */
  bestAllowedLogProb?: Value;
  /** That token, int64 [S, 1]. */
  bestAllowed?: Value;
}

/**
 * Log-probabilities of given tokens without ever holding all logits: the vocabulary is cut into slices, each gives its
 * log-sum-exp and its best token, and only those are joined.
 */
export function scoreHead({ hidden, targets, weights, config, excluded }: ScoreHeadInputs): ScoreHeadOutputs {
  return place('head', () => {
    const projection = outputProjectionName(config);
    const slices: Slice[] = [];
    for (let start = 0; start < config.vocabSize; start += SLICE_ROWS) {
      const end = Math.min(start + SLICE_ROWS, config.vocabSize);
      const blocks = weights.blocks?.(projection, [start, end]);
      const logits = blocks // [S, end − start]
        ? timesBlockMatrix(hidden, blocks)
        : ops.matmulTransposed(hidden, weights.rows(projection, start, end));
      slices.push({ start, logits });
    }
    // ReduceLogSumExp is slow over many elements; log-softmax is fast, and logit − log p is the same number everywhere.
    const sums = slices.map(({ logits }) => ops.sub(column(logits), column(ops.logSoftmax(logits))));
    const total = ops.reduceLogSumExp(ops.concat(sums, 1), 1, true); // [S, 1]
    // In few bits a product of one's own would not be the logit that stands in the sum.
    const targetLogits = weights.blocks?.(projection)
      ? pick(slices, targets)
      : ops.reduceSum(ops.mul(lookup(weights, projection, targets), hidden), 1, true); // [S, 1]

    const outputs: ScoreHeadOutputs = {
      logProbs: ops.reshape(ops.sub(targetLogits, total), targets.shape),
      argMax: best(slices).token,
    };
    if (excluded === undefined) return outputs;
    const allowed = best(slices.map((slice) => withoutTokens(slice, excluded)));
    return { ...outputs, bestAllowed: allowed.token, bestAllowedLogProb: ops.sub(allowed.logit, total) };
  });
}

/** Logits of tokens `start`, `start` + 1, … */
interface Slice {
  start: number;
  logits: Value;
}

/** The logit of a token of each row, targets int64 [S] → [S, 1], out of the slice that it is in. */
function pick(slices: readonly Slice[], targets: Value): Value {
  const [zero, nothing] = [constant.int64(0), constant.float32(0)];
  const column = ops.unsqueeze(targets, 1); // [S, 1]
  return slices
    .map(({ start, logits }) => {
      const size = logits.shape[1] as number;
      const place = ops.sub(column, constant.int64(start));
      const [isBelow, isAbove] = [
        ops.lessOrEqual(zero, place),
        ops.lessOrEqual(place, constant.int64(size - 1)),
      ];
      const ifInside = (yes: Value, no: Value) => ops.where(isBelow, ops.where(isAbove, yes, no), no);
      return ifInside(ops.gatherElements(logits, ifInside(place, zero)), nothing);
    })
    .reduce(ops.add);
}

function column(x: Value): Value {
  return ops.slice(x, 1, 0, 1);
}

/** The largest logit over all slices, [S, 1], and its token, int64 [S, 1]. */
function best(slices: readonly Slice[]): { logit: Value; token: Value } {
  const tokens: Value[] = [];
  const logits: Value[] = [];
  for (const slice of slices) {
    const { value, index } = largest(slice.logits);
    tokens.push(ops.add(index, constant.int64(slice.start)));
    logits.push(value);
  }
  const [allTokens, allLogits] = [ops.concat(tokens, 1), ops.concat(logits, 1)]; // [S, slices]
  const winner = ops.argMax(allLogits, 1);
  return { logit: ops.gatherElements(allLogits, winner), token: ops.gatherElements(allTokens, winner) };
}

/** Logits that are compared at once; the rows of a slice are a multiple of it. */
const BLOCK = 64;

/**
 * The largest element of each row of x [S, N] and its index, the first one on a tie, both [S, 1]. ArgMax over many
 * elements is ten times slower than ReduceMax in ONNX Runtime: the best block is found first, then the best in it.
 */
function largest(x: Value): { value: Value; index: Value } {
  const [S, N] = x.shape as [Dim, number];
  if (N % BLOCK !== 0) {
    const index = ops.argMax(x, 1);
    return { value: ops.gatherElements(x, index), index };
  }
  const blocks = N / BLOCK;
  const tall = ops.reshape(x, [multiplyDims([S, blocks]), BLOCK]); // [S · blocks, BLOCK]
  const block = ops.argMax(ops.reshape(ops.reduceMax(tall, 1), [S, blocks]), 1); // [S, 1]
  const firstBlock = ops.mul(ops.unsqueeze(ops.positionsAlong(x, 0), 1), constant.int64(blocks));
  const inside = ops.reshape(ops.gather(tall, ops.add(firstBlock, block)), [S, BLOCK]);
  const index = ops.argMax(inside, 1);
  return {
    value: ops.gatherElements(inside, index),
    index: ops.add(ops.mul(block, constant.int64(BLOCK)), index),
  };
}

function withoutTokens(slice: Slice, excluded: readonly number[]): Slice {
  const size = slice.logits.shape[1] as number;
  const penalty = new Float32Array(size);
  for (const token of excluded) {
    if (token >= slice.start && token < slice.start + size)
      penalty[token - slice.start] = Number.NEGATIVE_INFINITY;
  }
  const mask = parameter('', 'float32', [size], new Uint8Array(penalty.buffer));
  return { start: slice.start, logits: ops.add(slice.logits, mask) };
}
