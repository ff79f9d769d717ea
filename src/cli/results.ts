import path from 'node:path';
import { UsageError, UserError } from '../errors.js';
import { writeAtomically } from '../files/atomic-file.js';
import { findTextFile } from '../files/decode.js';
import { explainWriteError } from '../files/space.js';
import { countOf } from '../format.js';
import { compareResults, compareTexts, type Difference, describeDifference } from '../reports/check.js';
import { readClaims } from '../reports/claims/claim.js';
import { claimsSheet, type JudgedClaim, judgeClaims } from '../reports/claims/sheet.js';
import { type Experiment, listExperiments } from '../reports/experiment.js';
import { drawGrid } from '../reports/grid.js';
import {
  type PageSources,
  renderNumbers,
  renderReadmeSection,
  renderResultsPage,
  replaceSection,
  sectionMarkers,
} from '../reports/results-page.js';
import { renderSheetMarkdown } from '../reports/sheet.js';
import {
  describeCompleteness,
  describeDay,
  describeModel,
  describeSettings,
  describeValue,
  headlines,
} from '../reports/summary.js';
import type { Result } from '../results/result.js';
import { type ReadResults, readResults, resultFileName, writeResult } from '../results/results-folder.js';
import type { RunCommand } from './command.js';
import type { ResultsOptions } from './commands/results.js';
import type { Output } from './output.js';
import { damagedHint, readSoundResults, tellDamaged } from './read-results.js';
import { planRecompute, recompute, SAMPLES_FOLDER } from './recompute.js';

/**
 * `gpt results`: lists the results; or, in this order, computes them anew, takes fresh ones over, writes the pages, checks
 * everything. Throws UserError when the check finds a difference, having printed each.
 */
export async function runResults(
  options: ResultsOptions,
  { output, env, run }: { output: Output; env: NodeJS.ProcessEnv; run: RunCommand },
): Promise<void> {
  const { results: folder, check, write, take } = options;
  const against = options.against ?? (check ? options.recompute : undefined);
  if (options.against !== undefined && !check) {
    throw new UsageError('--against says what to compare with: it goes with --check.');
  }
  if (options.longest !== undefined && options.recompute === undefined) {
    throw new UsageError('--longest says what to leave out of --recompute: it goes with it.');
  }
  for (const [flag, other] of Object.entries({ recompute: options.recompute, take, against })) {
    if (other !== undefined && path.resolve(other) === path.resolve(folder)) {
      throw new UsageError(`--${flag} ${other}: these are the committed results themselves.`);
    }
  }
  if (options.recompute !== undefined) {
    const { results } = await readResults(folder);
    const plan = await planRecompute(results, options.recompute, env, options.longest);
    await recompute(plan, options.recompute, run, output);
  }
  const experiments = await listExperiments();
  if (take !== undefined) await takeOver(take, folder, experiments, output);
  const sources = await readSources(folder, experiments);
  tellDamaged(sources.problems, output);
  if (write) {
    refuseDamaged(sources, 'no page was written');
    await writePages(folder, sources, output);
  }
  if (check) await checkAll(folder, sources, against, options.json, output);
  else if (options.recompute === undefined && take === undefined && !write) {
    await list(sources, options.json, output);
  }
}

/** What all pages follow from. */
type Sources = PageSources & Pick<ReadResults, 'problems'> & { claims: JudgedClaim[] };

async function readSources(folder: string, experiments: readonly Experiment[]): Promise<Sources> {
  const [{ results, problems }, samples] = await Promise.all([
    readResults(folder),
    readResults(path.join(folder, SAMPLES_FOLDER)),
  ]);
  // What somebody tried on a sample or with random weights lies in the same folder and is not committed; no page tells of it.
  const counts = ({ data, model }: Result) => data.source !== 'sample' && !model.name.startsWith('random/');
  const counted = results.filter(counts);
  const claims = await readClaims();
  return {
    ...{ results: counted, samples: samples.results, experiments },
    problems: [...problems, ...samples.problems],
    claims: judgeClaims(claims.claims, claims, { results: counted, experiments }),
  };
}

/** Throws UserError where a file of results holds none, so that what follows from the others is not the whole. */
function refuseDamaged({ problems }: Sources, outcome: string): void {
  if (problems.length === 0) return;
  throw new UserError(`${countOf(problems.length, 'file')} of results cannot be read: ${outcome}.`, {
    hint: `Named above: ${damagedHint}`,
  });
}

/** A file that is written from the results: as it should be, given as it is. */
interface Page {
  file: string;
  format: 'markdown' | 'csv';
  /** Undefined when this file has no place for it. */
  render(current: string | undefined): string | undefined;
}

function pagesOf(folder: string, sources: Sources): Page[] {
  return [
    {
      file: path.join(folder, 'README.md'),
      format: 'markdown',
      render: () => renderResultsPage(sources),
    },
    {
      file: path.join(folder, 'claims.md'),
      format: 'markdown',
      render: () => `# Claims\n\n${renderSheetMarkdown(claimsSheet(sources.claims))}`,
    },
    { file: path.join(folder, 'numbers.csv'), format: 'csv', render: () => renderNumbers(sources) },
    {
      file: path.join(folder, '..', 'README.md'),
      format: 'markdown',
      render: (current) => replaceSection(current ?? '', renderReadmeSection(sources)),
    },
  ];
}

async function writePages(folder: string, sources: Sources, output: Output): Promise<void> {
  for (const { file, render } of pagesOf(folder, sources)) {
    const current = await findTextFile(file);
    const text = render(current);
    if (text === undefined) output.err(`${file} is left alone: it has no line ${sectionMarkers[0]}.`);
    else if (text === current) output.err(`${file} is as it should be.`);
    else {
      try {
        await writeAtomically(file, (handle) => handle.writeFile(text));
      } catch (error) {
        throw explainWriteError(error, { path: file, variable: '--results' });
      }
      output.err(`Written: ${file}`);
    }
  }
}

async function checkAll(
  folder: string,
  sources: Sources,
  against: string | undefined,
  json: boolean,
  output: Output,
): Promise<void> {
  const differences: Difference[] = [];
  for (const { file, format, render } of pagesOf(folder, sources)) {
    const current = await findTextFile(file);
    const text = render(current);
    if (text !== undefined) differences.push(...compareTexts(file, format, current ?? '', text));
  }
  const stale = differences.length;
  if (against !== undefined) {
    const { differences: changed, notes } = await compareFolders(sources, folder, against, output);
    differences.push(...changed);
    for (const note of notes) output.err(note);
  }
  if (json) output.out(JSON.stringify(differences, null, 2));
  else if (differences.length > 0) output.out(differences.map(describeDifference).join('\n'));
  if (differences.length > 0) {
    const hint = [
      stale > 0
        ? '"gpt results --write" makes the pages follow from the results; a result that should not have changed is to be put back.'
        : '',
      stale < differences.length
        ? `"gpt results --take ${against} --write" takes the fresh results over.`
        : '',
    ];
    const { length } = differences;
    throw new UserError(`${countOf(length, 'difference')}.`, {
      hint: hint.filter((sentence) => sentence !== '').join(' '),
    });
  }
  refuseDamaged(sources, 'the rest is as it should be');
  output.err('Everything is as it should be.');
}

/** Committed results, on the published data and on samples, against fresh ones in the same places of another folder. */
async function compareFolders(
  { results, samples, experiments }: PageSources,
  folder: string,
  against: string,
  output: Output,
): Promise<{ differences: Difference[]; notes: string[] }> {
  const differences: Difference[] = [];
  const notes: string[] = [];
  let compared = 0;
  for (const [below, committed] of [
    ['', results],
    [SAMPLES_FOLDER, samples],
  ] as const) {
    const fresh = await readSoundResults(path.join(against, below), output);
    const outcome = compareResults(committed, fresh, experiments);
    compared += outcome.compared.length;
    const named = (file: string) => path.join(folder, below, file);
    differences.push(...outcome.differences.map((one) => ({ ...one, file: named(one.file) })));
    notes.push(
      ...outcome.onlyCommitted.map((name) => `not compared: ${named(name)}: no fresh result.`),
      ...outcome.onlyFresh.map((name) => `not compared: ${path.join(against, below, name)}: not committed.`),
    );
  }
  if (compared === 0) {
    throw new UserError(`${against} has no result that is committed as well: there is nothing to compare.`, {
      hint: 'Fill it with "gpt results --recompute", or with "gpt eval --results".',
    });
  }
  notes.push(`${countOf(compared, 'result')} compared with ${against}.`);
  return { differences, notes };
}

/** Fresh results that are new, or whose numbers are no longer the committed ones; the others would only change dates. */
async function takeOver(
  from: string,
  folder: string,
  experiments: readonly Experiment[],
  output: Output,
): Promise<void> {
  for (const below of ['', SAMPLES_FOLDER]) {
    const [committed, fresh] = await Promise.all(
      [folder, from].map((one) => readSoundResults(path.join(one, below), output)),
    );
    const { differences, onlyFresh } = compareResults(committed!, fresh!, experiments);
    const wanted = new Set([...differences.map(({ file }) => file), ...onlyFresh]);
    for (const result of fresh!.filter((one) => wanted.has(resultFileName(one)))) {
      const { file } = await writeResult(path.join(folder, below), result);
      output.err(`Taken over: ${file}`);
    }
  }
}

async function list({ results, experiments }: PageSources, json: boolean, output: Output): Promise<void> {
  const all = headlines(results, experiments);
  if (json) {
    const entries = all.map(({ result, metric }) => ({
      file: resultFileName(result),
      task: result.task.name,
      model: result.model.name,
      settings: describeSettings(result),
      metric,
      finishedAt: result.time.finishedAt,
      complete: describeCompleteness(result) === 'whole',
    }));
    output.out(JSON.stringify(entries, null, 2));
    return;
  }
  if (all.length === 0) {
    output.err('There are no results yet. "gpt eval lambada" makes one.');
    return;
  }
  output.out(
    await drawGrid(
      {
        head: ['task', 'model', 'settings', 'metric', 'value', 'finished', 'data'],
        rows: all.map((headline) => [
          headline.result.task.name,
          describeModel(headline.result),
          describeSettings(headline.result),
          headline.metric.label,
          describeValue(headline),
          describeDay(headline.result),
          describeCompleteness(headline.result),
        ]),
        align: ['left', 'left', 'left', 'left', 'right', 'left', 'left'],
        keyColumns: 2,
      },
      output,
    ),
  );
}
