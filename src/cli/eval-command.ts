/** `gpt eval`: zero-shot tasks, fine-tuned models, or the answers of one on a hidden test split. */
import { UsageError } from '../errors.js';
import { findTasks, findTrainedTasks } from '../tasks/find.js';
import type { CommandCall } from './command.js';
import type { EvalFlags } from './commands/eval.js';
import type { EvalOptions } from './eval.js';
import { readTaskResources } from './inputs.js';
import { commandLine } from './options.js';
import { pickTaskOptions } from './task-flags.js';

/** Runs what the names of tasks and the flags ask for. Throws UsageError where they contradict each other. */
export async function runEvalCommand({
  given: names,
  options: flags,
  argv,
  interruptible,
}: CommandCall<EvalFlags, string[]>): Promise<void> {
  const { model: models, predict, ...rest } = flags;
  const options: EvalOptions = { ...rest, models, command: commandLine(argv) };
  const trained = findTrainedTasks(names);
  if ((flags.dtype ?? 'fp32') !== 'fp32' && (predict !== undefined || trained !== undefined)) {
    throw new UsageError(`--dtype ${flags.dtype}: a fine-tuned model is evaluated in fp32 only.`);
  }
  if (predict !== undefined) {
    const { runPredict } = await import('./predict.js');
    return interruptible((context) => runPredict(trained ?? [], predict, options, context));
  }
  if (trained !== undefined) {
    const { runEvalFinetuned } = await import('./eval-finetuned.js');
    return interruptible((context) => runEvalFinetuned(trained, options, context));
  }
  const chosen = await findTasks(names, pickTaskOptions(flags), await readTaskResources(flags));
  const { runEval } = await import('./eval.js');
  await interruptible((context) => runEval(chosen, options, context));
}
