/** WNLI: is a sentence still true with its pronoun replaced? Part of GLUE; the GPT-1 paper leaves it out of its tables. */
import { type WnliRow, wnliClasses, wnliDev, wnliTrain } from '../datasets/wnli.js';
import { accuracyMetric } from './classification-metrics.js';
import { chosenOnDev } from './finetune-deviations.js';
import type { FinetuneTask } from './finetune-task.js';
import { glueSubmission } from './glue-submission.js';

/** Winograd schemas as pairs of sentences, in the GLUE form. */
export const wnli: FinetuneTask<WnliRow> = {
  name: 'wnli',
  title: 'is a sentence true with its pronoun replaced (WNLI, fine-tuned)',
  paper: { name: 'GPT-1', section: '§4.2', table: 'gpt1-table4' },
  version: 1,
  train: wnliTrain,
  dev: wnliDev,
  head: 'classification',
  classes: wnliClasses,
  segments: ({ premise, hypothesis }) => [premise, hypothesis],
  label: ({ label }) => label,
  metrics: (records) => [accuracyMetric(records)],
  submission: glueSubmission({ file: 'WNLI.tsv', texts: { premise: 'sentence1', hypothesis: 'sentence2' } }),
  deviations: [
    'The paper says nothing about WNLI; only its GLUE score has it among its parts.',
    'Most sentences of dev are in the training data with the other label: a model that learns these by heart is wrong on dev.',
    chosenOnDev,
  ],
};
