/** The lists of tasks. Adding one means writing its file and naming it here. */
import { cbtTasks } from './cbt.js';
import { cnnDailymailTask } from './cnn-dailymail.js';
import { coqaTask } from './coqa.js';
import { enwik8 } from './enwik8.js';
import type { AnyFinetuneTask } from './finetune-task.js';
import { lambadaTasks } from './lambada.js';
import { naturalQuestionsTask } from './natural-questions.js';
import { oneBillionWords } from './one-billion-words.js';
import { ptb } from './ptb.js';
import { rte } from './rte.js';
import type { TaskDefinition } from './task.js';
import { text8 } from './text8.js';
import { wikitext2, wikitext103 } from './wikitext.js';
import { winogradTasks } from './winograd.js';
import { wmt14Tasks } from './wmt14.js';

/** Every zero-shot task (`gpt eval`), in the order of the papers. */
export const taskDefinitions: readonly TaskDefinition[] = [
  ...lambadaTasks,
  ...cbtTasks,
  ...[wikitext2, ptb, enwik8, text8, wikitext103, oneBillionWords],
  ...winogradTasks,
  coqaTask,
  cnnDailymailTask,
  ...wmt14Tasks,
  naturalQuestionsTask,
];

/** Names that stand for several tasks, which are run in this order: the cheapest first. */
export const taskGroups: Readonly<Record<string, readonly string[]>> = {
  'gpt2-paper': [
    ...['winograd', 'ptb', '1bw', 'wikitext2', 'wikitext103', 'lambada', 'text8', 'enwik8'],
    ...['nq', 'cbt-ne', 'cbt-cn', 'wmt14-fr-en', 'wmt14-en-fr', 'coqa', 'cnn-dm'],
  ],
};

/** Every task that a model is fine-tuned on first (`gpt finetune`), in the order of the papers. */
export const finetuneTasks: readonly AnyFinetuneTask[] = [rte];
