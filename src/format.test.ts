import { expect, it } from 'vitest';
import { countOf, formatBytes, formatCount, formatDuration } from './format.js';

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

it('one of a thing has no plural', () => {
  expect([1, 0, 2, 1204].map((count) => countOf(count, 'update'))).toEqual([
    '1 update',
    '0 updates',
    '2 updates',
    '1,204 updates',
  ]);
  expect(countOf(2, 'match', 'matches')).toBe('2 matches');
});
