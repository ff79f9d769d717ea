/** The lists of tasks. Adding one means writing its file and naming it here. */
import type { AnyFinetuneTask } from './finetune-task.js';
import { lambada, lambadaTokenised } from './lambada.js';
import { rte } from './rte.js';
import type { AnyTask } from './task.js';

/** Every zero-shot task (`gpt eval`), in the order of the papers. */
export const tasks: readonly AnyTask[] = [lambada, lambadaTokenised];

/** Every task that a model is fine-tuned on first (`gpt finetune`), in the order of the papers. */
export const finetuneTasks: readonly AnyFinetuneTask[] = [rte];
