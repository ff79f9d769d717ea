import { type Dim, ShapeError } from './value.js';

/** Product of sizes; symbolic ones stay readable: `B`, `T` → `B*T`, and `2*B`, 3 → `6*B`. */
export function multiplyDims(dims: readonly Dim[]): Dim {
  // A sum in parentheses, as concatenation makes it, is one factor.
  const factors = dims.flatMap<Dim>((dim) => (typeof dim === 'number' ? dim : dim.split(/\*(?![^(]*\))/)));
  const isNumber = (factor: Dim) => Number.isFinite(Number(factor));
  const number = factors.filter(isNumber).reduce<number>((product, factor) => product * Number(factor), 1);
  const symbols = factors.filter((factor) => !isNumber(factor));
  if (symbols.length === 0) return number;
  return [...(number === 1 ? [] : [number]), ...symbols].join('*');
}

/** Sum of sizes; with a symbolic one in it, `(A+B)`. */
export function addDims(dims: readonly Dim[]): Dim {
  const numbers = dims.filter((dim) => typeof dim === 'number');
  if (numbers.length === dims.length) return numbers.reduce((sum, size) => sum + size, 0);
  return dims.length === 1 ? dims[0]! : `(${dims.join('+')})`;
}

/** Shape of an elementwise result (ONNX multidirectional broadcasting). A symbolic size equals only itself. */
export function broadcastShapes(operation: string, a: readonly Dim[], b: readonly Dim[]): Dim[] {
  const rank = Math.max(a.length, b.length);
  const result: Dim[] = [];
  for (let axis = 0; axis < rank; axis++) {
    const left = a[axis - rank + a.length] ?? 1;
    const right = b[axis - rank + b.length] ?? 1;
    if (left !== right && left !== 1 && right !== 1) {
      throw new ShapeError(operation, [a, b], `sizes ${left} and ${right} do not broadcast`);
    }
    result.push(left === 1 ? right : left);
  }
  return result;
}

/** Shape of a matrix product whose leading axes broadcast. */
export function matmulShape(a: readonly Dim[], b: readonly Dim[]): Dim[] {
  if (a.length < 2 || b.length < 2) throw new ShapeError('MatMul', [a, b], 'both need two axes or more');
  const [inner, innerB] = [a.at(-1)!, b.at(-2)!];
  if (inner !== innerB) throw new ShapeError('MatMul', [a, b], `inner sizes ${inner} and ${innerB} differ`);
  const batch = broadcastShapes('MatMul', a.slice(0, -2), b.slice(0, -2));
  return [...batch, a.at(-2)!, b.at(-1)!];
}

/**
 * Shape after a reshape. A symbolic size in `shape` stands for itself; the number of elements must be provably the same.
 */
export function reshapeShape(from: readonly Dim[], shape: readonly Dim[]): readonly Dim[] {
  const sorted = (dims: readonly Dim[]) => String(multiplyDims(dims)).split('*').sort().join('*');
  if (sorted(from) !== sorted(shape)) {
    throw new ShapeError('Reshape', [from, shape], 'the number of elements differs');
  }
  return shape;
}

/** A valid axis, counted from the front. */
export function normalizeAxis(operation: string, shape: readonly Dim[], axis: number): number {
  const positive = axis < 0 ? axis + shape.length : axis;
  if (!(positive >= 0 && positive < shape.length)) {
    throw new ShapeError(operation, [shape], `axis ${axis} does not exist`);
  }
  return positive;
}
