import { expect, test } from 'vitest';
import { openCheckpoint } from '../checkpoints/open.js';
import { packagedModels } from '../checkpoints/packaged.js';
import { activities, measureSpeed } from './speeds.js';

test.each(activities)('a model at work, tokens %s', async (activity) => {
  const checkpoint = await openCheckpoint(packagedModels().get('mini-gpt2-2x64')!);
  if (checkpoint.kind !== 'weights') throw new Error('the model has weights');
  const { tokensPerSecond, openSeconds, residentBytes } = await measureSpeed(checkpoint, activity, {
    threads: 1,
  });
  expect(tokensPerSecond).toBeGreaterThan(1);
  expect(openSeconds).toBeGreaterThan(0);
  expect(residentBytes).toBeGreaterThan(1e7);
});
