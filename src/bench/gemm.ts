/**
 * What ONNX Runtime can do at best on this machine: large matrix products and nothing else. A model's speed is given as a
 * fraction of this, which says more about the model's graph than tokens per second, and less about the machine.
 */

import { encodeOnnx } from '../graph/onnx.js';
import * as ops from '../graph/ops.js';
import { joinPieces } from '../graph/protobuf.js';
import { input, parameter, type Value } from '../graph/value.js';
import { seededNormal } from '../random/random-numbers.js';
import type { FeedTensor } from '../runtime/protocol.js';

/** A chain of products x·W₁·W₂·W₁·W₂… with x [rows, C], W₁ [C, 4C], W₂ [4C, C]: the feed-forward layer of a GPT. */
export interface GemmShape {
  rows: number;
  /** C. */
  width: number;
  /** How often W₁ and W₂ are applied: one run must be much longer than its start. */
  pairs: number;
}

/** What is tried; the peak is the fastest. Each run is about 34 GFLOP. */
export const gemmShapes: readonly GemmShape[] = [
  { rows: 1024, width: 512, pairs: 8 },
  { rows: 1024, width: 768, pairs: 4 },
  { rows: 1024, width: 1024, pairs: 2 },
  { rows: 2048, width: 1024, pairs: 1 },
];

/** A graph to be timed. */
export interface Gemm {
  /** ONNX ModelProto. */
  model: Uint8Array;
  feeds: Record<string, FeedTensor>;
  /** Floating-point operations of one run. */
  flop: number;
}

/** The graph of that shape, with random matrices that keep the numbers in range however often they are applied. */
export function gemm({ rows, width, pairs }: GemmShape): Gemm {
  const fill = seededNormal(1);
  const wide = 4 * width;
  const matrix = (name: string, from: number, to: number) => {
    const numbers = new Float32Array(from * to);
    fill(numbers, 1 / Math.sqrt(from));
    return parameter(name, 'float32', [from, to], new Uint8Array(numbers.buffer));
  };
  const up = matrix('up', width, wide);
  const down = matrix('down', wide, width);
  const x = input('x', 'float32', [rows, width]);
  let y: Value = x;
  for (let pair = 0; pair < pairs; pair++) y = ops.matmul(ops.matmul(y, up), down);
  const data = new Float32Array(rows * width);
  fill(data, 1);
  return {
    // Only row sums leave the graph: copying the product out would be timed as well.
    model: joinPieces(encodeOnnx({ inputs: [x], outputs: { sums: ops.reduceSum(y, -1) } })),
    feeds: { x: { type: 'float32', data, dims: [rows, width] } },
    flop: 2 * pairs * 2 * rows * width * wide,
  };
}
