import { DataError, UserError } from '../errors.js';
import { mergeJournals } from '../evaluation/merge.js';
import { readTextFile } from '../files/decode.js';
import { isJsonObject, parseJson } from '../files/json-file.js';
import { type Rescored, rescoredSheet } from '../reports/rescored.js';
import { renderSheetTerminal } from '../reports/sheet.js';
import type { RescoreOptions } from './commands/rescore.js';
import { taskOfJournal } from './merge.js';
import type { Output } from './output.js';

/**
 * `gpt rescore`: the numbers of a finished run without the examples that overlap, from its journal. No model is needed. Throws
 * UsageError or UserError where the overlap is not of the task's examples.
 */
export async function runRescore(
  files: readonly string[],
  { without: file, above, benchmark, json }: RescoreOptions,
  output: Output,
): Promise<void> {
  const { contents, records } = await mergeJournals(files);
  const task = await taskOfJournal(contents, benchmark);
  if (task.kind === 'rolling') {
    throw new UserError(`${task.name} scores texts from end to end: it has no examples to leave out.`);
  }
  const overlapping = await readOverlapping(file, above);
  const known = new Set(records.map(({ index }) => index));
  const parts = {
    without: records.filter(({ index }) => !overlapping.has(index)),
    overlapping: records.filter(({ index }) => overlapping.has(index)),
  };
  if ([...overlapping].every((index) => !known.has(index)) || parts.without.length === 0) {
    const what = parts.without.length === 0 ? 'Every example overlaps' : 'No example of the run overlaps';
    throw new UserError(`${what} by more than ${above} %: there is nothing to compare.`, {
      hint: `Is ${file} of the data of ${task.name}? --above chooses another share.`,
    });
  }
  const rescored: Rescored = {
    ...{ task: task.name, model: contents[0]!.header.identity.model.name, above },
    all: task.metrics(records),
    without: task.metrics(parts.without),
    overlapping: task.metrics(parts.overlapping),
    counts: {
      ...{ all: records.length, without: parts.without.length, overlapping: parts.overlapping.length },
    },
  };
  if (json) output.out(JSON.stringify(rescored, null, 2));
  else output.out(await renderSheetTerminal(rescoredSheet(rescored), output));
}

/** Numbers, from 0, of the examples that overlap by more than that. Throws DataError for a line that is no example of a file. */
async function readOverlapping(file: string, above: number): Promise<Set<number>> {
  const found = new Set<number>();
  const lines = (await readTextFile(file)).split('\n');
  lines.forEach((line, place) => {
    if (line.trim() === '') return;
    const at = `line ${place + 1}`;
    const value: unknown = parseJson(line, file, 'the line', at);
    const { document, percent } = isJsonObject(value) ? value : {};
    // Lines of .csv and .tsv are not numbered like examples: they have a heading, and texts of several lines.
    const number =
      typeof document === 'string' ? /^.*(?<!\.[ct]sv(?:\.gz)?):(\d+)$/i.exec(document)?.[1] : undefined;
    if (number === undefined || typeof percent !== 'number') {
      throw new DataError({
        ...{ file, at, problem: 'this is not the overlap of one example.' },
        ...{ expected: '{"document": "file.jsonl:12", "percent": …}', found: line.slice(0, 60) },
        hint: 'Measure it with "gpt overlap --examples FILE" and the data in rows (.jsonl, .json, .parquet), or with --lines.',
      });
    }
    // Lines and rows are counted from 1.
    if (percent > above) found.add(Number(number) - 1);
  });
  return found;
}
