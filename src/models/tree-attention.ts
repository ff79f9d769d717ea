/**
 * Attention among several continuations of one context. All lie side by side in one row; each sees the context and
 * itself, and none sees another, so the context is computed once for all of them:
 *
 *     column      0   1   2  │ 3   4  │ 5   6   7  │ 8
 *     token       c₀  c₁  c₂ │ a₀  a₁ │ b₀  b₁  b₂ │ padding
 *     branch      0   0   0  │ 1   1  │ 2   2   2  │ −1
 *     position    0   1   2  │ 3   4  │ 3   4   5  │ 0
 */
import * as ops from '../graph/ops.js';
import { constant, type Value } from '../graph/value.js';
import { type Attention, fusedAttentionWithBias } from './attention.js';

/**
 * What is added to the scores, branch int64 [B, T] → float32 [B, 1, T, T] (query, key): 0 where the key is not later than
 * the query and belongs to the context or to the query's own branch, −10⁹ elsewhere. Branches must ascend along a row, with
 * padding behind them, as they are drawn above.
 * @internal
 */
export function treeBias(branch: Value): Value {
  const column = ops.positionsAlong(branch, 1);
  const isEarlier = ops.lessOrEqual(ops.unsqueeze(column, 0), ops.unsqueeze(column, 1)); // key ≤ query, [T, T]
  const keyBranch = ops.unsqueeze(branch, 1); // [B, 1, T]
  const queryBranch = ops.unsqueeze(branch, 2); // [B, T, 1]
  const [seen, hidden] = [constant.float32(0), constant.float32(-1e9)];
  // Since branches ascend, an earlier column whose branch is not lower is of the same branch. Padding is below the context
  // and yet never seen: it is not earlier than anything but padding.
  const inBranch = ops.where(ops.lessOrEqual(queryBranch, keyBranch), seen, hidden); // [B, T, T]
  const inTree = ops.where(ops.lessOrEqual(keyBranch, constant.int64(0)), seen, inBranch);
  return ops.unsqueeze(ops.where(isEarlier, inTree, hidden), 1);
}

/** The lowering of attention for rows that hold trees; the mask is made once for all layers. */
export function treeAttention(branch: Value): Attention {
  return fusedAttentionWithBias(treeBias(branch));
}
