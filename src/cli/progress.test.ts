import { describe, expect, test } from 'vitest';
import { describeEvaluation, fitLine } from './progress.js';

describe('a progress line', () => {
  const line =
    'lambada × gpt2-medium  1,204/5,153 · 1,530 tokens/s · 3 min 20 s left · perplexity 35.10 · 46.00 %';

  test.each([20, 40, 80, 200])('has no more than %i characters', (columns) => {
    expect(fitLine(line, columns).length).toBeLessThanOrEqual(columns);
  });

  test('loses whole parts from its end, and the middle of what comes first', () => {
    expect(fitLine(line, 200)).toBe(line);
    expect(fitLine(line, 79)).toBe(
      'lambada × gpt2-medium  1,204/5,153 · 1,530 tokens/s · 3 min 20 s left · 46.00 %',
    );
    expect(fitLine('downloading a/very/long/place/model.safetensors  12 MB', 21)).toBe(
      'downloadin…ors  12 MB',
    );
  });

  test('of an evaluation says how far it is first', () => {
    const progress = {
      ...{ examples: { done: 3, total: 9 }, tokens: { done: 30, total: 90, now: 30 }, seconds: 1 },
      metrics: () => [],
    };
    expect(fitLine(describeEvaluation('lambada × gpt2', progress), 24)).toBe('lambada × gpt2  3/9');
  });
});
