import * as ops from '../graph/ops.js';
import type { Value } from '../graph/value.js';
import { describe } from './architectures.js';
import type { ForwardInputs } from './forward.js';

/** A `pickRows` for row numbers b·T + t, int64 [S]. */
export function pickRowsByIndex(rows: Value): (x: Value) => Value {
  return (x) => ops.gather(ops.flattenRows(x), rows);
}

/** The last hidden states of sequences that begin at position 0; all rows unless some are picked. */
export function hiddenStates(
  inputs: Omit<ForwardInputs, 'positions' | 'pickRows'> & Partial<ForwardInputs>,
): Value {
  const { ids, config } = inputs;
  return describe(config).hidden({
    positions: ops.positionsAlong(ids, 1),
    pickRows: (x) => x,
    ...inputs,
  });
}
