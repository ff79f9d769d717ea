/** The lists of tasks. Adding one means writing its file and naming it here. */
import { cbtTasks } from './cbt.js';
import { cnnDailymailTask } from './cnn-dailymail.js';
import { cola } from './cola.js';
import { colaZero } from './cola-zero.js';
import { continuationsTask } from './continuations.js';
import { coqaTask } from './coqa.js';
import { enwik8, text8 } from './enwik8-text8.js';
import type { AnyFinetuneTask } from './finetune-task.js';
import { lambadaTasks } from './lambada.js';
import { madeCloze } from './made-cloze.js';
import { mnli } from './mnli.js';
import { mrpc } from './mrpc.js';
import { naturalQuestionsTask } from './natural-questions.js';
import { oneBillionWords } from './one-billion-words.js';
import { pronounZeroTasks } from './pronoun-zero.js';
import { ptb } from './ptb.js';
import { qnli } from './qnli.js';
import { qqp } from './qqp.js';
import { race, raceHigh, raceMiddle } from './race.js';
import { raceZero } from './race-zero.js';
import { rte } from './rte.js';
import { scitail } from './scitail.js';
import { snli } from './snli.js';
import { sst2, sst2Sentences } from './sst2.js';
import { sst2Zero } from './sst2-zero.js';
import { storyCloze } from './story-cloze.js';
import { stsB, stsBRegression } from './sts-b.js';
import type { TaskDefinition } from './task.js';
import { texts } from './texts.js';
import { wikitext2, wikitext103 } from './wikitext.js';
import { winogradTasks } from './winograd.js';
import { wmt14Tasks } from './wmt14.js';
import { wnli } from './wnli.js';

/** Every zero-shot task (`gpt eval`), in the order of the papers. */
export const taskDefinitions: readonly TaskDefinition[] = [
  ...lambadaTasks,
  ...cbtTasks,
  madeCloze,
  ...[wikitext2, ptb, enwik8, text8, wikitext103, oneBillionWords, texts],
  ...winogradTasks,
  coqaTask,
  cnnDailymailTask,
  ...wmt14Tasks,
  naturalQuestionsTask,
  continuationsTask,
  ...[sst2Zero, ...pronounZeroTasks, colaZero, raceZero],
];

const heuristics = ['winograd-zero', 'dprd-zero', 'sst2-zero', 'cola-zero', 'race-zero'];

/** Names that stand for several tasks, which are run in this order: the cheapest first. */
export const taskGroups: Readonly<Record<string, readonly string[]>> = {
  'gpt2-paper': [
    ...['winograd', 'ptb', '1bw', 'wikitext2', 'wikitext103', 'lambada', 'text8', 'enwik8'],
    ...['nq', 'cbt-ne', 'cbt-cn', 'wmt14-fr-en', 'wmt14-en-fr', 'coqa', 'cnn-dm'],
  ],
  'gpt1-figure2': heuristics,
  // All that this paper measures without training.
  'gpt1-paper': heuristics,
};

/** Every task that a model is fine-tuned on first (`gpt finetune`), in the order of the papers. */
export const finetuneTasks: readonly AnyFinetuneTask[] = [
  ...[mnli, snli, scitail, qnli, rte],
  ...[storyCloze, race, raceMiddle, raceHigh],
  ...[cola, sst2, sst2Sentences, mrpc, stsB, stsBRegression, qqp, wnli],
];

const glue = ['cola', 'sst2', 'mrpc', 'sts-b', 'qqp', 'mnli', 'qnli', 'rte', 'wnli'];

/** The group of the ablation study: `gpt finetune` runs every task of it in each of the paper's variations. */
export const ABLATION_GROUP = 'gpt1-ablations';

/** Names that stand for several fine-tuning tasks, run in this order; those that this version does not have are left out. */
export const finetuneGroups: Readonly<Record<string, readonly string[]>> = Object.fromEntries(
  Object.entries({
    glue,
    // Tables 2, 3 and 4.
    'gpt1-paper': ['mnli', 'snli', 'scitail', 'qnli', 'rte', 'story-cloze', 'race', ...glue.slice(0, 5)],
    [ABLATION_GROUP]: glue.filter((name) => name !== 'wnli'),
  }).map(([group, names]) => [
    group,
    names.filter((name) => finetuneTasks.some((task) => task.name === name)),
  ]),
);
