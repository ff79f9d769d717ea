import { describe, expect, test } from 'vitest';
import { gpt1Schedule, learningRate, type Schedule } from './schedule.js';

describe('the schedule of the GPT-1 release', () => {
  // Story Cloze: 1,497 training examples in batches of 32, three epochs; openai/finetune-transformer-lm opt.py by hand.
  const storyCloze = gpt1Schedule(Math.floor(1497 / 32) * 3);
  test.each([
    [0, 0],
    [1, 6.25e-5 * (137 / 138)],
    [2, 6.25e-5 * (136 / 138)],
    [69, 3.125e-5],
    [137, 6.25e-5 / 138],
  ])('update %d has rate %d', (update, rate) => {
    expect(Math.abs(learningRate(storyCloze, update) - rate)).toBeLessThan(1e-12);
  });

  test('warms up over 0.2 % of a long run', () => {
    const long = gpt1Schedule(10_000);
    expect(learningRate(long, 10)).toBeCloseTo(6.25e-5 * 0.5 * 0.999, 12);
    expect(learningRate(long, 20)).toBeCloseTo(6.25e-5 * 0.998, 12);
  });

  test('stays at 0 after the end', () => {
    expect(learningRate(storyCloze, 138)).toBe(0);
    expect(learningRate(storyCloze, 500)).toBe(0);
  });
});

describe('the cosine', () => {
  const schedule: Schedule = {
    kind: 'cosine',
    peak: 2.5e-4,
    final: 2.5e-5,
    warmupUpdates: 100,
    totalUpdates: 1100,
  };
  test.each([
    [0, 2.5e-6],
    [99, 2.5e-4],
    [100, 2.5e-4],
    [600, (2.5e-4 + 2.5e-5) / 2],
    [1100, 2.5e-5],
    [9999, 2.5e-5],
  ])('has at update %d the rate %d', (update, rate) => {
    expect(Math.abs(learningRate(schedule, update) - rate)).toBeLessThan(1e-12);
  });
});
