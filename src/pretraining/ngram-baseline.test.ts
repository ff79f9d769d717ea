import { describe, expect, test } from 'vitest';
import { seededUniform } from '../testing/random.js';
import { trainNgrams } from './ngram-baseline.js';

const V = 7;

/** Text with structure: the next token is often the sum of the last two. */
function makeText(length: number, seed: number): number[] {
  const random = seededUniform(seed);
  const tokens = [1, 2];
  while (tokens.length < length) {
    const sum = (tokens.at(-1)! + tokens.at(-2)!) % V;
    tokens.push(random() < 0.7 ? sum : Math.floor(random() * V));
  }
  return tokens;
}

/** The same model from its formula, with strings and maps and no thought of speed. */
function naiveLogProb(text: number[], order: number, history: number[], token: number): number {
  const occurrences = (n: number) => {
    const found = new Map<string, number>();
    for (let i = n - 1; i < text.length; i++) {
      const key = text.slice(i - n + 1, i + 1).join(' ');
      found.set(key, (found.get(key) ?? 0) + 1);
    }
    return found;
  };
  const countsOf = (n: number) => {
    if (n === order) return occurrences(n);
    const counts = new Map([...occurrences(n).keys()].map((key) => [key, 0]));
    for (const longer of occurrences(n + 1).keys()) {
      const key = longer.slice(longer.indexOf(' ') + 1);
      counts.set(key, counts.get(key)! + 1);
    }
    return counts;
  };
  let p = 1 / V;
  for (let n = 1; n <= order; n++) {
    const counts = countsOf(n);
    const numberWith = (c: number) => [...counts.values()].filter((value) => value === c).length;
    const y = numberWith(1) / (numberWith(1) + 2 * numberWith(2));
    const discount = (c: number) => {
      if (c === 0) return 0;
      const k = Math.min(c, 3);
      const d = k - ((k + 1) * y * numberWith(k + 1)) / numberWith(k);
      return d > 0 && d <= k ? d : 0.5;
    };
    const context = history.slice(history.length - (n - 1));
    const all = Array.from({ length: V }, (_, w) => counts.get([...context, w].join(' ')) ?? 0);
    const total = all.reduce((sum, c) => sum + c, 0);
    if (total === 0) break;
    const freed = all.reduce((sum, c) => sum + discount(c), 0);
    p = (all[token]! - discount(all[token]!) + freed * p) / total;
  }
  return Math.log(p);
}

describe('the n-gram baseline', () => {
  test.each([2, 3, 5])('of order %i has the probabilities of its formula', async (order) => {
    const text = makeText(600, 1);
    const held = makeText(40, 2);
    const model = await trainNgrams(text, { order, vocabSize: V });
    const found = model.logProbs(held, order - 1, held.length);
    const expected = held
      .slice(order - 1)
      .map((token, index) => naiveLogProb(text, order, held.slice(index, index + order - 1), token));
    found.forEach((logProb, index) => {
      expect(logProb).toBeCloseTo(expected[index]!, 10);
    });
  });

  test('gives every context a distribution, also one that it never saw', async () => {
    const model = await trainNgrams(makeText(300, 3), { order: 3, vocabSize: V + 2 });
    for (const history of [
      [1, 2],
      [V, 1],
      [V + 1, V],
      [0, V],
    ]) {
      const p = Array.from({ length: V + 2 }, (_, w) => Math.exp(model.logProbs([...history, w], 2, 3)[0]!));
      expect(p.reduce((sum, x) => sum + x, 0)).toBeCloseTo(1, 10);
      expect(Math.min(...p)).toBeGreaterThan(0);
    }
  });

  test('a longer context helps where the text has one', async () => {
    const [text, held] = [makeText(20_000, 4), makeText(2000, 5)];
    const nll = async (order: number) => {
      const model = await trainNgrams(text, { order, vocabSize: V });
      return -model.logProbs(held, 5, held.length).reduce((sum, x) => sum + x, 0) / (held.length - 5);
    };
    expect(await nll(3)).toBeLessThan((await nll(2)) - 0.3);
  });
});
