/**
 * A long short-term memory (Hochreiter and Schmidhuber 1997, with forget gates), forward and backward. Letters: T time,
 * B batch, E width of what goes in, H units.
 *
 *     i, o, f = σ(z)   g = tanh(z)    with  z = x·Wᵀ + h₋₁·Rᵀ + b     (four parts of H columns: i, o, f, g)
 *     c = f·c₋₁ + i·g
 *     h = o·tanh(c)
 *
 * Forward it is ONNX's LSTM. That operation gives nothing but h, and yet its gradient needs no second pass through time for
 * the gates: once every h is known, all z are one product. What remains step by step is c, which is cheap, and the way
 * back, with one product in each step.
 */
import { neg, sigmoid, sumOver, tanh, zerosLike } from './gradient-ops.js';
import * as ops from './ops.js';
import { multiplyDims } from './shapes.js';
import { constant, type Dim, input, operation, ShapeError, type Subgraph, type Value } from './value.js';

/** Weights of one layer, gates in the order i, o, f, g. */
export interface LstmWeights {
  /** W, [4H, E]. */
  input: Value;
  /** R, [4H, H]. */
  recurrent: Value;
  /** b, [4H]. */
  bias: Value;
}

/** The states h of a layer that starts from zeros: x [T, B, E] → [T, B, H]. Throws ShapeError on sizes that do not fit. */
export function lstm(x: Value, { input: W, recurrent: R, bias }: LstmWeights): Value {
  const [T, B, E] = x.shape;
  const H = R.shape[1];
  const wanted = typeof H === 'number' ? [[4 * H, E], [4 * H, H], [4 * H]] : [];
  if (x.shape.length !== 3 || String(wanted) !== String([W.shape, R.shape, bias.shape])) {
    const shapes = [x.shape, W.shape, R.shape, bias.shape];
    throw new ShapeError('LSTM', shapes, 'needs [T, B, E], [4H, E], [4H, H], [4H]');
  }
  const units = H as number;
  // ONNX has two biases, whose sum counts, and an axis for the direction.
  const noBias = constant.float32(new Array<number>(4 * units).fill(0));
  const operands = [W, R, ops.concat([bias, noBias], 0)].map((weights) => ops.unsqueeze(weights, 0));
  const output = { dtype: x.dtype, shape: [T!, 1, B!, units] };
  const [states] = operation('LSTM', [x, ...operands], [output], { hidden_size: units });
  return ops.reshape(states!, [T!, B!, units]);
}

/**
 * From ∂loss/∂h to the gradients of x, W [1, 4H, E], R [1, 4H, H] and both biases [1, 8H]. With q = ∂loss/∂c:
 *
 *     p = ∂loss/∂h + z'₊₁·R         z' = ∂loss/∂z, of the step after
 *     q = p·o·(1 − tanh²c) + q₊₁·f₊₁
 *     z' = q·g·i(1−i), p·tanh(c)·o(1−o), q·c₋₁·f(1−f), q·i·(1−g²)
 *
 * Everything here that does not depend on p and q is computed for all steps at once.
 */
export function lstmGradients(gradient: Value, operands: readonly Value[], output: Value): Value[] {
  const [x, W1, R1, biases] = operands as [Value, Value, Value, Value];
  const [T, , B, H] = output.shape as [Dim, 1, Dim, number];
  const E = x.shape[2] as number;
  const [W, R] = [ops.reshape(W1, [4 * H, E]), ops.reshape(R1, [4 * H, H])];
  const h = ops.reshape(output, [T, B, H]);
  const before = earlier(h);
  const bias = sumOver(ops.reshape(biases, [2, 4 * H]), [0]);
  const [WT, RT] = [ops.transpose(W, [1, 0]), ops.transpose(R, [1, 0])];
  const z = ops.add(ops.add(ops.matmul(x, WT), ops.matmul(before, RT)), bias); // [T, B, 4H]
  const part = (from: number, to = from + 1) => ops.slice(z, 2, from * H, to * H);
  const gates = sigmoid(part(0, 3));
  const [i, o, f] = [0, 1, 2].map((gate) => ops.slice(gates, 2, gate * H, (gate + 1) * H)) as [
    Value,
    Value,
    Value,
  ];
  const g = tanh(part(3));
  const initial = zerosLike(ops.reshape(ops.slice(h, 0, 0, 1), [B, H]));
  const c = cells(f, ops.mul(i, g), initial);
  const tanhC = tanh(c);
  const throughO = ops.mul(o, minusSquare(tanhC));
  const slopes = ops.concat(
    [
      ops.mul(g, ops.sub(i, ops.mul(i, i))),
      ops.mul(tanhC, ops.sub(o, ops.mul(o, o))),
      ops.mul(earlier(c), ops.sub(f, ops.mul(f, f))),
      ops.mul(i, minusSquare(g)),
    ],
    2,
  );
  const dz = wayBack({ gradient: ops.reshape(gradient, [T, B, H]), throughO, slopes, f, RT, initial });
  const rows = multiplyDims([T, B]);
  const flat = ops.reshape(dz, [rows, 4 * H]);
  const flatT = ops.transpose(flat, [1, 0]); // one transpose for both products
  const weightGradient = (of: Value, width: number) =>
    ops.unsqueeze(ops.matmul(flatT, ops.reshape(of, [rows, width])), 0);
  const biasGradient = sumOver(flat, [0]);
  return [
    ops.matmul(dz, W),
    weightGradient(x, E),
    weightGradient(before, H),
    ops.unsqueeze(ops.concat([biasGradient, biasGradient], 0), 0),
  ];
}

/** 1 − x². */
function minusSquare(x: Value): Value {
  return ops.add(neg(ops.mul(x, x)), constant.float32(1));
}

/** Each step's value at the step after it, zeros at the first: x [T, …] → [T, …]. A pad that cuts off as much as it adds. */
function earlier(x: Value): Value {
  const pads = x.shape.map((_, axis) => (axis === 0 ? 1 : 0));
  const bounds = constant.int64([...pads, ...pads.map((pad) => (pad === 0 ? 0 : -pad))]);
  return operation('Pad', [x, bounds], [{ dtype: x.dtype, shape: x.shape }])[0]!;
}

/** c = f·c₋₁ + added for every step: [T, B, H] twice and [B, H] → [T, B, H]. */
function cells(f: Value, added: Value, initial: Value): Value {
  const state = stepInput('c', initial);
  const [stepF, stepAdded] = [oneStep('f', f), oneStep('added', added)];
  const c = ops.add(ops.mul(stepF, state), stepAdded);
  const body = { inputs: [state, stepF, stepAdded], outputs: [c, identity(c)], captured: [] };
  return scan([initial], [f, added], body, f.shape, false);
}

interface WayBack {
  gradient: Value;
  throughO: Value;
  slopes: Value;
  f: Value;
  /** Rᵀ, [H, 4H]. */
  RT: Value;
  /** Zeros, [B, H]. */
  initial: Value;
}

/** z' of every step, [T, B, 4H], from the last one to the first. */
function wayBack({ gradient, throughO, slopes, f, RT, initial }: WayBack): Value {
  const [fromZ, fromC] = [stepInput('from_z', initial), stepInput('from_c', initial)];
  const steps = [oneStep('gradient', gradient), oneStep('through_o', throughO)] as const;
  const [stepSlopes, stepF] = [oneStep('slopes', slopes), oneStep('f', f)];
  const inside = stepInput('RT', RT);
  const p = ops.add(steps[0], fromZ);
  const q = ops.add(ops.mul(p, steps[1]), fromC);
  const dz = ops.mul(ops.concat([q, p, q, q], 1), stepSlopes);
  // z'·R as (Rᵀ·z'ᵀ)ᵀ. A product rearranges its right operand, and that should not be the large one at every step: with 2048 units
  // it takes half the time, with few of them the same.
  const throughR = ops.transpose(ops.matmul(inside, ops.transpose(dz, [1, 0])), [1, 0]);
  const body = {
    inputs: [fromZ, fromC, ...steps, stepSlopes, stepF],
    outputs: [throughR, ops.mul(q, stepF), dz],
    captured: [{ inside, outside: RT }],
  };
  return scan([initial, initial], [gradient, throughO, slopes, f], body, slopes.shape, true);
}

function stepInput(name: string, like: Value): Value {
  return input(name, like.dtype, like.shape);
}

function oneStep(name: string, { dtype, shape }: Value): Value {
  return input(name, dtype, shape.slice(1));
}

function identity(x: Value): Value {
  return operation('Identity', [x], [{ dtype: x.dtype, shape: x.shape }])[0]!;
}

/** Runs `body` for each step along axis 0: states and one result of each step, of which all together are returned. */
function scan(
  states: readonly Value[],
  sequences: readonly Value[],
  body: Subgraph,
  shape: readonly Dim[],
  fromTheEnd: boolean,
): Value {
  const backwards = fromTheEnd ? 1 : 0;
  const attributes = {
    body: { graph: body },
    num_scan_inputs: sequences.length,
    scan_input_directions: sequences.map(() => backwards),
    scan_output_directions: [backwards],
  };
  const finals = states.map(({ dtype, shape: stateShape }) => ({ dtype, shape: stateShape }));
  const result = { dtype: sequences[0]!.dtype, shape };
  return operation('Scan', [...states, ...sequences], [...finals, result], attributes)[states.length]!;
}
