/**
 * How the next token is chosen from the logits. Temperature, then top-k, then top-p, as the GPT-2 release does
 * (openai/gpt-2 src/sample.py:sample_sequence, top_k_logits, top_p_logits), but in float64.
 */

/** How the next token is chosen. */
export type Sampling =
  | { method: 'greedy' }
  | {
      method: 'sample';
      /** Logits are divided by it; above 0. */
      temperature: number;
      /** Only tokens whose logit is at least the k-th largest; 0: all. */
      topK: number;
      /** Only the most probable tokens that together have at most this probability, and always one; 1: all. */
      topP: number;
    };

/**
 * Chooses a token id. Greedy: the largest logit, the lowest id on a tie. Otherwise one draw, which takes two numbers of
 * `random` (32 random bits at a call). Throws RangeError on a setting that makes no sense.
 */
export function chooseToken(logits: Float32Array, sampling: Sampling, random: () => number): number {
  if (sampling.method === 'greedy') return argMax(logits);
  const { temperature, topK, topP } = sampling;
  checkSampling(sampling);
  const kept = keepTopK(logits, topK);
  // The largest weight is 1: nothing overflows.
  let max = Number.NEGATIVE_INFINITY;
  for (const id of kept) if (logits[id]! > max) max = logits[id]!;
  const weights = new Float64Array(kept.length);
  for (let i = 0; i < kept.length; i++) weights[i] = Math.exp((logits[kept[i]!]! - max) / temperature);
  return draw(topP < 1 ? keepTopP(kept, weights, topP) : { ids: kept, weights }, uniform(random));
}

/** Throws RangeError unless temperature > 0, topK is a whole number from 0 on, and topP is above 0 and at most 1. */
export function checkSampling(sampling: Sampling): void {
  if (sampling.method === 'greedy') return;
  const { temperature, topK, topP } = sampling;
  if (!(temperature > 0 && Number.isFinite(temperature)))
    throw new RangeError(`temperature ${temperature} is not above 0`);
  if (!Number.isInteger(topK) || topK < 0) throw new RangeError(`top-k ${topK} is no whole number from 0 on`);
  if (!(topP > 0 && topP <= 1)) throw new RangeError(`top-p ${topP} is not above 0 and at most 1`);
}

function argMax(numbers: Float32Array): number {
  let best = 0;
  for (let i = 1; i < numbers.length; i++) if (numbers[i]! > numbers[best]!) best = i;
  return best;
}

/** Ids whose logit is at least the k-th largest, in their order: more than k where there are ties. */
function keepTopK(logits: Float32Array, k: number): Uint32Array {
  if (k === 0 || k >= logits.length) return everyId(logits.length);
  const threshold = kthLargest(logits, k);
  const kept: number[] = [];
  for (let id = 0; id < logits.length; id++) if (logits[id]! >= threshold) kept.push(id);
  return Uint32Array.from(kept);
}

function everyId(count: number): Uint32Array {
  const ids = new Uint32Array(count);
  for (let id = 0; id < count; id++) ids[id] = id;
  return ids;
}

/** The k-th largest number, 1 ≤ k ≤ length: a heap holds the k largest so far, the least of them on top. */
function kthLargest(numbers: Float32Array, k: number): number {
  const heap = numbers.slice(0, k).sort();
  for (let i = k; i < numbers.length; i++) {
    const value = numbers[i]!;
    if (value <= heap[0]!) continue;
    let parent = 0;
    for (;;) {
      let child = 2 * parent + 1;
      if (child >= k) break;
      if (child + 1 < k && heap[child + 1]! < heap[child]!) child++;
      if (heap[child]! >= value) break;
      heap[parent] = heap[child]!;
      parent = child;
    }
    heap[parent] = value;
  }
  return heap[0]!;
}

interface Candidates {
  ids: Uint32Array;
  /** Proportional to their probability. */
  weights: Float64Array;
}

/**
 * The most probable candidates whose probabilities add up to at most p, at least one of them, and all that are as probable
 * as the least of these.
 */
function keepTopP(ids: Uint32Array, weights: Float64Array, p: number): Candidates {
  const limit = p * total(weights);
  const ranked = heaviest(weights, limit);
  let sum = 0;
  let least = weights[ranked[0]!]!;
  for (const rank of ranked) {
    sum += weights[rank]!;
    if (sum > limit) break;
    least = weights[rank]!;
  }
  const places = placesFrom(weights, least);
  return {
    ids: Uint32Array.from(places, (place) => ids[place]!),
    weights: Float64Array.from(places, (place) => weights[place]!),
  };
}

/**
 * Places of the largest weights, largest first: all, or enough of them to weigh more than the limit. Sorting a whole
 * vocabulary takes as long as running a small model, and hardly ever are more than a few tokens needed.
 */
function heaviest(weights: Float64Array, limit: number): number[] {
  // The largest weight is 1: that of the largest logit.
  for (const threshold of [1e-2, 1e-5, 1e-8]) {
    const places = placesFrom(weights, threshold);
    const sum = places.reduce((so, place) => so + weights[place]!, 0);
    if (sum > limit) return sortByWeight(places, weights);
  }
  return sortByWeight(placesFrom(weights, 0), weights);
}

/** Places of the weights that are at least that large, in their order. */
function placesFrom(weights: Float64Array, least: number): number[] {
  const places: number[] = [];
  for (let place = 0; place < weights.length; place++) if (weights[place]! >= least) places.push(place);
  return places;
}

function total(weights: Float64Array): number {
  let sum = 0;
  for (const weight of weights) sum += weight;
  return sum;
}

function sortByWeight(places: number[], weights: Float64Array): number[] {
  return places.sort((a, b) => weights[b]! - weights[a]! || a - b);
}

/** The candidate in whose share of all weights `at` in [0, 1) falls. */
function draw({ ids, weights }: Candidates, at: number): number {
  let rest = at * total(weights);
  let last = 0;
  for (let i = 0; i < weights.length; i++) {
    if (weights[i] === 0) continue;
    last = i;
    rest -= weights[i]!;
    if (rest < 0) break;
  }
  // Rounding may leave a rest behind the last one: it belongs to it.
  return ids[last]!;
}

/** Uniform in [0, 1), a multiple of 2^−53, from two times 32 random bits. */
function uniform(random: () => number): number {
  const [high, low] = [random() >>> 5, random() >>> 6];
  return (high * 2 ** 26 + low) / 2 ** 53;
}
