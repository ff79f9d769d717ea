import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { WeightTensor } from '../checkpoints/checkpoint.js';
import { checkpointWeights } from '../checkpoints/graph-weights.js';
import { input, parameter, ShapeError } from '../graph/value.js';
import { runGraph } from '../testing/run-graph.js';
import { fusedAttention, plainAttention } from './attention.js';
import type { Architecture, ModelConfig } from './config.js';
import { scoringGraph } from './graphs.js';
import { parameterShapes } from './parameters.js';
import type { Weights } from './weights.js';

/** Weights large enough that attention picks and chooses; gains near 1, so that no layer dies out. */
function randomWeights(config: ModelConfig, seed: number): Weights {
  let state = seed >>> 0;
  // Numerical Recipes' quick generator: the same numbers everywhere. Uniform in [−1, 1).
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  };
  const tensors = new Map<string, WeightTensor>();
  for (const [name, shape] of parameterShapes(config)) {
    const length = shape.reduce((product, size) => product * size, 1);
    const mean = /ln_\w+\.weight$/.test(name) ? 1 : 0;
    const numbers = Float32Array.from({ length }, () => mean + 0.5 * next());
    tensors.set(name, { name, dtype: 'F32', shape, data: { bytes: new Uint8Array(numbers.buffer) } });
  }
  return checkpointWeights({
    kind: 'weights',
    format: 'safetensors',
    config,
    tensors,
    files: [],
    folder: '',
  });
}

describe.each<Architecture>(['gpt1', 'gpt2'])('%s', (architecture) => {
  test('the fused and the plain attention give the same log-probabilities', async () => {
    const sizes = fc.record({
      nLayer: fc.integer({ min: 1, max: 3 }),
      nHead: fc.integer({ min: 1, max: 5 }),
      headWidth: fc.integer({ min: 1, max: 4 }).map((quarter) => 4 * quarter),
      nCtx: fc.integer({ min: 2, max: 40 }),
      vocabSize: fc.integer({ min: 2, max: 70 }),
      B: fc.integer({ min: 1, max: 3 }),
      seed: fc.nat(),
    });
    const property = fc.asyncProperty(
      sizes,
      fc.double({ min: 0, max: 1, noNaN: true }),
      async (size, fraction) => {
        const { nHead, headWidth, B, seed, ...rest } = size;
        const config = { architecture, nHead, nEmbd: nHead * headWidth, layerNormEpsilon: 1e-5, ...rest };
        const T = Math.max(1, Math.round(fraction * config.nCtx));
        const tokens = (step: number) =>
          Array.from({ length: B * T }, (_, i) => (i * step + seed) % config.vocabSize);
        const feeds = {
          ids: { dims: [B, T], data: tokens(7) },
          rows: { dims: [B * T], data: Array.from({ length: B * T }, (_, i) => i) },
          targets: { dims: [B * T], data: tokens(3) },
        };
        const weights = randomWeights(config, seed);
        const [fused, plain] = await Promise.all(
          [fusedAttention, plainAttention].map((attention) =>
            runGraph(scoringGraph(config, weights, { attention }), feeds),
          ),
        );
        const [a, b] = [fused!.log_probs!.data, plain!.log_probs!.data];
        expect(a).toHaveLength(B * T);
        // Relative to the size of the numbers: with such weights a log-probability may be −50.
        a.forEach((value, i) => {
          expect(value).toBeLessThanOrEqual(1e-4);
          expect(Math.abs(value - b[i]!)).toBeLessThan(1e-5 * Math.max(1, Math.abs(value)));
        });
      },
    );
    await fc.assert(property, { numRuns: 25, seed: 20180611 });
  });
});

test('attention wants whole heads and matching weights', () => {
  const x = input('x', 'float32', ['B', 'T', 6]);
  const weight = parameter('w', 'float32', [6, 18], new Uint8Array(6 * 18 * 4));
  const bias = parameter('b', 'float32', [18], new Uint8Array(18 * 4));
  for (const attention of [fusedAttention, plainAttention]) {
    expect(attention(x, { weight, bias, nHead: 2 }).shape).toEqual(['B', 'T', 6]);
    expect(() => attention(x, { weight, bias, nHead: 4 })).toThrow(ShapeError);
    expect(() => attention(x, { weight, bias: weight, nHead: 2 })).toThrow(
      'Attention at graph: [B, T, 6] and [6, 18] and [6, 18]: needs [B, T, C], [C, 3C], [3C], 2 heads',
    );
  }
});
