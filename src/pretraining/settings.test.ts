import { describe, expect, test } from 'vitest';
import { UsageError } from '../errors.js';
import { parseLengths, planStages, updatesOfEpochs } from './settings.js';

describe('lengths of windows', () => {
  test('the last one gets the rest of the updates', () => {
    expect(parseLengths('512', 512)).toEqual([{ length: 512, share: 1 }]);
    const shares = parseLengths('64:0.25, 128:0.25, 512', 512);
    expect(shares.map(({ length }) => length)).toEqual([64, 128, 512]);
    expect(shares[2]!.share).toBeCloseTo(0.5, 12);
  });

  test.each([
    '',
    '128',
    '1024',
    '128:0.5',
    '128,512',
    '128:0,512',
    '128:1,512',
    '64:0.6,128:0.6,512',
    '1:0.5,512',
    '512:0.5',
    'x',
  ])('refuses "%s" for a context of 512', (text) => {
    expect(() => parseLengths(text, 512)).toThrow(UsageError);
  });
});

test('stages share out all updates, with as many tokens in each', () => {
  const lengths = parseLengths('128:0.3,256:0.3,512', 512);
  for (const total of [1, 2, 3, 10, 997]) {
    const stages = planStages({ batch: 4, lengths }, 512, total);
    expect(stages.reduce((sum, { updates }) => sum + updates, 0)).toBe(total);
    for (const { length, windows, updates } of stages) {
      expect(windows * length).toBe(2048);
      expect(updates).toBeGreaterThan(0);
    }
  }
});

test('an epoch is as many tokens as there are', () => {
  expect(updatesOfEpochs(2, 100_000, { batch: 8 }, 500)).toBe(50);
  expect(updatesOfEpochs(0.001, 1000, { batch: 8 }, 500)).toBe(1);
});
