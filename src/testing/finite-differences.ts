import * as ort from 'onnxruntime-node';
import { gradients } from '../graph/backward.js';
import { sumOver } from '../graph/gradient-ops.js';
import { encodeOnnx } from '../graph/onnx.js';
import * as ops from '../graph/ops.js';
import { joinPieces } from '../graph/protobuf.js';
import { type Dim, input, type Value } from '../graph/value.js';
import { seededUniform } from './random.js';

/** A tensor that the tested expression is made of. */
export interface TestInput {
  /** Sizes when it runs. */
  dims: number[];
  /** Sizes as the graph knows them, where they differ: symbols. */
  shape?: Dim[];
  /** Whole numbers make it int64, for indices; it then has no gradient. Default: uniform numbers from −1 to 1. */
  indices?: number[];
}

/** Derivatives of one input, element by element. */
export interface DerivativePair {
  name: string;
  /** What the gradient graph gives. */
  graph: number[];
  /** Five-point differences of the loss. */
  differences: number[];
}

/** Step of the differences: the error is about step⁴ from the formula and 1e-7/step from 32-bit results. */
const step = 1 / 32;

/**
 * Compares the gradient graph of an expression with finite differences. The loss is Σ r·y over the results y with fixed
 * random r, added up in 64 bits outside the graph for the differences.
 */
export async function compareDerivatives(
  inputs: Record<string, TestInput>,
  build: (inputs: Record<string, Value>) => Value,
): Promise<DerivativePair[]> {
  const uniform = seededUniform(7);
  const values: Record<string, Value> = {};
  const feeds: Record<string, ort.Tensor> = {};
  const numbers: Record<string, Float32Array> = {};
  for (const [name, { dims, shape = dims, indices }] of Object.entries(inputs)) {
    values[name] = input(name, indices ? 'int64' : 'float32', shape);
    const size = dims.reduce((product, dim) => product * dim, 1);
    if (indices) {
      feeds[name] = new ort.Tensor('int64', BigInt64Array.from(indices, BigInt), dims);
    } else {
      numbers[name] = Float32Array.from({ length: size }, () => 2 * uniform() - 1);
      feeds[name] = new ort.Tensor('float32', numbers[name], dims);
    }
  }
  const y = build(values);
  const names = Object.keys(numbers);
  const forward = await load({ y }, Object.values(values));
  try {
    const run = async () => (await forward.run(pick(feeds, forward))).y!;
    const first = await run();
    const weights = Float32Array.from({ length: first.size }, () => 2 * uniform() - 1);
    const loss = async () => {
      const found = (await run()).data as Float32Array;
      return found.reduce((sum, value, i) => sum + value * weights[i]!, 0);
    };
    const graph = await analytic(y, first.dims, weights, names, values, feeds);
    const pairs: DerivativePair[] = [];
    for (const name of names) {
      const x = numbers[name]!;
      const differences: number[] = [];
      for (let i = 0; i < x.length; i++) {
        const at = x[i]!;
        const lossAt = async (steps: number) => {
          x[i] = at + steps * step;
          const result = await loss();
          x[i] = at;
          return result;
        };
        const [far, near] = [(await lossAt(2)) - (await lossAt(-2)), (await lossAt(1)) - (await lossAt(-1))];
        differences.push((8 * near - far) / (12 * step));
      }
      pairs.push({ name, graph: graph[name]!, differences });
    }
    return pairs;
  } finally {
    await forward.release();
  }
}

async function analytic(
  y: Value,
  dims: readonly number[],
  weights: Float32Array,
  names: readonly string[],
  values: Record<string, Value>,
  feeds: Record<string, ort.Tensor>,
): Promise<Record<string, number[]>> {
  const r = input('loss_weights', 'float32', y.shape);
  const total = sumOver(
    ops.mul(y, r),
    y.shape.map((_, axis) => axis),
  );
  const found = gradients(
    total,
    names.map((name) => values[name]!),
  );
  const outputs = Object.fromEntries(names.map((name, i) => [`${name}_gradient`, found[i]!]));
  const session = await load(outputs, [...Object.values(values), r]);
  try {
    const all = { ...feeds, loss_weights: new ort.Tensor('float32', weights, dims) };
    const results = await session.run(pick(all, session));
    return Object.fromEntries(
      names.map((name) => [name, Array.from(results[`${name}_gradient`]!.data as Float32Array)]),
    );
  } finally {
    await session.release();
  }
}

function load(outputs: Record<string, Value>, inputs: readonly Value[]): Promise<ort.InferenceSession> {
  return ort.InferenceSession.create(joinPieces(encodeOnnx({ outputs, inputs })), { intraOpNumThreads: 1 });
}

function pick(feeds: Record<string, ort.Tensor>, session: ort.InferenceSession): Record<string, ort.Tensor> {
  return Object.fromEntries(session.inputNames.map((name) => [name, feeds[name]!]));
}
