/** With what numbers a ready-made ONNX graph computes: what its results must say, and how exact it is beside others. */
import type { OnnxScan } from './onnx-scan.js';

/** How a graph stores and quantises. */
export interface OnnxNumbers {
  /** The least exact type that counts: `float32`, `float16`, `int8`, `int4`, `int4 with float16` … */
  type: string;
  /**
   * Whether activations are quantised by what their tensor holds (`DynamicQuantizeLinear` and its kin). Scale and zero point
   * are then those of all rows and positions together, so every number depends on what else is in the batch.
   */
  isDynamic: boolean;
}

/** Floating types, the most exact first. */
const floats = ['float64', 'float32', 'float16', 'bfloat16', 'float8', 'float4'];
/** Types of quantised weights, the most exact first. */
const integers = ['int16', 'uint16', 'int8', 'uint8', 'int4', 'uint4', 'int2', 'uint2'];

/** Operations on quantised numbers; without one, weights of an integer type are masks and tables. */
const quantising =
  /^(Q[A-Z]|Quantize|Dequantize|DynamicQuantize|MatMulInteger|ConvInteger|MatMulNBits|MatMulBnb4|MatMulFpQ4|GatherBlockQuantized)/;

/** Operations that find their scale in the tensor before them, or take it from such. */
const dynamic = /^(DynamicQuantize|MatMulInteger|ConvInteger)/;

/** What a scan shows of a graph's numbers. */
export function numbersOf({ weightCounts, operations, outputs, blockBits }: OnnxScan): OnnxNumbers {
  const names = [...operations];
  const isDynamic = names.some((name) => dynamic.test(name));
  const types = new Set(mostWeights(floats, weightCounts));
  for (const { type, shape } of outputs) if (shape?.length !== 0 && floats.includes(type)) types.add(type);
  const float = floats.findLast((type) => types.has(type)) ?? 'float32';
  if (!names.some((name) => quantising.test(name))) return { type: float, isDynamic };
  // The type of most numbers: masks of bytes, which old exports have, are fewer than weights.
  const [quantised = 'int8'] = [...integers, 'float8', 'float4']
    .filter((type) => weightCounts.has(type))
    .sort((a, b) => weightCounts.get(b)! - weightCounts.get(a)!);
  const stored = blockBits === undefined ? quantised : `int${blockBits}`;
  return { type: floats.indexOf(float) > 1 ? `${stored} with ${float}` : stored, isDynamic };
}

/** Those of the types that hold at least a hundredth of their numbers: a scale or a constant alone says nothing. */
function mostWeights(types: readonly string[], counts: ReadonlyMap<string, number>): string[] {
  const total = types.reduce((sum, type) => sum + (counts.get(type) ?? 0), 0);
  return types.filter((type) => total > 0 && (counts.get(type) ?? 0) >= total / 100);
}

/** Place of numbers in the order of exactness, the most exact first. */
export function exactnessOf({ type, isDynamic }: OnnxNumbers): number {
  const [stored = '', float] = type.split(' with ');
  const place = [...floats.slice(0, 4), ...integers.slice(0, 4), ...floats.slice(4), ...integers.slice(4)];
  // Two float types of 32 bits and more count as equally exact: the models that are compared are trained in 32.
  const rank = Math.max(place.indexOf(stored), 1);
  return rank * 4 + (isDynamic ? 2 : 0) + (float === undefined ? 0 : 1);
}
