import { expect, test } from 'vitest';
import { input } from '../graph/value.js';
import { runGraph } from '../testing/run-graph.js';
import { treeBias } from './tree-attention.js';

test('a token sees the context and its own option up to itself, and nothing sees padding', async () => {
  const branch = input('branch', 'int64', ['B', 'T']);
  const rows = [
    [0, 0, 1, 1, 2, -1],
    [0, 1, 2, 2, 2, 3],
  ];
  const { bias } = await runGraph(
    { inputs: [branch], outputs: { bias: treeBias(branch) } },
    { branch: { dims: [2, 6], data: rows.flat() } },
  );
  expect(bias!.dims).toEqual([2, 1, 6, 6]);
  // Each line is a query, each column a key; what a query of padding sees does not matter.
  const seen = Array.from({ length: 12 }, (_, line) =>
    bias!.data
      .slice(6 * line, 6 * line + 6)
      .map((value) => (value === 0 ? 'x' : '.'))
      .join(''),
  );
  expect(seen.slice(0, 5)).toEqual(['x.....', 'xx....', 'xxx...', 'xxxx..', 'xx..x.']);
  expect(seen.slice(6)).toEqual(['x.....', 'xx....', 'x.x...', 'x.xx..', 'x.xxx.', 'x....x']);
  // Far enough below every score that its probability is 0, not just small.
  expect(new Set(bias!.data)).toEqual(new Set([0, -1e9]));
});
