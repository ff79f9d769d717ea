/** `gpt finetune`: one run, or a sweep over tasks, seeds, layers and ablations, one run after another. */

import { checkModelName } from '../checkpoints/resolve.js';
import { UsageError, UserError } from '../errors.js';
import { examplePreparer } from '../finetuning/finetune.js';
import { noHyperParameters, readHyperParameters, settingsFor } from '../finetuning/hparams.js';
import { settingsOfModel } from '../finetuning/model-settings.js';
import { groupRuns, type PlannedRun, planRuns, uniqueRuns } from '../finetuning/plan.js';
import { paperSettings } from '../finetuning/settings.js';
import { summarizeSeeds, summarizeTransfer } from '../finetuning/sweep.js';
import { transferSetting } from '../finetuning/transfer.js';
import { describe } from '../models/architectures.js';
import type { Result } from '../results/result.js';
import { describeWritten, writeResult } from '../results/results-folder.js';
import type { ChosenFinetuneTasks } from '../tasks/find.js';
import type { AnyFinetuneTask } from '../tasks/finetune-task.js';
import { finetuneTasks } from '../tasks/index.js';
import type { CommandContext } from './context.js';
import { dryRunner } from './finetune-dry-run.js';
import { type FinetunableModel, openFinetunable, taskDataLoader } from './finetune-inputs.js';
import type { FinetuneOptions } from './finetune-options.js';
import { runOnce } from './finetune-run.js';
import { printOverview, printSummary } from './finetune-summary.js';
import { failureLog } from './finetune-sweep.js';
import { nameDefaultModel } from './inputs.js';
import { checkSamples, refuseSeveral } from './samples.js';

/** What a kind of run gave. */
type FinishedKind = PlannedRun & { result: Result };

/**
 * Makes every run that is asked for, and prints each result as soon as it is there. Of several tasks, one that cannot be run does
 * not keep the others from it: what went wrong is said at once and once more at the end.
 */
export async function runFinetune(
  chosen: ChosenFinetuneTasks,
  options: FinetuneOptions,
  context: CommandContext,
): Promise<void> {
  const { output, line } = context;
  const plan = await makePlan(chosen, options, context);
  const tasks = [...new Set(plan.map(({ task }) => task))];
  const failures = failureLog(tasks, line);
  for (const name of namedModels(plan, options)) await checkModelName(name);
  // Data first: a wrong path should not cost half a gigabyte of model, nor be found out hours later.
  const loadData = taskDataLoader(options, context);
  for (const task of tasks) await failures.attempt(task, async () => void (await loadData(task)));

  const wanted = plan.filter(({ task }) => !failures.has(task));
  const models = await openModels(wanted, options, context);
  const runs = uniqueRuns(wanted.map((run) => normalize(run, models[run.model]!)));
  const attends = (run: PlannedRun) => describe(models[run.model]!.checkpoint.config).attends;
  if (wanted.some((run) => !attends(run) && run.settings.attnDropout !== paperSettings.attnDropout)) {
    line.note('An LSTM has no attention: attn-dropout is left out of its runs.');
  }
  const prepare = examplePreparer();
  const inputsOf = async ({ task, model }: PlannedRun) => ({
    ...(await loadData(task)),
    ...{ model: models[model]!, prepare },
  });
  const written: Result[] = [];
  let finished = 0;
  /** One result for each kind of run: of several seeds, what sums them up. */
  const kinds: FinishedKind[] = [];

  const dryRun = options.dryRun ? dryRunner(runs.length, options, context) : undefined;
  const groups = groupRuns(runs, 'seed');
  for (const group of groups) {
    const { task } = group[0]!;
    await failures.attempt(task, async () => {
      const results: Result[] = [];
      for (const run of group) {
        const inputs = await inputsOf(run);
        if (dryRun) {
          await dryRun.add(run, inputs);
          continue;
        }
        const place = { number: runs.indexOf(run) + 1, runs: runs.length, finished };
        const result = await runOnce(run, inputs, runs.length > 1 ? place : undefined, options, context);
        results.push(result);
        written.push(result);
        finished++;
      }
      if (results.length === 0) return;
      const kind = results.length === 1 ? results[0]! : summarizeSeeds(results);
      kinds.push({ ...group[0]!, result: kind });
      if (results.length > 1) {
        const isAll = group.length === runs.length;
        written.push(await publishSummary(kind, task, isAll, options, context));
      }
    });
  }
  for (const group of groupRuns(kinds, 'transferLayers')) {
    if (options.transferLayers.length < 2 || group.length < 2) continue;
    const curve = summarizeTransfer(group.map(({ result }) => result));
    written.push(await publishSummary(curve, group[0]!.task, true, options, context));
  }
  if (dryRun) await dryRun.print();
  else if (options.json && written.length > 0) {
    output.out(JSON.stringify(written.length === 1 ? written[0] : written, null, 2));
  } else if (groups.length > 1 && kinds.length > 0) await printOverview(kinds, context);
  failures.throwIfAny();
}

async function makePlan(
  { tasks, ablationTasks }: ChosenFinetuneTasks,
  options: FinetuneOptions,
  { line }: CommandContext,
): Promise<PlannedRun[]> {
  const { hparams, given, seeds, runs, transferLayers, withScratch, lstmModel } = options;
  if (seeds.length > 0 && (runs > 1 || given.seed !== undefined)) {
    throw new UsageError('--seeds names all seeds: --seed and --runs have nothing to add to it.');
  }
  const names = finetuneTasks.map(({ name }) => name);
  const file = hparams === undefined ? noHyperParameters : await readHyperParameters(hparams, names);
  if (ablationTasks.length > 0 && lstmModel === undefined) {
    line.note('The LSTM is left out: name one with --lstm-model (gpt pretrain makes one).');
  }
  if (ablationTasks.length === 0 && lstmModel !== undefined) {
    throw new UsageError('--lstm-model is for gpt1-ablations.', { hint: `Try --model ${lstmModel}.` });
  }
  const plan = planRuns({
    tasks,
    ablationTasks,
    settingsFor: (task) => settingsFor(task.name, given, file),
    seeds,
    runs,
    transferLayers,
    withScratch,
    hasLstm: lstmModel !== undefined,
  });
  if (plan.length === 0) throw new UsageError('There is no task to run.');
  const several = new Set(plan.map(({ task }) => task)).size > 1;
  if (several && (options.trainData !== undefined || options.devData !== undefined)) {
    throw new UsageError('--train-data and --dev-data are files of one task, and these are several.', {
      hint: 'Give --data a folder, or put the data sets into GPT_DATA_DIR.',
    });
  }
  refuseSeveral('output', options.output, plan.length);
  await checkSamples(options, plan.length);
  return plan;
}

/** The models that are opened by their names. */
function namedModels(plan: readonly PlannedRun[], { model, lstmModel, random }: FinetuneOptions): string[] {
  const isUsed = (kind: PlannedRun['model']) => plan.some((run) => run.model === kind);
  const main = isUsed('main') && !random && model !== undefined ? [model] : [];
  return isUsed('lstm') && lstmModel !== undefined ? [...main, lstmModel] : main;
}

async function openModels(
  runs: readonly PlannedRun[],
  options: FinetuneOptions,
  context: CommandContext,
): Promise<Partial<Record<PlannedRun['model'], FinetunableModel>>> {
  const isUsed = (model: PlannedRun['model']) => runs.some((run) => run.model === model);
  const openMain = async () => {
    const name = options.model ?? (await nameDefaultModel('gpt1', options, context));
    return openFinetunable(name, options, context);
  };
  const main = isUsed('main') ? await openMain() : undefined;
  if (main && !describe(main.checkpoint.config).attends && options.given.attnDropout !== undefined) {
    throw new UsageError(
      `--attn-dropout: ${options.model ?? main.identity.name} is an LSTM, which has no attention.`,
      {
        hint: 'Leave it out; --resid-dropout is on what the LSTM gives.',
      },
    );
  }
  if (!isUsed('lstm')) return { main };
  const lstm = await openFinetunable(options.lstmModel!, { ...options, random: false }, context);
  const { label, attends } = describe(lstm.checkpoint.config);
  if (attends) {
    throw new UserError(`--lstm-model ${options.lstmModel} is no LSTM but a ${label}.`, {
      hint: 'gpt pretrain makes one.',
    });
  }
  return { main, lstm };
}

/** The run with settings that its model can have. */
function normalize(run: PlannedRun, { checkpoint: { config } }: FinetunableModel): PlannedRun {
  const transferLayers = transferSetting(run.settings.transferLayers, config);
  return { ...run, settings: settingsOfModel({ ...run.settings, transferLayers }, config) };
}

async function publishSummary(
  summary: Result,
  task: AnyFinetuneTask,
  inFull: boolean,
  options: FinetuneOptions,
  { output }: CommandContext,
): Promise<Result> {
  const result = { ...summary, command: options.command };
  const written = await writeResult(options.results, result);
  if (!options.json) await printSummary(result, task, inFull, output);
  output.err(describeWritten(written));
  return result;
}
