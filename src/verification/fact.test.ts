import { expect, test } from 'vitest';
import { numberFact } from './fact.js';

const fact = { step: 'loss', what: 'loss', source: 'somebody', seconds: 1 } as const;
const show = (value: number) => value.toFixed(3);
const verdict = (found: number) =>
  numberFact({ ...fact, expected: 5.27, found, tolerance: 0.001 }, show).verdict;

test('a number holds within its tolerance; beyond it, or when it is none, it fails', () => {
  expect(verdict(5.2709)).toBe('holds');
  expect(verdict(5.2691)).toBe('holds');
  expect(verdict(5.2712)).toBe('fails');
  expect(verdict(Number.NaN)).toBe('fails');
  expect(numberFact({ ...fact, expected: 5.27, found: 5.3, tolerance: 0.001 }, show)).toMatchObject({
    expected: '5.270',
    found: '5.300',
    tolerance: '± 0.001',
  });
});
