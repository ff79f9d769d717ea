/** The list of tasks. Adding one means writing its file and naming it here. */
import { lambada, lambadaTokenised } from './lambada.js';
import type { AnyTask } from './task.js';

/** Every task, in the order of the papers. */
export const tasks: readonly AnyTask[] = [lambada, lambadaTokenised];
