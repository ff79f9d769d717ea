import { availableParallelism } from 'node:os';
import { expect, test } from 'vitest';
import { physicalCores, resolveThreads } from './threads.js';

const topology =
  (...cores: string[]) =>
  (cpu: number) =>
    cores[cpu];

test('processors that share a core count once, as far as this process may use them', () => {
  expect(physicalCores(4, topology('0,2\n', '1,3\n', '0,2\n', '1,3\n'))).toBe(2);
  expect(physicalCores(2, topology('0', '1'))).toBe(2);
  expect(physicalCores(1, topology('0', '1', '2'))).toBe(1);
});

test('where the system does not tell, every processor is a core', () => {
  expect(physicalCores(6, () => undefined)).toBe(6);
});

test('a number that was asked for stays; without one there is one thread at least', () => {
  expect(resolveThreads(3)).toBe(3);
  expect(resolveThreads(0)).toBeGreaterThanOrEqual(1);
  expect(resolveThreads(0)).toBeLessThanOrEqual(availableParallelism());
});
