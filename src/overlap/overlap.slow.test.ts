import path from 'node:path';
import { expect, test } from 'vitest';
import { dataFolder, hasData, needsData } from '../testing/reference.js';
import { listTextFiles } from './documents.js';
import { measureOverlap } from './overlap.js';

test.skipIf(!hasData)(`PTB: 1,631 of 79,071 test 8-grams are in the training text${needsData}`, async () => {
  const file = (name: string) => path.join(dataFolder, 'ptb', `ptb.${name}.txt`);
  const settings = { n: 8, falsePositiveRate: 1e-8, exact: false };
  const { total, set } = await measureOverlap(
    await listTextFiles([file('test')]),
    await listTextFiles([file('train')]),
    settings,
  );
  // Counted with a Python set of strings (CPython 3.11).
  expect(total).toMatchObject({ ngrams: 79_071, found: 1631 });
  expect(total.percent).toBeCloseTo(2.063, 3);
  expect(set).toMatchObject({ kind: 'bloom', probes: 1_000_000, hits: 0 });
});
