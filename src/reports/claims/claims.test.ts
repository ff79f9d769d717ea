import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { exampleResult } from '../../testing/example-result.js';
import { listExperiments } from '../experiment.js';
import { type ClaimTest, type ModelGroup, pickClaims, readClaims } from './claim.js';
import { fromPapers, fromResults, type Lookup, type Measured } from './measure.js';
import { claimsSheet, judgeClaims } from './sheet.js';
import { judge } from './verdict.js';

const group: ModelGroup = { label: 'x', sizes: ['s', 'm', 'l'], parts: { finetuned: 'f', lstm: 'r' } };

/** Numbers by model, with their standard errors. */
const numbers =
  (values: Record<string, [value: number, standardError: number | null]>, higherIsBetter = true): Lookup =>
  ({ model }): Measured | undefined =>
    values[model] && { value: values[model][0], standardError: values[model][1], higherIsBetter };

const measure = (model: string) => ({ task: 't', metric: 'x', model });
const better: ClaimTest = { kind: 'better', first: [measure('finetuned')], second: [measure('lstm')] };
const sizes: ClaimTest = { kind: 'sizes', task: 't', metric: 'x' };

describe('a pair', () => {
  test('holds, does not, or is undecided by its 95 % interval', () => {
    const verdict = (f: number, r: number, error: number) =>
      judge(better, group, numbers({ f: [f, error], r: [r, error] }));
    const holds = verdict(60, 50, 3);
    expect(holds.verdict).toBe('holds');
    expect(holds.interval![0]).toBeCloseTo(10 - 1.959964 * Math.sqrt(18), 5);
    expect(verdict(50, 60, 3).verdict).toBe('does not hold');
    expect(verdict(52, 50, 3).verdict).toBe('undecided');
  });

  test('counts a lower perplexity as better', () => {
    const lookUp = numbers({ f: [20, 1], r: [40, 1] }, false);
    expect(judge(better, group, lookUp)).toMatchObject({ verdict: 'holds', gain: 20, values: [20, 40] });
  });

  test('is decided by its values where one has no standard error, and says so by having no interval', () => {
    const verdict = (f: number) => judge(better, group, numbers({ f: [f, null], r: [50, 3] }));
    expect(verdict(51)).toMatchObject({ verdict: 'holds' });
    expect(verdict(51)).not.toHaveProperty('interval');
    expect(verdict(49).verdict).toBe('does not hold');
    expect(verdict(50).verdict).toBe('undecided');
  });

  test('may claim the opposite', () => {
    const opposite: ClaimTest = { ...better, opposite: 'yes' };
    const verdict = judge(opposite, group, numbers({ f: [40, 1], r: [50, 1] }));
    expect(verdict).toMatchObject({ verdict: 'holds', gain: 10 });
    expect(verdict.interval![0]).toBeLessThan(verdict.interval![1]);
  });

  test('of lists compares the means; their error is that of a mean', () => {
    const list = [measure('finetuned'), measure('lstm')];
    const test: ClaimTest = { kind: 'beats', first: list, value: 40 };
    const verdict = judge(test, group, numbers({ f: [60, 3], r: [50, 4] }));
    expect(verdict.values).toEqual([55, 40]);
    expect(verdict.interval![0]).toBeCloseTo(15 - 1.959964 * 2.5, 5);
  });

  test('with a number missing is not run, and says which', () => {
    const verdict = judge(better, group, numbers({ f: [60, 3] }));
    expect(verdict).toEqual({ verdict: 'not run', values: [], missing: [{ ...measure('r') }] });
  });
});

describe('sizes', () => {
  const verdict = (...values: number[]) =>
    judge(sizes, group, numbers(Object.fromEntries(values.map((value, i) => ['sml'[i]!, [value, 1]]))));

  test('hold where the largest is better, even if a step is within its error', () => {
    expect(verdict(10, 20, 30)).toMatchObject({ verdict: 'holds', gain: 20, values: [10, 20, 30] });
    expect(verdict(10, 21, 20).verdict).toBe('holds');
  });

  test('do not hold where a step goes the other way beyond doubt', () => {
    expect(verdict(10, 30, 20).verdict).toBe('does not hold');
    expect(verdict(30, 20, 10).verdict).toBe('does not hold');
    expect(verdict(10, 10, 11).verdict).toBe('undecided');
    expect(verdict(10, 20).verdict).toBe('not run');
  });
});

describe('numbers', () => {
  const wanted = { task: 'lambada', metric: 'perplexity', model: 'gpt2' };

  test('of ours come from the run on all data, never from a sample', () => {
    const part = exampleResult({ settings: { limit: 10 } });
    const sample = exampleResult({ data: { source: 'sample' } });
    expect(fromResults([sample])(wanted)).toBeUndefined();
    expect(fromResults([sample, part])(wanted)?.result).toBe(part);
    const whole = exampleResult();
    expect(fromResults([part, whole])(wanted)).toMatchObject({ value: 40.0625, result: whole });
    expect(fromResults([whole])({ ...wanted, variant: { split: 'x' } })).toBeUndefined();
  });

  test('of papers are those of their tables, other systems by the id of their row', async () => {
    const papers = fromPapers(await listExperiments());
    expect(papers(wanted)).toEqual({ value: 35.13, standardError: null, higherIsBetter: false });
    expect(papers({ ...wanted, model: 'sota' })).toMatchObject({ value: 99.8, standardError: 0 });
    const scratch = { task: 'rte', metric: 'accuracy', model: 'gpt1', variant: { 'from-scratch': 'yes' } };
    expect(papers(scratch)?.value).toBe(53.8);
    expect(papers({ task: 'cnn-dm', metric: 'random3_rougeAvg', model: 'any' })?.value).toBe(20.98);
  });
});

describe('experiments/claims.json', async () => {
  const claims = await readClaims();
  const experiments = await listExperiments();

  test('the number of a claim is that of the table that it names, where a paper prints two', () => {
    const judged = judgeClaims(claims.claims, claims, { results: [], experiments });
    // Table 2 has 82.1 for MNLI matched, Table 5 the mean of both parts.
    expect(judged.find(({ claim }) => claim.id === 'pretraining-mnli')!.paper).toMatchObject({
      verdict: 'holds',
      values: [81.8, 75.7],
    });
  });

  test('both papers contradict themselves in one claim alone', () => {
    const judged = judgeClaims(claims.claims, claims, { results: [], experiments });
    const against = judged.filter(({ paper }) => paper.verdict === 'does not hold');
    expect(against.map(({ claim }) => claim.id)).toEqual(['size-cbt-cn']);
    expect(
      judged.every(({ published, family }) => [published, family].every((v) => v.verdict === 'not run')),
    ).toBe(true);
    expect(claimsSheet(judged).rows).toHaveLength(claims.claims.length);
  });

  test('claims are found by name, misspelt ones with a suggestion', () => {
    expect(pickClaims(claims, ['lstm']).map(({ id }) => id)).toEqual(['lstm']);
    expect(() => pickClaims(claims, ['lsmt'])).toThrow('There is no claim "lsmt". Did you mean lstm?');
  });

  test('a malformed file is refused with its key', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'gpt-claims-'));
    try {
      const file = path.join(folder, 'claims.json');
      const [claim] = claims.claims;
      await writeFile(file, JSON.stringify({ ...claims, claims: [{ ...claim, test: { kind: 'guess' } }] }));
      await expect(readClaims(file)).rejects.toThrow(/claims\[0\]\.test\.kind/);
      await writeFile(file, JSON.stringify({ ...claims, claims: [claim, claim] }));
      await expect(readClaims(file)).rejects.toThrow(/twice/);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
