import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DataError, UserError } from '../errors.js';
import { exampleResult } from '../testing/example-result.js';
import type { Result } from './result.js';
import { describeWritten, readResults, resultFileName, writeResult } from './results-folder.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'results-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('resultFileName', () => {
  it.each([
    [exampleResult(), 'lambada--gpt2.json'],
    [exampleResult({ settings: { limit: 100 } }), 'lambada--gpt2--limit100.json'],
    [exampleResult({ data: { source: 'sample' } }), 'lambada--gpt2--sample.json'],
    [exampleResult({ model: { name: 'openai-community/gpt2' } }), 'lambada--openai-community-gpt2.json'],
    [exampleResult({ model: { name: 'local/a b:c\\..\\d' } }), 'lambada--local-a-b-c-..-d.json'],
  ])('case %#: is %s', (result, name) => {
    expect(resultFileName(result)).toBe(name);
  });
});

describe('writeResult and readResults', () => {
  it('give back what was written, from a folder that had to be made', async () => {
    const nested = join(folder, 'a', 'b');
    const small = exampleResult();
    const medium = exampleResult({ model: { name: 'gpt2-medium' }, settings: { limit: 7 } });
    expect(await writeResult(nested, small)).toEqual({
      file: join(nested, 'lambada--gpt2.json'),
      isFirst: true,
    });
    await writeResult(nested, medium);
    expect((await readResults(nested)).results).toEqual([medium, small]);
  });

  it('write JSON for people, ending in a newline, and leave no other file behind', async () => {
    const result = exampleResult();
    await writeResult(folder, result);
    expect(await readFile(join(folder, 'lambada--gpt2.json'), 'utf8')).toBe(
      `${JSON.stringify(result, null, 2)}\n`,
    );
    expect(await readdir(folder)).toEqual(['lambada--gpt2.json']);
  });

  it('leave out what quotes the data set', async () => {
    const list = {
      id: 'answers',
      title: 'Answers',
      columns: ['no.', 'question', 'answer'],
      quotes: ['question'],
      rows: [[7, 'a line of the data', 'ours']],
    };
    await writeResult(folder, { ...exampleResult(), details: [list] });
    const {
      results: [read],
    } = await readResults(folder);
    expect(read!.details).toEqual([
      { id: 'answers', title: 'Answers', columns: ['no.', 'answer'], rows: [[7, 'ours']] },
    ]);
  });

  it('replace an older result of the same run', async () => {
    await writeResult(folder, exampleResult({ time: { tokensPerSecond: 1 } }));
    const newer = exampleResult({ time: { tokensPerSecond: 2 } });
    await writeResult(folder, newer);
    expect((await readResults(folder)).results).toEqual([newer]);
  });

  it('move a result of another run out of the way, and say where it is', async () => {
    const old = { ...exampleResult(), fingerprint: 'e'.repeat(64) };
    await writeResult(folder, old);
    const written = await writeResult(folder, exampleResult());
    const moved = join(folder, 'replaced', 'lambada--gpt2--eeeeeeee.json');
    expect(written).toEqual({ file: join(folder, 'lambada--gpt2.json'), moved });
    expect(JSON.parse(await readFile(moved, 'utf8'))).toEqual(old);
    expect((await readResults(folder)).results).toEqual([exampleResult()]);
    await writeFile(join(folder, 'lambada--gpt2.json'), 'damaged');
    const { moved: kept } = await writeResult(folder, exampleResult());
    expect(await readFile(kept!, 'utf8')).toBe('damaged');
  });

  it('keep data of one’s own, other seeds and devices apart by their names', () => {
    const own = { own: true, sha256: `1a2b3c4d${'0'.repeat(56)}` } as const;
    expect(resultFileName(exampleResult({ data: own }))).toBe('lambada--gpt2--data-1a2b3c4d.json');
    expect(resultFileName(exampleResult({ settings: { seed: 1 } }))).toBe('lambada--gpt2.json');
    expect(resultFileName(exampleResult({ settings: { seed: 7 } }))).toBe('lambada--gpt2--seed-7.json');
    expect(resultFileName(exampleResult({ settings: { device: 'cuda' } }))).toBe('lambada--gpt2--cuda.json');
  });

  it('find nothing in a folder that does not exist, and pass over files of other kinds', async () => {
    expect((await readResults(join(folder, 'nowhere'))).results).toEqual([]);
    await writeFile(join(folder, 'table3.md'), '| not | JSON |');
    await mkdir(join(folder, 'journal'));
    expect((await readResults(folder)).results).toEqual([]);
  });
});

describe('readResults', () => {
  async function refusal(content: unknown): Promise<DataError> {
    await writeFile(join(folder, 'x.json'), typeof content === 'string' ? content : JSON.stringify(content));
    const { results, problems } = await readResults(folder);
    expect(results).toEqual([]);
    expect(problems).toHaveLength(1);
    const error: unknown = problems[0];
    expect(error).toBeInstanceOf(DataError);
    expect((error as DataError).problem.file).toBe(join(folder, 'x.json'));
    return error as DataError;
  }

  it('refuses another schema and says what can be done', async () => {
    const { message, hint } = await refusal({ ...exampleResult(), schema: 2 });
    expect(message).toContain(
      'schema: the result was written by another version of gpt. Expected 1, found 2.',
    );
    expect(hint).toContain('gpt eval lambada --model gpt2');
  });

  it('refuses a file cut short', async () => {
    const { message } = await refusal(JSON.stringify(exampleResult()).slice(0, 300));
    expect(message).toContain('is not JSON');
  });

  it('refuses JSON that is something else', async () => {
    expect((await refusal([])).message).toContain('Expected an object, found an array.');
    expect((await refusal({ results: {} })).message).toContain('schema: this is not a result');
  });

  it.each<[string, (result: Result) => void]>([
    ['metrics', (result) => result.metrics.splice(0)],
    ['metrics[1].value', (result) => Object.assign(result.metrics[1]!, { value: null })],
    ['metrics[0].unit', (result) => Object.assign(result.metrics[0]!, { unit: 'fraction' })],
    ['settings.limit', (result) => Object.assign(result.settings, { limit: 1.5 })],
    ['data.complete', (result) => Object.assign(result.data, { complete: undefined })],
    ['data.sha256', (result) => Object.assign(result.data, { sha256: 'abc' })],
    ['model.config.nLayer', (result) => Object.assign(result.model.config, { nLayer: '12' })],
    ['model.tokenizer', (result) => Object.assign(result.model, { tokenizer: null })],
  ])('names the key that is wrong: %s', async (key, damage) => {
    const result = exampleResult();
    damage(result);
    expect((await refusal(result)).problem.at).toBe(key);
  });

  it('reads the others beside what is no result, a folder among them', async () => {
    await writeResult(folder, exampleResult());
    await writeFile(join(folder, 'cut.json'), '{"schema": 1,');
    await mkdir(join(folder, 'folder.json'));
    const { results, problems } = await readResults(folder);
    expect(results).toEqual([exampleResult()]);
    expect(problems.map(({ message }) => message)).toEqual([
      expect.stringContaining('cut.json'),
      expect.stringContaining('folder.json'),
    ]);
    expect(problems[1]!.message).toMatch(/it is a folder/);
  });

  it('says so when the folder is a file', async () => {
    const file = join(folder, 'x.json');
    await writeFile(file, '{}');
    await expect(readResults(file)).rejects.toThrow(UserError);
  });
});

describe('writeResult', () => {
  it('says what to do when a file is in the way', async () => {
    const file = join(folder, 'results');
    await writeFile(file, '');
    for (const target of [file, join(file, 'inside')]) {
      await expect(writeResult(target, exampleResult())).rejects.toMatchObject({
        name: 'UserError',
        hint: expect.stringContaining('--results'),
      });
    }
  });

  it.skipIf(process.getuid?.() === 0 || process.platform === 'win32')(
    'says what to do in a read-only folder (needs a user other than root, not on Windows)',
    async () => {
      await chmod(folder, 0o555);
      await expect(writeResult(folder, exampleResult())).rejects.toThrow(/permission denied/);
      await chmod(folder, 0o755);
    },
  );

  it('treats a metric that is not a number as a bug, and writes nothing', async () => {
    const result = exampleResult();
    result.metrics[0]!.value = Number.NaN;
    const error: unknown = await writeResult(folder, result).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(Error);
    expect(error).not.toBeInstanceOf(UserError);
    expect((error as Error).message).toContain('metrics[0].value');
    expect(await readdir(folder)).toEqual([]);
  });
});

it('the first result in a folder says where results are kept, the next one does not', async () => {
  const place = join(folder, 'first');
  const first = await writeResult(place, exampleResult());
  expect(describeWritten(first)).toBe(
    `Written to ${join(place, 'lambada--gpt2.json')}. Results are kept in ${place}; --results or GPT_RESULTS names another folder.`,
  );
  expect(describeWritten(await writeResult(place, exampleResult()))).toBe(
    `Written to ${join(place, 'lambada--gpt2.json')}`,
  );
});
