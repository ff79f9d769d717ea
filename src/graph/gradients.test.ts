import { expect, test } from 'vitest';
import { compareDerivatives, type TestInput } from '../testing/finite-differences.js';
import { exp, neg, sigmoid, sumOver, tanh } from './gradient-ops.js';
import { gradientRules } from './gradients.js';
import * as ops from './ops.js';
import { lstm } from './recurrence.js';
import { constant, type Value } from './value.js';

/** An expression that needs the rule of one operation (and of what stands around it). */
interface RuleCase {
  rule: string;
  about?: string;
  inputs: Record<string, TestInput>;
  build: (inputs: Record<string, Value>) => Value;
}

const matrix = (rows: number, columns: number): TestInput => ({ dims: [rows, columns] });

const cases: RuleCase[] = [
  {
    rule: 'Add',
    about: 'sums over the axes along which a row was repeated',
    inputs: { a: { dims: [2, 3, 4], shape: ['B', 'T', 4] }, b: { dims: [4] } },
    build: ({ a, b }) => ops.add(a!, b!),
  },
  {
    rule: 'Sub',
    about: 'takes operands that are both repeated',
    inputs: { a: matrix(3, 1), b: { dims: [2, 1, 4] } },
    build: ({ a, b }) => ops.sub(a!, b!),
  },
  {
    rule: 'Mul',
    about: 'adds up the uses of one tensor on both sides',
    inputs: { a: matrix(2, 3), b: matrix(1, 3) },
    build: ({ a, b }) => ops.mul(ops.mul(a!, a!), ops.add(a!, b!)),
  },
  {
    rule: 'Div',
    inputs: { a: matrix(2, 3), b: matrix(1, 3) },
    build: ({ a, b }) => ops.div(a!, ops.add(b!, constant.float32(2))),
  },
  {
    rule: 'Sqrt',
    inputs: { a: matrix(2, 3) },
    build: ({ a }) => ops.sqrt(ops.add(a!, constant.float32(2))),
  },
  { rule: 'Neg', inputs: { a: matrix(2, 3) }, build: ({ a }) => neg(ops.mul(a!, a!)) },
  { rule: 'Exp', inputs: { a: matrix(2, 3) }, build: ({ a }) => exp(a!) },
  {
    rule: 'Sigmoid',
    inputs: { a: matrix(2, 3) },
    build: ({ a }) => sigmoid(ops.mul(a!, constant.float32(4))),
  },
  {
    rule: 'Gelu',
    about: 'of the exact form is right from −3 to 3',
    inputs: { a: { dims: [3, 4] } },
    build: ({ a }) => ops.exactGelu(ops.mul(a!, constant.float32(3))),
  },
  {
    rule: 'Relu',
    // Squares, shifted: no number is so near 0 that a difference would reach across it.
    inputs: { a: matrix(3, 4) },
    build: ({ a }) => ops.relu(ops.add(ops.mul(a!, a!), constant.float32([0.2, -2, 0.2, -2]))),
  },
  {
    rule: 'Tanh',
    inputs: { a: { dims: [3, 4] } },
    build: ({ a }) => tanh(a!),
  },
  {
    rule: 'Gelu',
    about: 'is right from −3 to 3',
    inputs: { a: matrix(4, 6) },
    build: ({ a }) => ops.gelu(ops.mul(a!, constant.float32(3))),
  },
  {
    rule: 'Where',
    about: 'sends each element to the side that it came from, both repeated',
    inputs: { a: matrix(3, 1), b: matrix(1, 3), at: { dims: [3], indices: [0, 1, 2] } },
    build: ({ a, b, at }) => ops.where(ops.lessOrEqual(at!, constant.int64(1)), a!, b!),
  },
  {
    rule: 'MatMul',
    about: 'of a batch by one matrix sums over the batch',
    inputs: { a: { dims: [2, 3, 4], shape: ['B', 'T', 4] }, b: matrix(4, 2) },
    build: ({ a, b }) => ops.matmul(a!, b!),
  },
  {
    rule: 'MatMul',
    about: 'of batches that are repeated',
    inputs: { a: { dims: [2, 1, 2, 3] }, b: { dims: [3, 3, 4] } },
    build: ({ a, b }) => ops.matmul(a!, b!),
  },
  {
    rule: 'MatMul',
    about: 'of a wide operand by one that makes it narrow',
    inputs: { a: { dims: [2, 3, 9], shape: ['B', 'T', 9] }, b: matrix(9, 2) },
    build: ({ a, b }) => ops.matmul(a!, b!),
  },
  {
    rule: 'MatMul',
    about: 'of a GELU, which is not kept for it',
    inputs: { a: matrix(3, 4), b: matrix(4, 2) },
    build: ({ a, b }) => ops.matmul(ops.gelu(a!), b!),
  },
  {
    rule: 'Gemm',
    inputs: { a: { dims: [3, 4], shape: ['S', 4] }, b: matrix(5, 4) },
    build: ({ a, b }) => ops.matmulTransposed(a!, b!),
  },
  {
    rule: 'Transpose',
    about: 'takes the inverse order',
    inputs: { a: { dims: [2, 3, 4] } },
    build: ({ a }) => ops.transpose(a!, [2, 0, 1]),
  },
  {
    rule: 'Reshape',
    about: 'restores two sizes that only the runtime knows',
    inputs: { a: { dims: [2, 3, 4], shape: ['B', 'T', 4] } },
    build: ({ a }) => ops.flattenRows(ops.mul(a!, a!)),
  },
  {
    rule: 'Unsqueeze',
    inputs: { a: { dims: [2, 3], shape: ['B', 'T'] } },
    build: ({ a }) => ops.unsqueeze(ops.mul(a!, a!), 1),
  },
  {
    rule: 'Slice',
    about: 'lays slices side by side, with zeros where nothing was cut out',
    inputs: { a: { dims: [2, 9], shape: ['B', 9] } },
    build: ({ a }) => ops.mul(ops.slice(a!, 1, 6, 8), ops.slice(a!, 1, 1, 3)),
  },
  {
    rule: 'Slice',
    about: 'adds up slices that overlap or lie on other axes',
    inputs: { a: { dims: [4, 4] } },
    build: ({ a }) =>
      ops.matmul(
        ops.mul(ops.slice(a!, 1, 0, 3), ops.slice(a!, 1, 1, 4)),
        ops.mul(ops.slice(a!, 0, 0, 3), ops.slice(a!, 0, 1, 4)),
      ),
  },
  {
    rule: 'Concat',
    inputs: { a: { dims: [2, 1, 3], shape: ['B', 1, 3] }, b: { dims: [2, 2, 3], shape: ['B', 2, 3] } },
    build: ({ a, b }) => ops.concat([a!, b!, a!], 1),
  },
  {
    rule: 'Gather',
    about: 'adds up rows that are looked up more than once, in two lookups and as a whole',
    inputs: {
      table: { dims: [5, 3] },
      first: { dims: [2, 2], shape: ['B', 'T'], indices: [4, 1, 1, 0] },
      second: { dims: [3], indices: [2, 1, 2] },
    },
    build: ({ table, first, second }) =>
      ops.matmul(
        ops.matmulTransposed(ops.flattenRows(ops.gather(table!, first!)), ops.gather(table!, second!)),
        ops.slice(table!, 0, 0, 3),
      ),
  },
  {
    rule: 'GatherElements',
    about: 'adds up a column that is picked twice',
    inputs: { a: { dims: [2, 4] }, columns: { dims: [2, 3], indices: [0, 3, 0, 2, 2, 1] } },
    build: ({ a, columns }) =>
      ops.mul(ops.gatherElements(exp(a!), columns!), ops.gatherElements(a!, columns!)),
  },
  {
    rule: 'ReduceSum',
    inputs: { a: { dims: [2, 3, 4], shape: ['B', 3, 4] } },
    build: ({ a }) => ops.mul(ops.reduceSum(ops.mul(a!, a!), 1), sumOver(a!, [1], false)),
  },
  {
    rule: 'ReduceSum',
    about: 'over axes that stay, or several that do not',
    inputs: { a: { dims: [2, 3, 4] } },
    build: ({ a }) => ops.mul(ops.reduceSum(a!, 2, true), sumOver(ops.mul(a!, a!), [0, 2])),
  },
  {
    rule: 'ReduceLogSumExp',
    inputs: { a: matrix(3, 4) },
    build: ({ a }) => ops.mul(ops.reduceLogSumExp(a!, 1), ops.reduceLogSumExp(a!, 1, false)),
  },
  { rule: 'Softmax', inputs: { a: { dims: [2, 2, 4] } }, build: ({ a }) => ops.softmax(a!) },
  { rule: 'LogSoftmax', inputs: { a: matrix(3, 4) }, build: ({ a }) => ops.logSoftmax(a!) },
  {
    rule: 'LogSoftmax',
    about: 'of picked targets, without a tensor of zeros',
    inputs: { a: matrix(3, 4), targets: { dims: [3, 1], indices: [2, 0, 3] } },
    build: ({ a, targets }) => ops.gatherElements(ops.logSoftmax(a!), targets!),
  },
  {
    rule: 'LayerNormalization',
    inputs: { x: { dims: [2, 3, 6], shape: ['B', 'T', 6] }, gain: { dims: [6] }, bias: { dims: [6] } },
    build: ({ x, gain, bias }) => ops.layerNormalization(x!, gain!, bias!, 1e-5),
  },
  {
    rule: 'LSTM',
    inputs: {
      x: { dims: [5, 2, 3], shape: ['T', 'B', 3] },
      W: matrix(16, 3),
      R: matrix(16, 4),
      bias: { dims: [16] },
    },
    build: ({ x, W, R, bias }) => lstm(x!, { input: W!, recurrent: R!, bias: bias! }),
  },
];

test.each(cases.map((one) => [`${one.rule}${one.about ? ` ${one.about}` : ''}`, one] as const))(
  'the gradient of %s agrees with finite differences',
  async (_name, { inputs, build }) => {
    const pairs = await compareDerivatives(inputs, build);
    expect(pairs.map(({ name }) => name)).not.toEqual([]);
    for (const { name, graph, differences } of pairs) {
      const largest = Math.max(...differences.map(Math.abs));
      expect(largest, `${name} has no influence`).toBeGreaterThan(0.01);
      expect(graph).toHaveLength(differences.length);
      const error = Math.max(...graph.map((value, i) => Math.abs(value - differences[i]!))) / largest;
      expect(error, `${name}: ${graph} and ${differences}`).toBeLessThan(1e-4);
    }
  },
);

test('every rule has a case', () => {
  expect([...new Set(cases.map(({ rule }) => rule))].sort()).toEqual(Object.keys(gradientRules).sort());
});
