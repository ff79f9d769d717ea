/** The examples of a report, read from the journals of runs and from files that `--samples` wrote. */
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { DataError } from '../../errors.js';
import { readTextFile } from '../../files/decode.js';
import { isJsonObject } from '../../files/json-file.js';
import { bestEpoch, readTrainingJournal } from '../../finetuning/journal.js';
import { countOf, formatCount } from '../../format.js';
import type { Result } from '../../results/result.js';
import { type JournalHeader, readJournal } from '../../runs/journal.js';
import type { RecordBase } from '../../tasks/task.js';
import { type JournalKind, journalKind } from '../journal-kind.js';
import { describeModel } from '../summary.js';
import type { RunExamples } from './content.js';
import { packExamples } from './pack-examples.js';
import { titleOf } from './result-title.js';

/** The journals of a folder of results, by what they are of. */
export type FoundJournals = Record<JournalKind, string[]>;

/** Journals below the folder of results by their kind; none where there is no such folder. */
export async function findJournals(results: string): Promise<FoundJournals> {
  const folder = path.join(results, 'journals');
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return [];
    throw error;
  });
  const found: FoundJournals = { evaluation: [], finetuning: [], pretraining: [] };
  for (const name of names.filter((one) => one.endsWith('.jsonl')).sort()) {
    const file = path.join(folder, name);
    const kind = await journalKind(file);
    if (kind !== undefined) found[kind].push(file);
  }
  return found;
}

/** A run with its records, before they are packed. */
interface Run {
  title: string;
  fingerprint: string;
  records: object[];
  /** Examples that it would have if it were finished. */
  examples: number;
}

/** Adds to the records of a journal what was asked, as far as that can be found out. */
export type AddPrompts = (header: JournalHeader, records: readonly RecordBase[]) => Promise<object[]>;

/**
 * The examples of every journal, at most `limit` of each run; shards of a run are one. A journal that cannot be read is left out and
 * becomes a note. `addPrompts` is called once for each journal of an evaluation.
 */
export async function readJournalExamples(
  { evaluation, finetuning }: Pick<FoundJournals, 'evaluation' | 'finetuning'>,
  results: readonly Result[],
  limit: number,
  addPrompts: AddPrompts = async (_, records) => [...records],
): Promise<{ runs: RunExamples[]; notes: string[] }> {
  const runs = new Map<string, Run>();
  const notes: string[] = [];
  const add = async (file: string, read: () => Promise<Run | undefined>) => {
    try {
      const run = await read();
      const known = run && runs.get(run.fingerprint);
      if (known) known.records.push(...run.records);
      else if (run) runs.set(run.fingerprint, run);
    } catch (error) {
      if (!(error instanceof DataError)) throw error;
      notes.push(`Examples of ${path.basename(file)}: ${error.problem.problem}`);
    }
  };
  for (const file of evaluation) {
    await add(file, async () => {
      const { header, records } = await readJournal(file);
      const { fingerprint, examples } = header;
      const title = titleOfRun(header, results);
      return { title, fingerprint, examples, records: await addPrompts(header, records) };
    });
  }
  for (const file of finetuning) {
    await add(file, async () => {
      const journal = await readTrainingJournal(file);
      const best = bestEpoch(journal?.epochs ?? []);
      if (journal === undefined || best === undefined) return undefined;
      const { fingerprint, identity } = journal;
      const result = results.find((one) => one.fingerprint === fingerprint);
      const title = result
        ? titleOf(result)
        : `${identity.task.name}, ${identity.model.name}, seed ${identity.settings.seed}`;
      return { title, fingerprint, records: best.records, examples: best.records.length };
    });
  }
  const packed = [...runs.values()]
    .filter(({ records }) => records.length > 0)
    .map(({ title, fingerprint, records, examples }) => {
      const notes = [
        ...(records.length < examples
          ? [`unfinished: ${formatCount(records.length)} of ${formatCount(examples)}`]
          : []),
        // Journals of earlier weights or data stay in the folder: their names would be those of newer runs.
        ...(results.some((result) => result.fingerprint === fingerprint)
          ? []
          : [`no result, fingerprint ${fingerprint.slice(0, 12)}`]),
      ];
      const note = notes.length > 0 ? ` (${notes.join('; ')})` : '';
      return { fingerprint, set: packExamples(title + note, records, limit) };
    });
  return { runs: packed.sort((a, b) => (a.set.title < b.set.title ? -1 : 1)), notes };
}

function titleOfRun({ fingerprint, identity }: JournalHeader, results: readonly Result[]): string {
  const result = results.find((one) => one.fingerprint === fingerprint);
  if (result !== undefined) return titleOf(result);
  const { task, model, data, settings } = identity;
  const options = Object.entries(task.variant ?? {}).map(([option, value]) => `${option} ${value}`);
  const parts = [
    ...[task.name, describeModel({ model })],
    ...(data.source === 'sample' ? ['sample'] : []),
    ...options,
    ...(settings.limit === null ? [] : [`first ${countOf(settings.limit, 'example')}`]),
  ];
  return parts.join(', ');
}

/**
 * The examples of a file with one JSON object on each line. Throws UserError when it cannot be read, DataError naming the line
 * that is no object.
 */
export async function readSampleFile(file: string, limit: number): Promise<RunExamples> {
  const records = (await readTextFile(file))
    .split('\n')
    .flatMap((line, place) => (line.trim() === '' ? [] : parseRecord(line, file, place + 1)));
  return { set: packExamples(path.basename(file), records, limit) };
}

function parseRecord(line: string, file: string, number: number): object {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    // falls through to the error
  }
  if (isJsonObject(value)) return value;
  throw new DataError({
    file,
    at: `line ${number}`,
    problem: 'this is no record of an example.',
    expected: 'a JSON object',
    found: line.slice(0, 40),
    hint: 'Name files that "gpt eval --samples" or "gpt finetune --samples" wrote.',
  });
}
