import { spawn } from 'node:child_process';
import path from 'node:path';
import { UsageError, UserError } from '../errors.js';
import { writeAtomically } from '../files/atomic-file.js';
import { makeFolder } from '../files/folder.js';
import { explainWriteError } from '../files/space.js';
import { formatBytes, formatCount } from '../format.js';
import { listExperiments } from '../reports/experiment.js';
import { buildFigure } from '../reports/figures/build-figure.js';
import { figureIds, readFigureDefinition } from '../reports/figures/definition.js';
import type { Figure } from '../reports/figures/figure.js';
import { lossFigure } from '../reports/figures/loss-curves.js';
import type { ReportContent, RunExamples } from '../reports/page/content.js';
import { renderPage } from '../reports/page/page.js';
import { readPageScript } from '../reports/page/page-script.js';
import { findJournals, readJournalExamples, readSampleFile } from '../reports/page/read-runs.js';
import { readResults } from '../results/results-folder.js';
import type { ReportOptions } from './commands/report.js';
import { toolVersion } from './environment.js';
import type { Output } from './output.js';
import { readTrainingCurve } from './training-curve.js';

/**
 * `gpt report`: writes everything about the results as one HTML file. Throws DataError for a malformed result or file of samples,
 * UserError when the folder cannot be written to.
 */
export async function runReport(
  options: ReportOptions,
  output: Output,
  env: NodeJS.ProcessEnv = process.env,
): Promise<void> {
  if (options.prompts && options.examples === false) {
    throw new UsageError('--prompts and --no-examples: prompts are shown with the examples.');
  }
  const content = await readContent(options, env);
  const file = path.join(options.output, 'index.html');
  const page = renderPage(content, await readPageScript());
  try {
    await makeFolder(options.output);
    await writeAtomically(file, (handle) => handle.writeFile(page));
  } catch (error) {
    throw explainWriteError(error, { path: options.output, variable: '--output' });
  }
  for (const note of content.notes) output.err(`Left out: ${note}`);
  const examples = (content.examples ?? []).reduce((sum, { set }) => sum + set.rows.length, 0);
  const bytes = Buffer.byteLength(page);
  if (options.json) {
    const summary = { file, bytes, results: content.results.length, examples, leftOut: content.notes };
    output.out(JSON.stringify(summary, null, 2));
  } else {
    output.err(
      `Results: ${formatCount(content.results.length)}, examples: ${formatCount(examples)}, ${formatBytes(bytes)}.`,
    );
    output.out(file);
  }
  if (options.open) await openFile(file);
}

async function readContent(options: ReportOptions, env: NodeJS.ProcessEnv): Promise<ReportContent> {
  const { results: folder, samples = [], training = [], examples: limit } = options;
  const { results, problems } = await readResults(folder);
  const journals = await findJournals(folder);
  const notes = problems.map(({ message }) => message);
  let examples: RunExamples[] | undefined;
  if (limit !== false) {
    // Imported here: it needs all tasks.
    const addPrompts = options.prompts
      ? (await import('./report-prompts.js')).promptReader(results, env, (sentence) => notes.push(sentence))
      : undefined;
    const read = await readJournalExamples(journals, results, limit, addPrompts);
    notes.push(...read.notes);
    examples = [...(await Promise.all(samples.map((file) => readSampleFile(file, limit)))), ...read.runs];
  }
  const named = await Promise.all(training.map(namedCurve));
  const { curves, notes: unreadable } = await readCurves([...journals.finetuning, ...journals.pretraining]);
  notes.push(...unreadable);
  const figures = await Promise.all(
    (await figureIds()).map(async (id) => buildFigure(await readFigureDefinition(id), results)),
  );
  const experiments = await listExperiments();
  return {
    ...{ version: toolVersion(), results, experiments, figures },
    ...{ curves: [...named, ...curves], examples, notes },
  };
}

/** The losses of a run that the user names: one that cannot be read is an error. */
async function namedCurve(place: string): Promise<Figure> {
  const found = await readTrainingCurve(place);
  if (found !== undefined) return lossFigure(found.curve, found.file);
  throw new UserError(`--training ${place}: there is no such file or folder.`, {
    hint: 'Name folders of "gpt pretrain", their training/log.jsonl, or journals of "gpt finetune".',
  });
}

/** The losses of runs in the folder of results, and why some have none. */
async function readCurves(files: readonly string[]): Promise<{ curves: Figure[]; notes: string[] }> {
  const curves: Figure[] = [];
  const notes: string[] = [];
  for (const file of files) {
    try {
      const found = await readTrainingCurve(file);
      if (found !== undefined) curves.push(lossFigure(found.curve, path.basename(file)));
    } catch (error) {
      // One run that has only begun, or a damaged journal, should not cost the reader everything else.
      if (!(error instanceof UserError)) throw error;
      notes.push(`Losses of ${path.basename(file)}: ${error.message}`);
    }
  }
  return { curves, notes };
}

/** The program by which a system opens a file with what the user has chosen for its kind. @internal */
export function openerOf(platform: NodeJS.Platform, file: string): [command: string, ...words: string[]] {
  if (platform === 'darwin') return ['open', file];
  // The empty words are the title of a window: "start" takes the first one in quotes for it.
  if (platform === 'win32') return ['cmd', '/c', 'start', '', file];
  return ['xdg-open', file];
}

async function openFile(file: string): Promise<void> {
  const [command, ...words] = openerOf(process.platform, path.resolve(file));
  const child = spawn(command, words, { detached: true, stdio: 'ignore' });
  await new Promise<void>((resolve, reject) => {
    child.on('spawn', () => {
      child.unref();
      resolve();
    });
    child.on('error', (cause) => {
      reject(
        new UserError(`The report is written, but ${command} could not be started: ${cause.message}`, {
          hint: `Open ${file} in a browser.`,
          cause,
        }),
      );
    });
  });
}
