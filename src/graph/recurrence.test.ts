import { expect, test } from 'vitest';
import { compareDerivatives } from '../testing/finite-differences.js';
import { runGraph } from '../testing/run-graph.js';
import { gradients } from './backward.js';
import { sumOver } from './gradient-ops.js';
import * as ops from './ops.js';
import { lstm } from './recurrence.js';
import { input, ShapeError, type Value } from './value.js';

const layer = ({ x, W, R, bias }: Record<string, Value>) =>
  lstm(x!, { input: W!, recurrent: R!, bias: bias! });

const wave = (length: number, phase: number) => Array.from({ length }, (_, i) => Math.sin(1.7 * i + phase));

/**
 * PyTorch 2.13 in float64: nn.LSTM with the rows of W, R and bias in its own order (i, f, g, o) and a second bias of zeros; the
 * gradients are those of Σ r·h. T 4, B 2, E 3, H 2.
 */
const expected: Record<string, number[]> = {
  h: [
    -0.035998, -0.0744825, 0.1298222, 0.1271638, -0.1797133, 0.2466423, -0.09794842, 0.07710507, -0.07204583,
    0.1044574, -0.07492325, -0.07946377, -0.08602423, 0.1079568, -0.2051322, 0.2237425,
  ],
  x: [
    -0.1754909, 0.2612278, 0.1081754, 0.278101, -0.4269472, -0.1680814, -0.101995, 0.04164827, 0.0912627,
    -0.03493478, 0.09187729, 0.01125901, 0.02658687, 0.02613381, -0.03332127, 0.001554748, -0.09302222,
    0.02241606, -0.2076287, 0.369257, 0.1124752, 0.1340753, -0.2852519, -0.06056906,
  ],
  W: [
    0.1010609, -0.09770895, -0.07588241, -0.0004362434, -0.02735332, 0.007484893, 0.01536954, -0.02717592,
    -0.008366612, -0.09051643, -0.1704589, 0.1344418, 0.01132777, -0.0511086, 0.001842356, 0.01325944,
    -0.0150479, -0.009381758, 0.257223, 0.1127638, -0.286281, 0.01810669, -0.008499633, -0.01591643,
  ],
  R: [
    0.02220903, 0.01491081, -0.004287486, 0.001348773, 0.01532663, -0.01136782, -0.001034826, -0.02253029,
    0.0001142097, -0.01549796, 0.00530732, 0.001070943, -0.007292655, 0.02382814, 0.003220479, 0.0006882369,
  ],
  bias: [
    -0.01712612, -0.01156863, -0.03549271, -0.02620009, -0.06471602, -0.006397785, -0.04642924, 0.07149557,
  ],
};

test('states and gradients are those of PyTorch', async () => {
  const [T, B, E, H] = [4, 2, 3, 2];
  const values = {
    x: input('x', 'float32', ['T', 'B', E]),
    W: input('W', 'float32', [4 * H, E]),
    R: input('R', 'float32', [4 * H, H]),
    bias: input('bias', 'float32', [4 * H]),
    r: input('r', 'float32', ['T', 'B', H]),
  };
  const sizes = { x: [T, B, E], W: [4 * H, E], R: [4 * H, H], bias: [4 * H], r: [T, B, H] };
  const feeds = Object.fromEntries(
    Object.entries(sizes).map(([name, dims], i) => {
      const length = dims.reduce((product, size) => product * size, 1);
      return [name, { dims, data: wave(length, (i + 1) / 10) }];
    }),
  );
  const h = layer(values);
  const { x, W, R, bias, r } = values;
  const found = gradients(sumOver(ops.mul(h, r), [0, 1, 2]), [x, W, R, bias]);
  const outputs = { h, x: found[0]!, W: found[1]!, R: found[2]!, bias: found[3]! };
  const named = Object.fromEntries(Object.entries(outputs).map(([name, value]) => [`${name}_out`, value]));
  const results = await runGraph({ inputs: Object.values(values), outputs: named }, feeds);
  for (const [name, numbers] of Object.entries(expected)) {
    const ours = results[`${name}_out`]!.data;
    expect(ours.length, name).toBe(numbers.length);
    const largest = Math.max(...numbers.map(Math.abs));
    const worst = Math.max(...numbers.map((number, i) => Math.abs(number - ours[i]!)));
    expect(worst, name).toBeLessThan(name === 'h' ? 1e-6 : 1e-5 * largest);
  }
});

test('a sequence of one step has gradients too', async () => {
  const pairs = await compareDerivatives(
    { x: { dims: [1, 3, 2] }, W: { dims: [8, 2] }, R: { dims: [8, 2] }, bias: { dims: [8] } },
    layer,
  );
  for (const { name, graph, differences } of pairs) {
    graph.forEach((value, i) => {
      expect(Math.abs(value - differences[i]!), name).toBeLessThan(1e-4);
    });
  }
  // Nothing comes in from before the first step.
  expect(pairs.find(({ name }) => name === 'R')!.graph.every((value) => value === 0)).toBe(true);
});

test('sizes that do not fit are refused', () => {
  const x = input('x', 'float32', ['T', 'B', 3]);
  const weights = {
    input: input('W', 'float32', [8, 3]),
    recurrent: input('R', 'float32', [8, 2]),
    bias: input('bias', 'float32', [8]),
  };
  expect(lstm(x, weights).shape).toEqual(['T', 'B', 2]);
  expect(() => lstm(x, { ...weights, input: input('W', 'float32', [8, 2]) })).toThrow(ShapeError);
  expect(() => lstm(x, { ...weights, bias: input('bias', 'float32', [16]) })).toThrow(ShapeError);
});
