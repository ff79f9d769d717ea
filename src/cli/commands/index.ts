/** All commands and their work, in the order of `gpt --help`. The work is imported only when it runs, so that help is instant. */
import { type RunnableCommand, runnable } from '../command.js';
import { commandLine } from '../options.js';
import { benchCommand } from './bench.js';
import { claimsCommand } from './claims.js';
import { compareCommand } from './compare.js';
import { completionCommand } from './completion.js';
import { doctorCommand } from './doctor.js';
import { downloadCommand } from './download.js';
import { evalCommand } from './eval.js';
import { exportCommand } from './export.js';
import { figureCommand } from './figure.js';
import { finetuneCommand } from './finetune.js';
import { generateCommand } from './generate.js';
import { mergeCommand } from './merge.js';
import { modelsCommand } from './models.js';
import { overlapCommand } from './overlap.js';
import { pretrainCommand } from './pretrain.js';
import { reportCommand } from './report.js';
import { reproduceCommand } from './reproduce.js';
import { rescoreCommand } from './rescore.js';
import { resultsCommand } from './results.js';
import { tableCommand } from './table.js';
import { tasksCommand } from './tasks.js';
import { verifyCommand } from './verify.js';

/** What `gpt` can do. */
export const commands: readonly RunnableCommand[] = [
  runnable(evalCommand, async (call) => {
    const { runEvalCommand } = await import('../eval-command.js');
    await runEvalCommand(call);
  }),
  runnable(generateCommand, async ({ given: prompt, options, interruptible }) => {
    const { runGenerate } = await import('../generate.js');
    await interruptible((context) => runGenerate(prompt, options, context));
  }),
  runnable(pretrainCommand, async ({ given: paths, options, interruptible }) => {
    const { runPretrain } = await import('../pretrain.js');
    await interruptible((context) => runPretrain(paths, options, context));
  }),
  runnable(finetuneCommand, async ({ given: names, options: flags, argv, interruptible }) => {
    const { findFinetuneTasks } = await import('../../tasks/find.js');
    const [{ finetuneOptions }, { runFinetune }] = [
      await import('../finetune-options.js'),
      await import('../finetune.js'),
    ];
    const [tasks, options] = [findFinetuneTasks(names), finetuneOptions(flags, commandLine(argv))];
    await interruptible((context) => runFinetune(tasks, options, context));
  }),
  runnable(mergeCommand, async ({ given: files, options, argv, output }) => {
    const { runMerge } = await import('../merge.js');
    await runMerge(files, { ...options, command: commandLine(argv) }, output);
  }),
  runnable(rescoreCommand, async ({ given: files, options, output }) => {
    const { runRescore } = await import('../rescore.js');
    await runRescore(files, options, output);
  }),
  runnable(tableCommand, async ({ given: id, options, output }) => {
    const { runTable } = await import('../table.js');
    await runTable(id, options, output);
  }),
  runnable(resultsCommand, async ({ options, output, run }) => {
    const { runResults } = await import('../results.js');
    await runResults(options, { output, env: process.env, run });
  }),
  runnable(figureCommand, async ({ given: id, options, output }) => {
    const { runFigure } = await import('../figure.js');
    await runFigure(id, options, output);
  }),
  runnable(reportCommand, async ({ options, output }) => {
    const { runReport } = await import('../report.js');
    await runReport(options, output);
  }),
  runnable(claimsCommand, async ({ given: ids, options, output }) => {
    const { runClaims } = await import('../claims.js');
    await runClaims(ids, options, output);
  }),
  runnable(reproduceCommand, async ({ options, run, interruptible }) => {
    const { runReproduce } = await import('../reproduce.js');
    // The commands that it runs look there as well.
    if (options.dataDir !== undefined) process.env.GPT_DATA_DIR = options.dataDir;
    await interruptible((context) => runReproduce(options, run, context));
  }),
  runnable(compareCommand, async ({ given: models, options, interruptible }) => {
    const { runCompare } = await import('../compare.js');
    await interruptible((context) => runCompare(models, options, context));
  }),
  runnable(tasksCommand, async ({ given: name, options, output }) => {
    const [{ runTasks, printTaskPage, writeTaskPages }, { locateDataset }] = [
      await import('../tasks.js'),
      await import('../local-files.js'),
    ];
    const locate = (dataset: Parameters<typeof locateDataset>[0]) => locateDataset(dataset, process.env);
    if (options.write !== undefined) await writeTaskPages(options.write, output);
    else if (name !== undefined) await printTaskPage(name, options, output, locate);
    else await runTasks(options, output, locate);
  }),
  runnable(modelsCommand, async ({ options, output }) => {
    const [{ runModels }, { isModelCached }, { listCachedModels }] = [
      await import('../models.js'),
      await import('../local-files.js'),
      await import('../../hub/cached-models.js'),
    ];
    const cached = await listCachedModels(process.env);
    await runModels(options, output, (model) => isModelCached(model, process.env), cached);
  }),
  runnable(downloadCommand, async ({ given: names, options, interruptible }) => {
    const { runDownload } = await import('../download.js');
    await interruptible((context) => runDownload(names, options, context));
  }),
  runnable(verifyCommand, async ({ given: models, options, run, interruptible }) => {
    const { runVerify } = await import('../verify.js');
    await interruptible((context) => runVerify(models, options, run, context));
  }),
  runnable(overlapCommand, async ({ options, interruptible }) => {
    const { runOverlap } = await import('../overlap.js');
    await interruptible((context) => runOverlap(options, context));
  }),
  runnable(exportCommand, async ({ given: model, options, interruptible }) => {
    const { runExport } = await import('../export.js');
    await interruptible((context) => runExport(model, options, context));
  }),
  runnable(benchCommand, async ({ options, interruptible }) => {
    const { runBench } = await import('../bench.js');
    await interruptible((context) => runBench(options, context));
  }),
  runnable(completionCommand, async ({ given: shell, output, program }) => {
    const { completionScript } = await import('../completion.js');
    output.out(await completionScript(shell, program));
  }),
  runnable(doctorCommand, async ({ options, output }) => {
    const { runDoctor } = await import('../doctor.js');
    const context = { results: options.results, env: process.env, nodeVersion: process.version };
    process.exitCode = await runDoctor(options, output, context);
  }),
];
