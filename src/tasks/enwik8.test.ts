import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadDataset } from '../datasets/load.js';
import { dataFolder, hasData, needsData } from '../testing/reference.js';
import { enwik8 } from './enwik8-text8.js';
import type { RollingTask } from './task.js';

const task = enwik8.create(
  Object.fromEntries(enwik8.options.map(({ name, default: value }) => [name, value])),
) as RollingTask<string>;
const noHub = () => Promise.reject(new Error('no hub in this test'));

test('the sample is XML in two pieces, one text', async () => {
  const { rows } = await loadDataset(task.dataset, { data: 'sample', fetch: noHub });
  expect(rows).toHaveLength(2);
  const [whole, ...others] = task.texts(rows);
  expect(others).toEqual([]);
  expect(whole!.text.startsWith('  <page>\n    <title>Sundial</title>')).toBe(true);
  expect(whole!.units.bytes).toBe(Buffer.byteLength(whole!.text));
  expect(whole!.units.bytes).toBeGreaterThan(whole!.units.characters);
});

test('3 bytes of one character that take 3 ln 2 nats are 1 bit per byte, which comes first, and 3 per character', () => {
  const [{ units }] = task.texts(['€']) as [ReturnType<typeof task.texts>[number]];
  const base = { index: 0, input: '0000000000000000', contextTokens: 1, truncatedTokens: 0, text: 0 };
  const metrics = task.metrics([{ ...base, scoredTokens: 3, nats: 3 * Math.LN2, units }]);
  expect(metrics.map(({ id }) => id)).toEqual([
    'bits_per_byte',
    'bits_per_character',
    'perplexity_per_token',
  ]);
  expect(metrics[0]!.value).toBeCloseTo(1, 12);
  expect(metrics[1]!.value).toBeCloseTo(3, 12);
  expect(metrics[2]!.value).toBeCloseTo(2, 12);
});

describe.skipIf(!hasData)(`the beginning of enwik8${needsData}`, () => {
  test('comes back byte for byte', async () => {
    const file = path.join(dataFolder, 'enwik8', 'enwik5');
    const rows = await task.dataset.read([file]);
    expect(rows).toHaveLength(101);
    expect(task.texts(rows)).toMatchObject([
      { text: readFileSync(file, 'utf8'), units: { bytes: 100_001, lines: 0 } },
    ]);
  });
});
