/** What may go wrong with one run among several: a task that cannot be run, and Ctrl-C in the middle. */
import { InterruptedError, UserError } from '../errors.js';
import type { AnyFinetuneTask } from '../tasks/finetune-task.js';
import type { ProgressLine } from './progress.js';

/** Which run of a sweep one is. */
export interface SweepPlace {
  /** From 1. */
  number: number;
  runs: number;
  /** Runs that are done, in this call or an earlier one. */
  finished: number;
}

/** Says in which run of a sweep Ctrl-C was heard, and what becomes of the others. */
export function explainStop(
  error: InterruptedError,
  title: string,
  { number, runs, finished }: SweepPlace,
): InterruptedError {
  const kept =
    finished === 0
      ? ''
      : finished === 1
        ? 'The finished run is kept and not made again. '
        : `The ${finished} finished runs are kept and not made again. `;
  const hint = error.hint ?? 'Run the same command again to go on from here.';
  return new InterruptedError(`Run ${number} of ${runs}, ${title}: ${error.message}`, {
    hint: `${kept}${hint}`,
    cause: error,
  });
}

/** Keeps a task that cannot be run from stopping the others. */
export interface FailureLog {
  /** Does some work of a task. What goes wrong is said at once and kept, unless there is no other task or it is Ctrl-C. */
  attempt(task: AnyFinetuneTask, work: () => Promise<void>): Promise<void>;
  has(task: AnyFinetuneTask): boolean;
  /** Throws UserError, naming each task with what was wrong, where there was any. */
  throwIfAny(): void;
}

/** A log for a sweep over these tasks. */
export function failureLog(tasks: readonly AnyFinetuneTask[], line: ProgressLine): FailureLog {
  const failures: { task: AnyFinetuneTask; sentence: string }[] = [];
  return {
    async attempt(task, work) {
      try {
        await work();
      } catch (error) {
        if (tasks.length === 1 || !(error instanceof UserError) || error instanceof InterruptedError)
          throw error;
        const sentence = `${task.name}: ${error.message}${error.hint === undefined ? '' : ` ${error.hint}`}`;
        line.note(sentence);
        failures.push({ task, sentence });
      }
    },
    has: (task) => failures.some((failure) => failure.task === task),
    throwIfAny() {
      if (failures.length === 0) return;
      const failed = new Set(failures.map(({ task }) => task)).size;
      const none = failed === tasks.length;
      const what = none
        ? `none of the ${failed} tasks could`
        : `${failed} of ${tasks.length} tasks could not`;
      throw new UserError(`${what} be run.`, {
        hint: [...new Set(failures.map(({ sentence }) => sentence))].join('\n'),
      });
    },
  };
}
