import { expect, it } from 'vitest';
import { formatBytes, formatCount, formatDuration } from './format.js';

it.each([
  [0, '0 bytes'],
  [999, '999 bytes'],
  [1000, '1 kB'],
  [548_105_171, '548 MB'],
  [6_431_878_936, '6.43 GB'],
])('%d is written as %s', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});

it.each([
  [0, '0 s'],
  [59.2, '1 min 00 s'],
  [200, '3 min 20 s'],
  [7500, '2 h 05 min'],
])('%d seconds are written as %s', (seconds, text) => {
  expect(formatDuration(seconds)).toBe(text);
});

it('counts have a comma between thousands, whatever the locale', () => {
  expect(formatCount(5153)).toBe('5,153');
});
