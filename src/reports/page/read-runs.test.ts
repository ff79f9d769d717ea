import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DataError, UserError } from '../../errors.js';
import { openTrainingJournal } from '../../finetuning/journal.js';
import { paperSettings } from '../../finetuning/settings.js';
import { openJournal, type Shard } from '../../runs/journal.js';
import { exampleResult } from '../../testing/example-result.js';
import { findJournals, readJournalExamples, readSampleFile } from './read-runs.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'runs-'));
  await mkdir(path.join(folder, 'journals'));
});
afterEach(() => rm(folder, { recursive: true }));

const result = exampleResult();
const { task, model, data, settings, fingerprint } = result;

/** A journal as an evaluation writes it, one batch of records in it. */
async function writeJournal(name: string, indices: readonly number[], shard: Shard = { index: 0, count: 1 }) {
  const header = { fingerprint, identity: { task, model, data, settings }, shard, examples: 4, batches: 2 };
  const journal = await openJournal(path.join(folder, 'journals', name), header, true);
  const base = { input: '0', contextTokens: 1, scoredTokens: 1, truncatedTokens: 0 };
  await journal.append(
    indices.map((index) => ({ ...base, index, target: `word${index}`, predicted: 'word0' })),
    { batch: shard.index, inputTokens: 4, runMs: 1 },
  );
  await journal.close();
}

const read = async (results = [result], limit = 10) =>
  readJournalExamples(await findJournals(folder), results, limit);

describe('readJournalExamples', () => {
  it('joins the shards of a run under the name of its result', async () => {
    await writeJournal('a--shard2of2.jsonl', [3, 1], { index: 1, count: 2 });
    await writeJournal('a--shard1of2.jsonl', [2, 0], { index: 0, count: 2 });
    const { runs, notes } = await read();
    expect(notes).toEqual([]);
    expect(runs.map((run) => [run.fingerprint, run.set.title])).toEqual([[fingerprint, 'lambada, gpt2']]);
    expect(runs[0]!.set.rows.map(([name, right]) => [name, right])).toEqual([
      ['0', 1],
      ['1', 0],
      ['2', 0],
      ['3', 0],
    ]);
  });

  it('says which run is not finished, and keeps to the limit', async () => {
    await writeJournal('a.jsonl', [0, 1, 2]);
    const { runs } = await read([], 2);
    expect(runs[0]!.set).toMatchObject({
      title: `lambada, gpt2 (unfinished: 3 of 4; no result, fingerprint ${fingerprint.slice(0, 12)})`,
      total: 3,
    });
    expect(runs[0]!.set.rows).toHaveLength(2);
  });

  it('takes the best epoch of a fine-tuning run', async () => {
    const identity = {
      task: { ...task, name: 'rte' },
      model,
      train: data,
      dev: data,
      settings: paperSettings,
    };
    const file = path.join(folder, 'journals', 'rte.jsonl');
    const journal = await openTrainingJournal(file, { fingerprint: 'f', identity }, 0);
    for (const [epoch, score] of [
      [1, 70],
      [2, 60],
    ] as const) {
      const records = [{ index: 0, input: '0', label: 1, predicted: epoch === 1 ? 1 : 0, logits: [0, 1] }];
      const line = { epoch, updates: epoch, trainLoss: 1, devLoss: 1, score, devTokens: 1, runMs: 1 };
      await journal.appendEpoch({ line, records });
    }
    await journal.close();
    const { runs } = await read();
    expect(runs.map(({ set }) => [set.title, set.rows[0]![1]])).toEqual([
      [`rte, gpt2, seed ${paperSettings.seed} (no result, fingerprint f)`, 1],
    ]);
  });

  it('leaves a damaged journal out and says so', async () => {
    await writeJournal('a.jsonl', [0, 1]);
    await writeFile(path.join(folder, 'journals', 'b.jsonl'), '{"journal":1}\n');
    const { runs, notes } = await read();
    expect(runs).toHaveLength(1);
    expect(notes).toEqual([
      'Examples of b.jsonl: this is not a journal of a run that this version can read.',
    ]);
  });

  it('tells journals by their first line, and leaves other files alone', async () => {
    await writeJournal('a.jsonl', [0]);
    const log = path.join(folder, 'journals', 'log.jsonl');
    await writeFile(log, '{"kind":"update","update":1,"loss":2}\n');
    await writeFile(path.join(folder, 'journals', 'answers.jsonl'), '{"index":0}\n');
    await writeFile(path.join(folder, 'journals', 'empty.jsonl'), '');
    const evaluation = [path.join(folder, 'journals', 'a.jsonl')];
    expect(await findJournals(folder)).toEqual({ evaluation, finetuning: [], pretraining: [log] });
  });

  it('hands each journal to whoever knows its prompts', async () => {
    await writeJournal('a.jsonl', [0, 1]);
    const { runs } = await readJournalExamples(
      await findJournals(folder),
      [result],
      10,
      async (header, some) =>
        some.map((record) => ({ prompt: `${header.identity.task.name} ${record.index}`, ...record })),
    );
    const { fields, rows } = runs[0]!.set;
    expect(rows.map(([, , , , , values]) => values[fields.indexOf('prompt')])).toEqual([
      'lambada 0',
      'lambada 1',
    ]);
  });

  it('finds nothing where there are no journals', async () => {
    const none = { evaluation: [], finetuning: [], pretraining: [] };
    expect(await findJournals(path.join(folder, 'nowhere'))).toEqual(none);
  });
});

describe('readSampleFile', () => {
  it('reads one record on each line, without a fingerprint', async () => {
    const file = path.join(folder, 'answers.jsonl');
    await writeFile(file, '{"index":1,"nats":2}\n\n{"index":0,"nats":1}\n');
    const { fingerprint: none, set } = await readSampleFile(file, 10);
    expect([none, set.title, set.rows.map(([name]) => name)]).toEqual([
      undefined,
      'answers.jsonl',
      ['0', '1'],
    ]);
  });

  it('names the line that is no record, and the file that is not there', async () => {
    const file = path.join(folder, 'answers.jsonl');
    await writeFile(file, '{"index":1}\n[1]\nnot JSON\n');
    await expect(readSampleFile(file, 10)).rejects.toMatchObject({ problem: { file, at: 'line 2' } });
    await writeFile(file, '"text"\n');
    await expect(readSampleFile(file, 10)).rejects.toThrow(DataError);
    await expect(readSampleFile(path.join(folder, 'nowhere'), 10)).rejects.toThrow(UserError);
  });
});
