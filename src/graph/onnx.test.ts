import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as ort from 'onnxruntime-node';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runGraph } from '../testing/run-graph.js';
import { encodeOnnx, OPSET_VERSION, type Placement } from './onnx.js';
import * as ops from './ops.js';
import { joinPieces } from './protobuf.js';
import { sortOperations } from './sort.js';
import { constant, type Dim, input, operation, parameter, place, type Value } from './value.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'gpt-graph-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const x = input('x', 'float32', ['N', 2]);
const floats = (...values: number[]) => new Uint8Array(Float32Array.from(values).buffer);

test('a chain of 10,000 operations is written without a deep stack, and in order', async () => {
  let y: Value = x;
  for (let i = 0; i < 10_000; i++) y = ops.add(y, x);
  const sorted = sortOperations([y]);
  expect(sorted).toHaveLength(10_000);
  const position = new Map(sorted.map((operation, i) => [operation, i]));
  for (const [i, { inputs }] of sorted.entries()) {
    const { origin } = inputs[0]!;
    if (origin.kind === 'operation') expect(position.get(origin.operation)).toBeLessThan(i);
  }
  expect(encodeOnnx({ inputs: [x], outputs: { y } }).length).toBeGreaterThan(0);
});

test('a value that is used twice is computed once', () => {
  const shared = ops.add(x, x);
  const y = ops.mul(ops.gelu(shared), shared);
  expect(sortOperations([y, shared]).map(({ type }) => type)).toEqual(['Add', 'Gelu', 'Mul']);
});

test('inputs, parameters and operations that no output needs are left out', async () => {
  const unused = input('unused', 'float32', [1]);
  const big = parameter('big', 'float32', [1000], new Uint8Array(4000));
  ops.mul(ops.add(unused, big), big);
  const model = encodeOnnx({ inputs: [x, unused], outputs: { y: ops.add(x, x) } });
  expect(joinPieces(model).byteLength).toBeLessThan(300);
  const session = await ort.InferenceSession.create(joinPieces(model));
  expect(session.inputNames).toEqual(['x']);
});

test('several outputs come in the order and under the names they are given', async () => {
  const doubled = ops.add(x, x);
  const { sum, twice } = await runGraph(
    { inputs: [x], outputs: { sum: ops.reduceSum(doubled, 1), twice: doubled } },
    { x: { dims: [2, 2], data: [1, 2, 3, 4] } },
  );
  expect(sum!.data).toEqual([6, 14]);
  expect(twice!.data).toEqual([2, 4, 6, 8]);
});

test('a name can be used once only', () => {
  const [a, b] = [0, 1].map((value) => parameter('w', 'float32', [2], floats(value, value)));
  expect(() => encodeOnnx({ inputs: [x], outputs: { y: ops.add(ops.add(x, a!), b!) } })).toThrow(/named w/);
  expect(() => encodeOnnx({ inputs: [x], outputs: { x: ops.add(x, x) } })).toThrow(/named x/);
  const y = ops.add(x, x);
  expect(() => encodeOnnx({ inputs: [x], outputs: { y, z: y } })).toThrow(/output z .*named once/);
  // The same parameter in two places is one parameter.
  expect(() => encodeOnnx({ inputs: [x], outputs: { y: ops.add(ops.add(x, a!), a!) } })).not.toThrow();
});

test('what is used must be declared, and an output must be computed', () => {
  expect(() => encodeOnnx({ inputs: [], outputs: { y: ops.add(x, x) } })).toThrow('input x is not declared');
  expect(() => encodeOnnx({ inputs: [x], outputs: { y: x } })).toThrow(
    'output y must be the result of an operation',
  );
});

test('parameters that lie in files are copied into the model when it is stored', async () => {
  const source = path.join(folder, 'weights.bin');
  // 3 bytes of something else in front: runs need not be aligned.
  await writeFile(source, Buffer.concat([Buffer.from('abc'), floats(10, 20, 30)]));
  const w = parameter('w', 'float32', [2], { file: source, offset: 7, lengthBytes: 8 });
  const pieces = encodeOnnx({ inputs: [x], outputs: { y: ops.add(x, w) } });
  expect(pieces.filter((piece) => !(piece instanceof Uint8Array))).toEqual([
    { file: source, offset: 7, lengthBytes: 8 },
  ]);
  expect(() => joinPieces(pieces)).toThrow(/weights\.bin; store it piece by piece/);

  const file = path.join(folder, 'model.onnx');
  const stored = pieces.map(async (piece) =>
    piece instanceof Uint8Array
      ? piece
      : (await readFile(piece.file)).subarray(piece.offset, piece.offset + piece.lengthBytes),
  );
  await writeFile(file, Buffer.concat(await Promise.all(stored)));
  expect(await addTo([1, 2], file)).toEqual([21, 32]);
});

test('parameters can stay in a file beside, even at an odd place', async () => {
  await writeFile(path.join(folder, 'weights.bin'), Buffer.concat([Buffer.from('abc'), floats(10, 20)]));
  const placement: Placement = (name, data) => {
    expect([name, data]).toEqual(['w', expect.any(Uint8Array)]);
    return { external: { location: 'weights.bin', offset: 3, lengthBytes: 8 } };
  };
  // The numbers in memory are others, to tell which were used.
  const w = parameter('w', 'float32', [2], floats(-1, -1));
  const file = path.join(folder, 'model.onnx');
  await writeFile(file, joinPieces(encodeOnnx({ inputs: [x], outputs: { y: ops.add(x, w) }, placement })));
  expect(await addTo([1, 2], file)).toEqual([11, 22]);
});

test('operations are named after their place in the model', () => {
  const y = place('h.0', () => place('mlp', () => ops.gelu(x)));
  const text = Buffer.from(joinPieces(encodeOnnx({ inputs: [x], outputs: { y } }))).toString('latin1');
  expect(text).toContain('h.0/mlp/Gelu_0');
});

test('the file says the operation set it is written in', async () => {
  const y = ops.add(x, x);
  const feeds = { x: { dims: [1, 2], data: [1, 2] } };
  for (const opset of [17, 20, OPSET_VERSION]) {
    const { y: found } = await runGraph({ inputs: [x], outputs: { y }, opset }, feeds);
    expect(found!.data).toEqual([2, 4]);
  }
  // One that ONNX Runtime does not have yet: the number is looked at.
  await expect(runGraph({ inputs: [x], outputs: { y }, opset: 99 }, feeds)).rejects.toThrow(/99/);
});

async function addTo(numbers: number[], file: string): Promise<number[]> {
  const session = await ort.InferenceSession.create(file);
  const { y } = await session.run({ x: new ort.Tensor('float32', Float32Array.from(numbers), [1, 2]) });
  await session.release();
  return Array.from(y!.data as Float32Array);
}

/** sumₜ = sumₜ₋₁ + xₜ · scale, as a loop over axis 0 of x. `seen` is what the steps use for scale. */
function runningSum(scale: Value, seen: { inside: Value; outside: Value }[]): Value {
  const [sum, row] = [input('sum', 'float32', [2]), input('row', 'float32', [2])];
  const next = ops.add(sum, ops.mul(row, scale));
  const body = { inputs: [sum, row], outputs: [next, ops.mul(next, constant.float32(1))], captured: seen };
  const output = (shape: Dim[]) => ({ dtype: 'float32' as const, shape });
  const initial = ops.slice(ops.reshape(ops.sub(x, x), ['N*2']), 0, 0, 2);
  const outputs = [output([2]), output(['N', 2])];
  return operation('Scan', [initial, x], outputs, { body: { graph: body }, num_scan_inputs: 1 })[1]!;
}

test('the steps of a loop see values of the graph around them that they capture', async () => {
  const [scale, inside] = [input('scale', 'float32', [1]), input('inside', 'float32', [1])];
  // Captured is the result of an operation that nothing else needs, of an input that nothing else needs.
  const outside = ops.add(scale, scale);
  const { y, z } = await runGraph(
    {
      inputs: [x, scale],
      outputs: {
        y: runningSum(inside, [{ inside, outside }]),
        // Twice in one graph: names of one loop do not meet those of the other.
        z: runningSum(inside, [{ inside, outside: scale }]),
      },
    },
    { x: { dims: [3, 2], data: [1, 2, 3, 4, 5, 6] }, scale: { dims: [1], data: [5] } },
  );
  expect(y!.data).toEqual([10, 20, 40, 60, 90, 120]);
  expect(z!.data).toEqual([5, 10, 20, 30, 45, 60]);
});

test('a step that uses a value which it does not capture is an error', () => {
  const scale = input('scale', 'float32', [1]);
  expect(() => encodeOnnx({ inputs: [x, scale], outputs: { y: runningSum(scale, []) } })).toThrow(
    'uses a value that it does not capture',
  );
});
