import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import { UsageError, UserError } from '../errors.js';
import { sectionMarkers } from '../reports/results-page.js';
import { writeResult } from '../results/results-folder.js';
import { capturedOutput } from '../testing/captured-output.js';
import { exampleResult } from '../testing/example-result.js';
import { makeTemporaryFolder } from '../testing/tiny-model.js';
import type { ResultsOptions } from './commands/results.js';
import { runResults } from './results.js';

const project = fileURLToPath(new URL('../../', import.meta.url));

let folder: string;
let results: string;
beforeEach(async () => {
  folder = await makeTemporaryFolder();
  results = path.join(folder, 'results');
  await writeResult(results, exampleResult());
  await writeFile(path.join(folder, 'README.md'), `# Mine\n\n${sectionMarkers.join('\n')}\n\n## More\n`);
});
afterEach(() => rm(folder, { recursive: true }));

/** Runs the command; what it printed, and the error it ended with. */
async function run(changes: Partial<ResultsOptions>) {
  const { output, written } = capturedOutput();
  const options = { results, write: false, check: false, json: false, ...changes };
  const context = { output, env: {}, run: () => Promise.reject(new Error('nothing is to be computed')) };
  const error = await runResults(options, context).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error !== undefined && !(error instanceof UserError)) throw error;
  return { ...written, error };
}

const edit = async (file: string, from: string, to: string) => {
  const text = await readFile(path.join(folder, file), 'utf8');
  expect(text).toContain(from);
  await writeFile(path.join(folder, file), text.replace(from, to));
};

describe('gpt results', () => {
  it('lists model, task, main metric, day, and whether it is the whole of the data', async () => {
    await writeResult(results, exampleResult({ model: { name: 'tiny' }, settings: { limit: 9 } }));
    const { out } = await run({});
    expect(out).toMatch(
      /lambada +│ gpt2 +│ +│ perplexity of the last word │ +40.06 ± 1.50 │ 2026-11-24 │ whole/,
    );
    expect(out).toMatch(/lambada +│ tiny +│ first 9 examples .*│ only the first 9 examples/);
    const entries = JSON.parse((await run({ json: true })).out) as object[];
    expect(entries).toMatchObject([
      { task: 'lambada', model: 'gpt2', complete: true, metric: { id: 'perplexity', value: 40.0625 } },
      { model: 'tiny', complete: false },
    ]);
  });

  it('says how to begin where there is none', async () => {
    const { out, err } = await run({ results: path.join(folder, 'nowhere') });
    expect([out, err]).toEqual(['', expect.stringContaining('gpt eval lambada')]);
  });

  it('refuses --against without --check, and fresh results that are the committed ones', async () => {
    expect((await run({ against: folder })).error).toBeInstanceOf(UsageError);
    expect((await run({ check: true, against: `${results}/.` })).error).toBeInstanceOf(UsageError);
    expect((await run({ recompute: results })).error).toBeInstanceOf(UsageError);
  });
});

describe('gpt results --write', () => {
  it('writes the pages and the section of the README, which then pass the check', async () => {
    expect((await run({ check: true })).error?.message).toMatch(/differences/);
    expect((await run({ write: true, check: true })).error).toBeUndefined();
    expect(await readFile(path.join(results, 'README.md'), 'utf8')).toContain('| lambada | gpt2 | – |');
    expect(await readFile(path.join(results, 'numbers.csv'), 'utf8')).toContain(
      'perplexity,40.0625,1.5,5153',
    );
    const readme = await readFile(path.join(folder, 'README.md'), 'utf8');
    expect(readme).toMatch(/^# Mine\n.*\| LAMBADA PPL \| 35\.13 \| 40\.06 ± 1\.50 \|.*## More\n$/s);
  });

  it('leaves a README without the section alone', async () => {
    await writeFile(path.join(folder, 'README.md'), '# Mine\n');
    const { err } = await run({ write: true, check: true });
    expect(err).toContain('README.md is left alone');
    expect(await readFile(path.join(folder, 'README.md'), 'utf8')).toBe('# Mine\n');
  });
});

describe('gpt results --check', () => {
  beforeEach(async () => expect((await run({ write: true })).error).toBeUndefined());

  it('fails when one digit of a result is changed, and names table, row, column, old and new', async () => {
    await edit('results/lambada--gpt2.json', '40.0625', '41.0625');
    const { out, error } = await run({ check: true });
    const lines = out.split('\n');
    expect(lines).toContain(
      `${results}/numbers.csv: table results, row lambada--gpt2.json, column perplexity, value: old 40.0625, new 41.0625`,
    );
    expect(lines).toContainEqual(
      expect.stringMatching(
        /results\/README\.md: table gpt2-table3: .*, row 117M \(124M\).*, ours, column LAMBADA PPL ↓.*: old 40\.06, new 41\.06$/,
      ),
    );
    expect(lines).toContainEqual(
      expect.stringMatching(
        /\/README\.md: .*row LAMBADA PPL, column 117M.*: old 40\.06 ± 1\.50, new 41\.06 ± 1\.50$/,
      ),
    );
    expect(error?.hint).toContain('gpt results --write');
  });

  it('fails when a digit of a page is changed', async () => {
    await edit('README.md', '40.06', '40.07');
    const { out } = await run({ check: true, json: true });
    expect(JSON.parse(out)).toContainEqual(
      expect.objectContaining({ old: '40.07 ± 1.50', new: '40.06 ± 1.50' }),
    );
  });

  it('compares with fresh results, up to rounding', async () => {
    const fresh = path.join(folder, 'fresh');
    await writeResult(fresh, exampleResult({ model: { name: 'gpt2-medium' } }));
    expect((await run({ check: true, against: fresh })).error?.message).toContain('nothing to compare');
    const withPerplexity = (value: number) =>
      exampleResult({
        metrics: exampleResult().metrics.map((one) => (one.id === 'perplexity' ? { ...one, value } : one)),
      });
    await writeResult(fresh, withPerplexity(40.0626));
    const same = await run({ check: true, against: fresh });
    expect([same.out, same.error]).toEqual(['', undefined]);
    expect(same.err).toContain('lambada--gpt2-medium.json: not committed');
    await writeResult(fresh, withPerplexity(41));
    const other = await run({ check: true, against: fresh });
    expect(other.out).toBe(
      `${results}/lambada--gpt2.json: table gpt2-table3, row lambada, gpt2, column LAMBADA PPL (perplexity): ` +
        'old 40.0625, new 41 (may differ by 0.00401)\n',
    );
    expect(other.error?.hint).toContain(`gpt results --take ${fresh} --write`);
  });

  it('compares results on samples as well, which stand in a folder of their own', async () => {
    const sample = exampleResult({ data: { source: 'sample' } });
    await writeResult(path.join(results, 'samples'), sample);
    const fresh = path.join(folder, 'fresh');
    const [metric] = sample.metrics;
    await writeResult(path.join(fresh, 'samples'), { ...sample, metrics: [{ ...metric!, value: 1 }] });
    const { out } = await run({ write: true, check: true, against: fresh });
    expect(out).toContain('results/samples/lambada--gpt2--sample.json: table gpt2-table3');
  });
});

test('gpt results --take takes over what is new or differs, and leaves what only has another date', async () => {
  const fresh = path.join(folder, 'fresh');
  const kept = exampleResult({ model: { name: 'gpt2-large' } });
  await writeResult(results, kept);
  await writeResult(fresh, { ...kept, time: { ...kept.time, finishedAt: '2027-01-01T00:00:00.000Z' } });
  await writeResult(fresh, exampleResult({ task: { version: 2 } }));
  await writeResult(fresh, exampleResult({ model: { name: 'gpt2-medium' } }));
  const { err } = await run({ take: fresh });
  expect(err.match(/Taken over: .*/g)).toEqual([
    `Taken over: ${results}/lambada--gpt2-medium.json`,
    `Taken over: ${results}/lambada--gpt2.json`,
  ]);
  const read = async (name: string) => JSON.parse(await readFile(path.join(results, name), 'utf8'));
  expect(await read('lambada--gpt2.json')).toMatchObject({ task: { version: 2 } });
  expect(await read('lambada--gpt2-large.json')).toEqual(kept);
});

describe('the pages of this project', () => {
  /** A copy of the project's pages and of the results that they were written from: those that numbers.csv has a line for. */
  async function copyPages(): Promise<string> {
    const copy = path.join(folder, 'project');
    const numbers = await readFile(path.join(project, 'results', 'numbers.csv'), 'utf8');
    const listed = numbers.split('\n').flatMap((line) => {
      const [place, file, column] = line.split(',');
      return column === 'sha256' ? [path.join(place!, file!)] : [];
    });
    expect(listed.length).toBeGreaterThan(20);
    const pages = ['README.md', 'results/README.md', 'results/claims.md', 'results/numbers.csv'];
    for (const name of [...pages, ...listed]) await cp(path.join(project, name), path.join(copy, name));
    return copy;
  }

  // Whoever works with the tool in a clone has results of their own in the same folder, and the tests must pass there as well. That
  // no committed result is missing from the pages is for "gpt results --check" on a clean checkout (.ci/run).
  it('follow from the results that they list, whatever else lies beside these', async () => {
    const copy = await copyPages();
    const { out, error } = await run({ results: path.join(copy, 'results'), check: true });
    expect(out).toBe('');
    expect(error).toBeUndefined();
    expect(await readFile(path.join(copy, 'README.md'), 'utf8')).toContain(sectionMarkers[0]);
  });

  it('are no longer right when a result is changed, taken away or added', async () => {
    const copy = await copyPages();
    const place = path.join(copy, 'results');
    const check = async () => (await run({ results: place, check: true })).out;
    await writeResult(place, exampleResult());
    expect(await check()).toContain('row lambada--gpt2.json: old (not there)');
    await rm(path.join(place, 'lambada--gpt2.json'));
    await rm(path.join(place, 'lambada--tiny.json'));
    expect(await check()).toMatch(/row lambada--tiny\.json.* new \(not there\)/);
    await cp(path.join(project, 'results', 'lambada--tiny.json'), path.join(place, 'lambada--tiny.json'));
    await edit('project/results/lambada--tiny.json', '"n": 5153', '"n": 5154');
    expect(await check()).toContain('n: old 5153, new 5154');
  });
});
