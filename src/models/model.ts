import * as ops from '../graph/ops.js';
import type { Value } from '../graph/value.js';
import type { Architecture } from './config.js';
import type { Forward, ForwardInputs } from './forward.js';
import { gpt1Hidden } from './gpt1.js';
import { gpt2Hidden } from './gpt2.js';
import { lstmHidden } from './lstm.js';

/** The forward pass of each architecture. */
export const forward: Record<Architecture, Forward> = {
  gpt1: gpt1Hidden,
  gpt2: gpt2Hidden,
  lstm: lstmHidden,
};

/** A `pickRows` for row numbers b·T + t, int64 [S]. */
export function pickRowsByIndex(rows: Value): (x: Value) => Value {
  return (x) => ops.gather(ops.flattenRows(x), rows);
}

/** The last hidden states of sequences that begin at position 0; all rows unless some are picked. */
export function hiddenStates(
  inputs: Omit<ForwardInputs, 'positions' | 'pickRows'> & Partial<ForwardInputs>,
): Value {
  const { ids, config } = inputs;
  return forward[config.architecture]({
    positions: ops.positionsAlong(ids, 1),
    pickRows: (x) => x,
    ...inputs,
  });
}
