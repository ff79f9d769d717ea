import { existsSync } from 'node:fs';
import { appendFile, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { exampleResult } from '../testing/example-result.js';
import { makeTemporaryFolder } from '../testing/tiny-model.js';
import { type BatchLine, type NewHeader, openJournal, readJournal } from './journal.js';
import { lockRun } from './run-lock.js';

let folder: string;
beforeAll(async () => {
  folder = await makeTemporaryFolder();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const { task, model, data, settings } = exampleResult();
const header: NewHeader = {
  fingerprint: 'f'.repeat(64),
  identity: { task, model, data, settings },
  shard: { index: 0, count: 1 },
  examples: 4,
  batches: 2,
};
const record = (index: number) => ({
  index,
  input: 'é'.repeat(3),
  contextTokens: 5,
  scoredTokens: 1,
  truncatedTokens: 0,
});
const line = (batch: number): BatchLine => ({ batch, inputTokens: 10, runMs: 1.5 });

async function journalWithOneBatch(name: string): Promise<string> {
  const file = path.join(folder, name);
  const journal = await openJournal(file, header, false);
  await journal.append([record(2), record(0)], line(1));
  await journal.close();
  return file;
}

test('what was appended is read again', async () => {
  const content = await readJournal(await journalWithOneBatch('plain.jsonl'));
  expect(content.records).toEqual([record(2), record(0)]);
  expect([...content.batches.values()]).toEqual([line(1)]);
  expect(content.header.fingerprint).toBe(header.fingerprint);
});

test.each([
  ['half a line', '{"index":1,"inp'],
  [
    'records without the line that closes their batch',
    `${JSON.stringify(record(1))}\n${JSON.stringify(record(3))}\n`,
  ],
  ['records and half of that line', `${JSON.stringify(record(1))}\n{"batch":0,"inp`],
])(
  'after a kill that left %s, only the complete batches count and writing goes on behind them',
  async (name, rest) => {
    const file = await journalWithOneBatch(`${name}.jsonl`);
    await appendFile(file, rest);
    const journal = await openJournal(file, header, false);
    expect(journal.content.records).toEqual([record(2), record(0)]);
    await journal.append([record(1), record(3)], line(0));
    await journal.close();
    const { records, batches } = await readJournal(file);
    expect(records.map(({ index }) => index)).toEqual([2, 0, 1, 3]);
    expect([...batches.keys()]).toEqual([1, 0]);
  },
);

test('a kill while the first line was written is like no journal at all', async () => {
  const file = path.join(folder, 'torn-header.jsonl');
  await writeFile(file, '{"journal":1,"fing');
  const journal = await openJournal(file, header, false);
  expect(journal.content.records).toEqual([]);
  await journal.close();
  expect((await readFile(file, 'utf8')).trim().split('\n')).toHaveLength(1);
});

test('a damaged line in the middle is refused with file and line, and nothing is deleted', async () => {
  const file = await journalWithOneBatch('damaged.jsonl');
  const lines = (await readFile(file, 'utf8')).split('\n');
  lines[1] = '{"index": oops}';
  await writeFile(file, lines.join('\n'));
  await expect(openJournal(file, header, false)).rejects.toThrow(`${file}: line 2: the journal is damaged`);
  expect(await readFile(file, 'utf8')).toBe(lines.join('\n'));
});

test('bytes that are no text are damage, but not behind the last line end, where a kill may cut a character', async () => {
  const file = await journalWithOneBatch('bytes.jsonl');
  const whole = await readFile(file);
  await writeFile(file, Buffer.concat([whole, Buffer.from('{"index":1,"input":"é').subarray(0, -1)]));
  const { records, completeBytes } = await readJournal(file);
  expect([records.length, completeBytes]).toEqual([2, whole.length]);
  const damaged = Buffer.from(whole);
  damaged[whole.indexOf('"input":"') + 9] = 0xff;
  await writeFile(file, damaged);
  await expect(readJournal(file)).rejects.toThrow(`${file}: line 2: the journal is damaged`);
});

test('a journal of another run is refused; --fresh begins a new one', async () => {
  const file = await journalWithOneBatch('other.jsonl');
  const other = { ...header, fingerprint: 'e'.repeat(64) };
  await expect(openJournal(file, other, false)).rejects.toThrow('the journal belongs to another run');
  const journal = await openJournal(file, other, true);
  expect(journal.content.records).toEqual([]);
  await journal.close();
});

test('a second process is kept out while the first one lives, and let in when it is gone', async () => {
  const file = path.join(folder, 'locked.jsonl');
  const unlock = await lockRun(file);
  // Our own process id counts as left behind; the parent process is alive and not us.
  const text = await readFile(`${file}.lock`, 'utf8');
  await writeFile(`${file}.lock`, text.replace(String(process.pid), String(process.ppid)));
  await expect(lockRun(file)).rejects.toThrow(/Another process .* is already doing this run/);
  await writeFile(`${file}.lock`, text.replace(String(process.pid), '999999999'));
  const unlockAgain = await lockRun(file);
  await unlockAgain();
  await unlock();
});

test('a lock without a name, as a full disk leaves it, is in nobody’s way', async () => {
  const file = path.join(folder, 'empty.jsonl');
  await writeFile(`${file}.lock`, '');
  const unlock = await lockRun(file);
  expect(await readFile(`${file}.lock`, 'utf8')).toMatch(/^\d+ ./);
  await unlock();
});

test.skipIf(!existsSync('/proc/self'))(
  'a lock that cannot be written is explained (needs /proc)',
  async () => {
    await expect(lockRun('/proc/run.jsonl')).rejects.toThrow(/Cannot write to \/proc/);
  },
);
