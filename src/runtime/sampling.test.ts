import { describe, expect, test } from 'vitest';
import { seededUniform } from '../testing/random.js';
import { chooseToken, type Sampling } from './sampling.js';

/** `random` whose two calls make up the number `at` in [0, 1). */
function fixed(at: number): () => number {
  let calls = 0;
  return () => (calls++ % 2 === 0 ? at * 2 ** 32 : 0);
}

const sample = (settings: Partial<Extract<Sampling, { method: 'sample' }>> = {}): Sampling => ({
  method: 'sample',
  temperature: 1,
  topK: 0,
  topP: 1,
  ...settings,
});

/** How often each token comes out of evenly spread random numbers. */
function shares(logits: readonly number[], sampling: Sampling, draws = 1000): number[] {
  const counts = logits.map(() => 0);
  for (let i = 0; i < draws; i++)
    counts[chooseToken(Float32Array.from(logits), sampling, fixed((i + 0.5) / draws))]!++;
  return counts;
}

const logs = (...probabilities: number[]) => probabilities.map(Math.log);

test('greedy takes the largest logit, the first of equal ones', () => {
  expect(chooseToken(Float32Array.of(-1, 3, 2, 3), { method: 'greedy' }, fixed(0.9))).toBe(1);
});

test('without cuts each token comes as often as its probability says', () => {
  expect(shares(logs(0.1, 0.4, 0.2, 0.3), sample())).toEqual([100, 400, 200, 300]);
});

test('the temperature divides the logits', () => {
  // Squares of 1, 2, 3: 1/14, 4/14, 9/14.
  expect(shares(logs(1, 2, 3), sample({ temperature: 0.5 }), 1400)).toEqual([100, 400, 900]);
  expect(shares(logs(1, 4, 9), sample({ temperature: 2 }), 600)).toEqual([100, 200, 300]);
});

describe('top-k', () => {
  test('keeps the k largest', () => {
    expect(shares([0, Math.log(2), -50, Math.log(5), Math.log(3)], sample({ topK: 3 }))).toEqual([
      0, 200, 0, 500, 300,
    ]);
  });

  test('keeps more than k where the k-th largest is not alone', () => {
    expect(shares(logs(4, 2, 2, 2, 1), sample({ topK: 2 }))).toEqual([400, 200, 200, 200, 0]);
  });

  test('keeps the same as sorting does, whatever the size', () => {
    const random = seededUniform(1);
    for (let round = 0; round < 200; round++) {
      const size = 1 + Math.floor(random() * 300);
      // Few different values: many ties.
      const logits = Float32Array.from({ length: size }, () => Math.floor(random() * 50) / 10);
      const k = 1 + Math.floor(random() * size);
      const least = logits.toSorted().at(-k)!;
      for (let draw = 0; draw < 20; draw++) {
        const token = chooseToken(logits, sample({ topK: k, temperature: 100 }), fixed(random()));
        expect(logits[token]!).toBeGreaterThanOrEqual(least);
      }
      // The last random number takes the last token that is kept.
      const last = logits.findLastIndex((logit) => logit >= least);
      expect(chooseToken(logits, sample({ topK: k }), fixed(1 - 2 ** -32))).toBe(last);
    }
  });
});

describe('top-p', () => {
  // openai/gpt-2 src/sample.py:top_p_logits counts cumulative probabilities of at most p, and keeps at least one.
  test('keeps tokens that together have at most that probability', () => {
    expect(shares(logs(0.1, 0.5, 0.15, 0.25), sample({ topP: 0.8 }), 750)).toEqual([0, 500, 0, 250]);
    expect(shares(logs(0.1, 0.5, 0.15, 0.25), sample({ topP: 0.74 }), 100)).toEqual([0, 100, 0, 0]);
  });

  test('keeps at least one', () => {
    expect(shares(logs(0.1, 0.5, 0.15, 0.25), sample({ topP: 0.01 }), 10)).toEqual([0, 10, 0, 0]);
  });

  test('comes after top-k and temperature', () => {
    // Of 0.5 and 0.25 alone the first has 2/3; at temperature 0.5 it has 4/5.
    const logits = logs(0.1, 0.5, 0.15, 0.25);
    expect(shares(logits, sample({ topK: 2, topP: 0.7 }), 10)).toEqual([0, 10, 0, 0]);
    expect(shares(logits, sample({ topK: 2, topP: 0.99 }), 10)).toEqual([0, 10, 0, 0]);
    expect(shares(logits, sample({ topK: 2 }), 30)).toEqual([0, 20, 0, 10]);
  });

  test('keeps the same as sorting the whole vocabulary does', () => {
    const random = seededUniform(2);
    for (let round = 0; round < 100; round++) {
      const spread = 40 * random();
      const logits = Float32Array.from({ length: 1 + Math.floor(2000 * random()) }, () => spread * random());
      const topP = 0.05 + 0.949 * random();
      const order = Array.from(logits.keys()).sort((a, b) => logits[b]! - logits[a]! || a - b);
      const total = logits.reduce((sum, logit) => sum + Math.exp(logit - spread), 0);
      let cumulative = 0;
      const fits = order.filter((id) => {
        cumulative += Math.exp(logits[id]! - spread) / total;
        return cumulative <= topP;
      });
      const kept = Math.max(1, fits.length);
      const least = logits[order[kept - 1]!]!;
      const last = logits.findLastIndex((logit) => logit >= least);
      expect(chooseToken(logits, sample({ topP }), fixed(1 - 2 ** -32))).toBe(last);
      expect(chooseToken(logits, sample({ topP }), fixed(0))).toBe(
        logits.findIndex((logit) => logit >= least),
      );
    }
  });
});

test.each([
  { temperature: 0 },
  { temperature: Number.NaN },
  { topK: -1 },
  { topK: 1.5 },
  { topP: 0 },
  { topP: 1.1 },
])('a setting that makes no sense is refused: %j', (settings) => {
  expect(() => chooseToken(Float32Array.of(1, 2), sample(settings), fixed(0))).toThrow(RangeError);
});
