import { expect, test } from 'vitest';
import { dtypeBytes, type WeightsCheckpoint } from '../checkpoints/checkpoint.js';
import { checkpointWeights } from '../checkpoints/graph-weights.js';
import { input } from '../graph/value.js';
import { runGraph } from '../testing/run-graph.js';
import type { ModelConfig } from './config.js';
import { scoreHead } from './heads.js';

// Two whole slices of the head and a part of a third; the last slice has an odd size.
const V = 3200 * 2 + 777;
const C = 4;
const config: ModelConfig = {
  architecture: 'gpt2',
  nLayer: 1,
  nHead: 1,
  nEmbd: C,
  nCtx: 8,
  vocabSize: V,
  layerNormEpsilon: 1e-5,
};

const wte = Float32Array.from({ length: V * C }, (_, i) => 3 * Math.sin(i * 1.7) + Math.cos(i * i * 0.01));
// Twins far apart, in the first and the last slice: a tie that the lower id wins.
wte.set([9, 9, 9, 9], 11 * C);
wte.set([9, 9, 9, 9], (V - 1) * C);

const hidden = [
  [1, 1, 1, 1],
  [-1, 0.5, 2, -0.3],
  // Logits up to 360: an exponential of them overflows float32.
  [10, 10, 10, 10],
  [0, 0, 0, 0],
];
const targets = [11, 3200, V - 1, 6399];

function weights() {
  const data = { bytes: new Uint8Array(wte.buffer) };
  const tensor = { name: 'wte.weight', dtype: 'F32' as const, shape: [V, C], data };
  expect(data.bytes.byteLength).toBe(V * C * dtypeBytes.F32);
  const checkpoint: WeightsCheckpoint = {
    kind: 'weights',
    format: 'safetensors',
    config,
    tensors: new Map([[tensor.name, tensor]]),
    files: [],
    folder: '',
  };
  return checkpointWeights(checkpoint);
}

/** The same in float64, without slices. */
function expectedRow(h: number[], target: number, excluded: ReadonlySet<number>) {
  const logits = Array.from({ length: V }, (_, v) =>
    h.reduce((sum, value, c) => sum + value * wte[v * C + c]!, 0),
  );
  const max = Math.max(...logits);
  const logSum = max + Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit - max), 0));
  let allowed = -1;
  logits.forEach((logit, v) => {
    if (!excluded.has(v) && (allowed < 0 || logit > logits[allowed]!)) allowed = v;
  });
  return {
    logProb: logits[target]! - logSum,
    argMax: logits.indexOf(max),
    allowed,
    allowedLogProb: logits[allowed]! - logSum,
  };
}

async function run(excluded?: number[]) {
  const h = input('hidden', 'float32', ['S', C]);
  const t = input('targets', 'int64', ['S']);
  const head = scoreHead({ hidden: h, targets: t, weights: weights(), config, excluded });
  const allowed = head.bestAllowed && { best: head.bestAllowed, bestLogProb: head.bestAllowedLogProb! };
  return runGraph(
    { inputs: [h, t], outputs: { logProbs: head.logProbs, argMax: head.argMax, ...allowed } },
    {
      hidden: { dims: [hidden.length, C], data: hidden.flat() },
      targets: { dims: [targets.length], data: targets },
    },
  );
}

test('a vocabulary in slices gives the log-probabilities of the whole', async () => {
  const found = await run();
  const expected = hidden.map((h, s) => expectedRow(h, targets[s]!, new Set()));
  expect(found.argMax!.data).toEqual(expected.map(({ argMax }) => argMax));
  expect(found.argMax!.data[0]).toBe(11);
  expect(found.logProbs!.dims).toEqual([hidden.length]);
  expected.forEach(({ logProb }, s) => {
    expect(found.logProbs!.data[s]).toBeCloseTo(logProb, 4);
  });
  // All logits are 0: every token is equally likely.
  expect(found.logProbs!.data[3]).toBeCloseTo(-Math.log(V), 5);
});

test('excluded tokens in every slice are passed over, and the probability stays that among all tokens', async () => {
  const excluded = [11, 3200, 5000, V - 1];
  const found = await run(excluded);
  const expected = hidden.map((h, s) => expectedRow(h, targets[s]!, new Set(excluded)));
  expect(found.argMax!.data).toEqual(expected.map(({ argMax }) => argMax));
  expect(found.best!.data).toEqual(expected.map(({ allowed }) => allowed));
  expect(found.best!.data[0]).not.toBe(11);
  expected.forEach(({ allowedLogProb }, s) => {
    expect(found.bestLogProb!.data[s]).toBeCloseTo(allowedLogProb, 4);
  });
});
