/** `gpt reproduce`: every experiment of a plan, one command after another, and then what they say. */
import { cp } from 'node:fs/promises';
import path from 'node:path';
import { packagedModels } from '../checkpoints/packaged.js';
import { InterruptedError, UserError } from '../errors.js';
import { writeAtomically } from '../files/atomic-file.js';
import { makeFolder } from '../files/folder.js';
import { isJsonObject, readJsonFile } from '../files/json-file.js';
import { explainWriteError } from '../files/space.js';
import { countOf, formatDuration } from '../format.js';
import { readPlan } from '../reports/plan.js';
import type { RunCommand } from './command.js';
import type { ReproduceOptions } from './commands/reproduce.js';
import type { CommandContext } from './context.js';
import { commandLine } from './options.js';
import { type Estimate, estimateSteps } from './reproduce-estimate.js';
import { printOutcome, printPlan, type StepReport } from './reproduce-report.js';
import { pickSteps, planSteps, type Step } from './reproduce-steps.js';
import { prepareTexts } from './reproduce-texts.js';

/** Seconds of finished steps, by command line: a later run goes on behind them. */
type Finished = Map<string, number>;

/**
 * Runs the steps that are left. One that fails does not keep the others from running. Throws UsageError for an `--only` that nothing
 * is for, InterruptedError saying where it stopped, and at the end UserError where steps failed.
 */
export async function runReproduce(
  options: ReproduceOptions,
  run: RunCommand,
  context: CommandContext,
): Promise<void> {
  const { output, signal, env } = context;
  const plan = await readPlan();
  const steps = pickSteps(await planSteps(plan, { ...options, env }), options.only);
  const progressFile = path.join(options.folder, 'progress.json');
  const finished: Finished = options.fresh ? new Map() : await readFinished(progressFile);
  const keyOf = (step: Step) => commandLine(['node', 'gpt', ...step.words, `--results=${options.results}`]);
  if (options.dryRun) {
    const left = steps.filter((step) => !finished.has(keyOf(step)));
    const estimates = new Map<Step, Estimate>();
    const all = await estimateSteps(left, options.threads, context);
    left.forEach((step, place) => {
      estimates.set(step, all[place]!);
    });
    await printPlan(plan.title, steps, estimates, options, output);
    return;
  }
  const reports: StepReport[] = [];
  const todo = steps.filter(({ isThere, missing }) => !isThere && missing === undefined);
  for (const step of steps) {
    const key = keyOf(step);
    const seconds = finished.get(key);
    if (step.missing !== undefined) {
      output.err(`left out: ${step.id}: ${step.missing}.`);
      reports.push({ step, state: 'left out', problem: step.missing });
    } else if (step.isThere) reports.push({ step, state: 'there' });
    else if (seconds !== undefined) reports.push({ step, state: 'done before', seconds });
    else {
      const place = `${todo.indexOf(step) + 1} of ${todo.length}`;
      if (signal.aborted) throw stopped(place);
      output.err(
        `[${place}] ${step.id}${step.data === 'sample' ? ', on the sample' : ''}: gpt ${step.words.join(' ')}`,
      );
      const start = performance.now();
      try {
        for (const text of step.texts) await prepareTexts(text, plan, options.dataDir!, options.folder);
        await run(wordsOf(step, options));
        if (step.command === 'pretrain' && step.model !== undefined) await keepModel(step, options);
        const took = Number(((performance.now() - start) / 1000).toFixed(1));
        reports.push({ step, state: 'done', seconds: took });
        finished.set(key, took);
        await writeFinished(progressFile, finished);
      } catch (error) {
        if (error instanceof InterruptedError || signal.aborted) throw stopped(place, error);
        // A bug in one experiment costs that one alone; its trace is shown where it happened.
        const problem = error instanceof Error ? error.message : String(error);
        output.err(
          `${step.id}: ${error instanceof UserError ? [problem, error.hint].join(' ') : (error as Error).stack}`,
        );
        reports.push({ step, state: 'failed', problem });
      }
    }
  }
  await printOutcome(plan.title, reports, options, output);
  const failed = reports.filter(({ state }) => state === 'failed');
  if (failed.length > 0) {
    throw new UserError(
      `${countOf(failed.length, 'step')} failed: ${failed.map(({ step }) => step.id).join('; ')}.`,
      {
        hint: 'The same command tries them again; what is done stays done.',
      },
    );
  }
  const took = reports.reduce((sum, { seconds = 0 }) => sum + seconds, 0);
  output.err(`Everything that can be done here is done; it took ${formatDuration(took)} in all.`);
}

/** What a step is called with: where results go, how many threads, and without regard to earlier answers. */
function wordsOf({ command, words }: Step, { results, threads, fresh }: ReproduceOptions): string[] {
  const [name, ...rest] = words;
  const more = [
    ...(command === 'pretrain' ? [] : [`--results=${results}`]),
    ...(threads === 0 || command === 'overlap' ? [] : [`--threads=${threads}`]),
    ...(fresh && command !== 'overlap' ? ['--fresh'] : []),
  ];
  // Behind the name, because the last flag may take any number of words.
  return [name!, ...more, ...rest];
}

/** Puts a trained model where the others of the family are, so that it has its name. */
async function keepModel({ model }: Step, { folder }: ReproduceOptions): Promise<void> {
  const family = path.dirname(packagedModels().get('mini-gpt2-2x64')!);
  const target = path.join(family, model!.replace(/^mini-/, ''));
  const source = path.join(folder, 'models', model!);
  const left = ['checkpoints', 'training'].map((name) => path.join(source, name));
  try {
    await cp(source, target, { recursive: true, filter: (file) => !left.includes(file) });
  } catch (error) {
    throw explainWriteError(error, { path: target, variable: 'the folder of the package' });
  }
}

function stopped(place: string, cause?: unknown): InterruptedError {
  const hint = 'Nothing is lost: run the same command again to go on from here.';
  return new InterruptedError(`Stopped at step ${place}.`, { hint, cause });
}

async function readFinished(file: string): Promise<Finished> {
  const value = await readJsonFile(file);
  const entries = isJsonObject(value) ? Object.entries(value) : [];
  return new Map(entries.filter((entry): entry is [string, number] => typeof entry[1] === 'number'));
}

async function writeFinished(file: string, finished: Finished): Promise<void> {
  try {
    await makeFolder(path.dirname(file));
    const text = `${JSON.stringify(Object.fromEntries(finished), null, 2)}\n`;
    await writeAtomically(file, (handle) => handle.writeFile(text));
  } catch (error) {
    throw explainWriteError(error, { path: file, variable: '--folder' });
  }
}
