import { expect, test } from 'vitest';
import { type RunFeed, runGraph } from '../testing/run-graph.js';
import * as ops from './ops.js';
import { constant, type Dim, type Dtype, input, type Value } from './value.js';

/** One operation on small tensors, with values worked out by hand. */
interface OperationCase {
  operation: keyof typeof ops;
  /** What is special about the case. */
  about?: string;
  inputs: Record<string, RunFeed & { dtype?: Dtype; shape?: Dim[] }>;
  build: (inputs: Record<string, Value>) => Value;
  dims: number[];
  data: number[];
}

const x23 = { dims: [2, 3], data: [1, 2, 3, 4, 5, 6] };
const { log, sqrt, tanh, PI } = Math;
/** GELU in its tanh form, GPT-2's source: openai/gpt-2 src/model.py:gelu. */
const gelu = (x: number) => 0.5 * x * (1 + tanh(sqrt(2 / PI) * (x + 0.044715 * x ** 3)));

const cases: OperationCase[] = [
  {
    operation: 'add',
    about: 'broadcasts a row over a matrix of symbolic size',
    inputs: { a: { ...x23, shape: ['B', 3] }, b: { dims: [3], data: [10, 20, 30] } },
    build: ({ a, b }) => ops.add(a!, b!),
    dims: [2, 3],
    data: [11, 22, 33, 14, 25, 36],
  },
  {
    operation: 'sub',
    about: 'broadcasts a column against a row',
    inputs: { a: { dims: [2, 1], data: [10, 20] }, b: { dims: [1, 3], data: [1, 2, 3] } },
    build: ({ a, b }) => ops.sub(a!, b!),
    dims: [2, 3],
    data: [9, 8, 7, 19, 18, 17],
  },
  {
    operation: 'mul',
    about: 'takes a constant without axes',
    inputs: { a: x23 },
    build: ({ a }) => ops.mul(a!, constant.float32(0.5)),
    dims: [2, 3],
    data: [0.5, 1, 1.5, 2, 2.5, 3],
  },
  {
    operation: 'div',
    about: 'broadcasts a column over a matrix',
    inputs: { a: x23, b: { dims: [2, 1], data: [2, 4] } },
    build: ({ a, b }) => ops.div(a!, b!),
    dims: [2, 3],
    data: [0.5, 1, 1.5, 1, 1.25, 1.5],
  },
  {
    operation: 'sqrt',
    inputs: { a: { dims: [3], data: [0, 4, 6.25] } },
    build: ({ a }) => ops.sqrt(a!),
    dims: [3],
    data: [0, 2, 2.5],
  },
  {
    operation: 'matmul',
    about: 'multiplies a batch by one matrix',
    inputs: {
      a: { dims: [2, 1, 2], data: [1, 2, 3, 4], shape: ['B', 'T', 2] },
      b: { dims: [2, 2], data: [1, 10, 100, 1000] },
    },
    build: ({ a, b }) => ops.matmul(a!, b!),
    dims: [2, 1, 2],
    data: [201, 2010, 403, 4030],
  },
  {
    operation: 'matmulTransposed',
    inputs: { a: { dims: [1, 2], data: [1, 2] }, b: { dims: [3, 2], data: [1, 0, 0, 1, 1, 1] } },
    build: ({ a, b }) => ops.matmulTransposed(a!, b!),
    dims: [1, 3],
    data: [1, 2, 3],
  },
  {
    operation: 'transpose',
    about: 'takes axes from the back as well',
    inputs: { a: x23 },
    build: ({ a }) => ops.transpose(a!, [-1, 0]),
    dims: [3, 2],
    data: [1, 4, 2, 5, 3, 6],
  },
  {
    operation: 'reshape',
    about: 'copies a symbolic size at its place',
    inputs: { a: { dims: [2, 4], data: [1, 2, 3, 4, 5, 6, 7, 8], shape: ['B', 4] } },
    build: ({ a }) => ops.reshape(a!, ['B', 2, 2]),
    dims: [2, 2, 2],
    data: [1, 2, 3, 4, 5, 6, 7, 8],
  },
  {
    operation: 'flattenRows',
    inputs: { a: { dims: [2, 1, 3], data: x23.data, shape: ['B', 'T', 3] } },
    build: ({ a }) => ops.flattenRows(a!),
    dims: [2, 3],
    data: x23.data,
  },
  {
    operation: 'unsqueeze',
    about: 'counts the new axis when it counts from the back',
    inputs: { a: x23 },
    build: ({ a }) => ops.unsqueeze(a!, -1),
    dims: [2, 3, 1],
    data: x23.data,
  },
  {
    operation: 'gather',
    about: 'picks rows for a matrix of indices',
    inputs: {
      table: { dims: [3, 2], data: [0, 1, 10, 11, 20, 21] },
      ids: { dims: [2, 2], data: [2, 0, 1, 1], dtype: 'int64', shape: ['B', 'T'] },
    },
    build: ({ table, ids }) => ops.gather(table!, ids!),
    dims: [2, 2, 2],
    data: [20, 21, 0, 1, 10, 11, 10, 11],
  },
  {
    operation: 'gatherElements',
    inputs: { a: x23, at: { dims: [2, 1], data: [2, 0], dtype: 'int64' } },
    build: ({ a, at }) => ops.gatherElements(a!, at!),
    dims: [2, 1],
    data: [3, 4],
  },
  {
    operation: 'slice',
    inputs: { a: { ...x23, shape: ['B', 3] } },
    build: ({ a }) => ops.slice(a!, -1, 1, 3),
    dims: [2, 2],
    data: [2, 3, 5, 6],
  },
  {
    operation: 'concat',
    inputs: { a: x23, b: { dims: [2, 1], data: [7, 8] } },
    build: ({ a, b }) => ops.concat([a!, b!], 1),
    dims: [2, 4],
    data: [1, 2, 3, 7, 4, 5, 6, 8],
  },
  {
    operation: 'layerNormalization',
    about: 'uses the biased variance, and ε inside the root',
    inputs: { a: { dims: [1, 2], data: [1, 3] } },
    // mean 2, variance 1, ε 3: divided by √(1 + 3) = 2.
    build: ({ a }) => ops.layerNormalization(a!, constant.float32([2, 4]), constant.float32([10, 20]), 3),
    dims: [1, 2],
    data: [10 - 1, 20 + 2],
  },
  {
    operation: 'gelu',
    inputs: { a: { dims: [4], data: [-3, -0.5, 0, 2] } },
    build: ({ a }) => ops.gelu(a!),
    dims: [4],
    data: [-3, -0.5, 0, 2].map(gelu),
  },
  {
    operation: 'exactGelu',
    about: 'is x·Φ(x): PyTorch 2.13 in float64',
    inputs: { a: { dims: [4], data: [-3, -0.5, 0, 2] } },
    build: ({ a }) => ops.exactGelu(a!),
    dims: [4],
    data: [-0.004049694095, -0.154268769, 0, 1.9544997361],
  },
  {
    operation: 'relu',
    inputs: { a: { dims: [3], data: [-3, 0, 2] } },
    build: ({ a }) => ops.relu(a!),
    dims: [3],
    data: [0, 0, 2],
  },
  {
    operation: 'softmax',
    inputs: { a: { dims: [1, 3], data: [log(1), log(2), log(5)] } },
    build: ({ a }) => ops.softmax(a!),
    dims: [1, 3],
    data: [1 / 8, 2 / 8, 5 / 8],
  },
  {
    operation: 'logSoftmax',
    about: 'works along the first axis too',
    inputs: { a: { dims: [2, 2], data: [log(1), log(2), log(3), log(6)] } },
    build: ({ a }) => ops.logSoftmax(a!, 0),
    dims: [2, 2],
    data: [log(1 / 4), log(2 / 8), log(3 / 4), log(6 / 8)],
  },
  {
    operation: 'reduceSum',
    inputs: { a: x23 },
    build: ({ a }) => ops.reduceSum(a!, -1),
    dims: [2],
    data: [6, 15],
  },
  {
    operation: 'reduceMax',
    about: 'keeps the axis when asked to',
    inputs: { a: x23 },
    build: ({ a }) => ops.reduceMax(a!, 0, true),
    dims: [1, 3],
    data: [4, 5, 6],
  },
  {
    operation: 'reduceLogSumExp',
    about: 'does not overflow',
    inputs: { a: { dims: [1, 2], data: [1000, 1000 + log(3)] } },
    build: ({ a }) => ops.reduceLogSumExp(a!, 1, true),
    dims: [1, 1],
    data: [1000 + log(4)],
  },
  {
    operation: 'argMax',
    about: 'takes the first of equals',
    inputs: { a: { dims: [2, 3], data: [1, 7, 7, 9, 2, 9] } },
    build: ({ a }) => ops.argMax(a!, 1),
    dims: [2, 1],
    data: [1, 0],
  },
  {
    operation: 'cast',
    inputs: { a: { dims: [3], data: [1.75, -1.75, 3] } },
    build: ({ a }) => ops.cast(a!, 'int64'),
    dims: [3],
    data: [1, -1, 3],
  },
  {
    operation: 'lessOrEqual',
    inputs: {
      a: { dims: [2, 1], data: [0, 1], dtype: 'int64' },
      b: { dims: [2], data: [0, 1], dtype: 'int64' },
    },
    build: ({ a, b }) => ops.lessOrEqual(a!, b!),
    dims: [2, 2],
    data: [1, 1, 0, 1],
  },
  {
    operation: 'where',
    inputs: { c: { dims: [2, 1], data: [1, 0], dtype: 'bool' }, a: x23 },
    build: ({ c, a }) => ops.where(c!, a!, constant.float32(-1)),
    dims: [2, 3],
    data: [1, 2, 3, -1, -1, -1],
  },
  {
    operation: 'positionsAlong',
    about: 'learns the size when it runs',
    inputs: { ids: { dims: [2, 4], data: new Array(8).fill(0), dtype: 'int64', shape: ['B', 'T'] } },
    build: ({ ids }) => ops.positionsAlong(ids!, 1),
    dims: [4],
    data: [0, 1, 2, 3],
  },
];

test('every operation is tried', () => {
  expect(new Set(cases.map(({ operation }) => operation))).toEqual(new Set(Object.keys(ops)));
});

test.each(
  cases.map(
    (entry) => [entry.operation, entry.about ?? 'gives the values of its definition', entry] as const,
  ),
)('%s %s', async (_operation, _about, { inputs, build, dims, data }) => {
  const values = Object.fromEntries(
    Object.entries(inputs).map(([name, { dtype = 'float32', shape, dims }]) => [
      name,
      input(name, dtype, shape ?? dims),
    ]),
  );
  const y = build(values);
  const { y: found } = await runGraph({ inputs: Object.values(values), outputs: { y } }, inputs);
  expect(found!.type).toBe(y.dtype);
  expect(found!.dims).toEqual(dims);
  expect(y.shape.filter((dim) => typeof dim === 'number')).toEqual(
    dims.filter((_, axis) => typeof y.shape[axis] === 'number'),
  );
  expect(found!.data).toHaveLength(data.length);
  found!.data.forEach((value, i) => {
    expect(value).toBeCloseTo(data[i]!, 5);
  });
});

const matrix = input('m', 'float32', [4, 3]);
const indices = input('i', 'int64', [4, 1]);

test.each<[string, () => Value, string]>([
  [
    'matmulTransposed',
    () => ops.matmulTransposed(matrix, input('b', 'float32', [3, 5])),
    'Gemm at graph: [4, 3] and [3, 5]: needs',
  ],
  ['transpose', () => ops.transpose(matrix, [0, 0]), 'Transpose at graph: [4, 3]: order 0,0 is not'],
  [
    'gather',
    () => ops.gather(matrix, matrix),
    'Gather at graph: [4, 3] and [4, 3]: cannot index with float32',
  ],
  [
    'gatherElements',
    () => ops.gatherElements(matrix, input('j', 'int64', [5, 1])),
    'GatherElements at graph: [4, 3] and [5, 1]',
  ],
  ['slice', () => ops.slice(matrix, 1, 1, 4), 'Slice at graph: [4, 3]: no elements 1 to 4 on axis 1'],
  ['slice', () => ops.slice(matrix, 1, 2, 2), 'no elements 2 to 2'],
  [
    'concat',
    () => ops.concat([matrix, input('c', 'float32', [5, 3])], 1),
    'Concat at graph: [4, 3] and [5, 3]: differ beside axis 1',
  ],
  ['concat', () => ops.concat([], 0), 'Concat at graph: : nothing to join'],
  ['concat', () => ops.concat([indices, input('k', 'int32', [4, 1])], 1), 'Concat at graph'],
  ['softmax', () => ops.softmax(matrix, 2), 'Softmax at graph: [4, 3]: axis 2 does not exist'],
  ['reduceSum', () => ops.reduceSum(matrix, -3), 'ReduceSum at graph: [4, 3]: axis -3 does not exist'],
  ['argMax', () => ops.argMax(matrix, 5), 'ArgMax at graph: [4, 3]: axis 5'],
  ['unsqueeze', () => ops.unsqueeze(matrix, 4), 'Unsqueeze at graph: [4, 3, 1]: axis 4'],
  [
    'where',
    () => ops.where(input('c', 'bool', [2]), matrix, matrix),
    'Where at graph: [2] and [4, 3]: sizes 2 and 3',
  ],
])('%s refuses operands that do not fit: case %#', (_operation, build, message) => {
  expect(build).toThrow(message);
});

test('a cast to the type that a value has already is no operation', () => {
  expect(ops.cast(matrix, 'float32')).toBe(matrix);
});
