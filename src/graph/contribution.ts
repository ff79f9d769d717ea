/**
 * What one use of a tensor adds to its gradient. A use that touches few elements says which, instead of a tensor that is
 * zero nearly everywhere: the sum is then one scatter or one concatenation, however many uses there were.
 */

import { addElements, addRows, zerosLike } from './gradient-ops.js';
import * as ops from './ops.js';
import { multiplyDims } from './shapes.js';
import type { Value } from './value.js';

/** The contribution of one use of a tensor x to the gradient of x. */
export type Contribution =
  /** All of it: the shape of x. */
  | { kind: 'dense'; value: Value }
  /** Rows of x [N, …]: indices int64 [K], value [K, …]. From looking rows up in a table. */
  | { kind: 'rows'; indices: Value; value: Value }
  /** Columns of each row of x [N, V]: columns int64 [N, K], value [N, K]. From picking a target's log-probability. */
  | { kind: 'elements'; columns: Value; value: Value }
  /** Elements `start` to `end` along one axis. From cutting q, k and v apart. */
  | { kind: 'slice'; axis: number; start: number; end: number; value: Value };

type ContributionOf<Kind extends Contribution['kind']> = Extract<Contribution, { kind: Kind }>;

/** The sum of all contributions to the gradient of x, in the shape of x. There must be at least one. */
export function sumContributions(x: Value, contributions: readonly Contribution[]): Value {
  const ofKind = <Kind extends Contribution['kind']>(kind: Kind) =>
    contributions.filter((contribution): contribution is ContributionOf<Kind> => contribution.kind === kind);
  const dense = [...ofKind('dense').map(({ value }) => value), ...joinSlices(x, ofKind('slice'))];
  let sum = dense.length === 0 ? zerosLike(x) : dense.reduce(ops.add);
  const rows = ofKind('rows');
  if (rows.length > 0) sum = addRows(sum, ...joinRows(x, rows));
  for (const { columns, value } of ofKind('elements')) sum = addElements(sum, columns, value);
  return sum;
}

function joinRows(x: Value, rows: readonly ContributionOf<'rows'>[]): [indices: Value, values: Value] {
  const indices = rows.map((part) => ops.reshape(part.indices, [multiplyDims(part.indices.shape)]));
  const values = rows.map((part, i) => ops.reshape(part.value, [indices[i]!.shape[0]!, ...x.shape.slice(1)]));
  return rows.length === 1 ? [indices[0]!, values[0]!] : [ops.concat(indices, 0), ops.concat(values, 0)];
}

/** As few dense tensors as possible: slices that do not overlap are laid side by side, with zeros in the gaps. */
function joinSlices(x: Value, slices: readonly ContributionOf<'slice'>[]): Value[] {
  const waiting = slices.toSorted((a, b) => a.axis - b.axis || a.start - b.start);
  const joined: Value[] = [];
  while (waiting.length > 0) {
    const { axis } = waiting[0]!;
    const size = x.shape[axis] as number;
    const parts: Value[] = [];
    let end = 0;
    const fillTo = (start: number) => {
      if (start > end) parts.push(zerosLike(ops.slice(x, axis, end, start)));
    };
    for (let i = 0; i < waiting.length; ) {
      const next = waiting[i]!;
      if (next.axis === axis && next.start >= end) {
        fillTo(next.start);
        parts.push(next.value);
        end = next.end;
        waiting.splice(i, 1);
      } else {
        i++;
      }
    }
    fillTo(size);
    joined.push(ops.concat(parts, axis));
  }
  return joined;
}
