/** CoLA: is a sentence acceptable English? GPT-1 paper §4.2 and Table 4. */
import { type ColaRow, colaClasses, colaDev, colaTrain } from '../datasets/cola.js';
import { accuracyMetric, matthewsMetric } from './classification-metrics.js';
import { chosenOnDev, devInsteadOfTest, oneRun } from './finetune-deviations.js';
import type { FinetuneTask } from './finetune-task.js';
import { glueSubmission } from './glue-submission.js';

/** Linguistic acceptability. */
export const cola: FinetuneTask<ColaRow> = {
  name: 'cola',
  title: 'is a sentence acceptable English (CoLA, fine-tuned)',
  paper: { name: 'GPT-1', section: '§4.2', table: 'gpt1-table4' },
  version: 1,
  train: colaTrain,
  dev: colaDev,
  head: 'classification',
  classes: colaClasses,
  segments: ({ sentence }) => [sentence],
  label: ({ label }) => label,
  metrics: (records) => [matthewsMetric(records), accuracyMetric(records)],
  submission: glueSubmission({ file: 'CoLA.tsv', texts: { sentence: 'sentence' } }),
  deviations: [devInsteadOfTest, chosenOnDev, oneRun],
};
