/** QQP: do two questions mean the same? GPT-1 paper §4.2 and Table 4. */
import { type QqpRow, qqpClasses, qqpDev, qqpTrain } from '../datasets/qqp.js';
import { accuracyMetric, f1Metric } from './classification-metrics.js';
import { chosenOnDev, devInsteadOfTest, oneRun } from './finetune-deviations.js';
import type { FinetuneTask } from './finetune-task.js';
import { glueSubmission } from './glue-submission.js';

/** Duplicates among questions on Quora. */
export const qqp: FinetuneTask<QqpRow> = {
  name: 'qqp',
  title: 'do two questions mean the same (QQP, fine-tuned)',
  paper: { name: 'GPT-1', section: '§4.2', table: 'gpt1-table4' },
  version: 1,
  train: qqpTrain,
  dev: qqpDev,
  head: 'similarity',
  classes: qqpClasses,
  segments: ({ question1, question2 }) => [question1, question2],
  label: ({ label }) => label,
  metrics: (records) => [f1Metric(records), accuracyMetric(records)],
  submission: glueSubmission({
    file: 'QQP.tsv',
    texts: { question1: 'question1', question2: 'question2' },
    id: 'id',
  }),
  deviations: [
    devInsteadOfTest,
    'F1 on test is far below that on dev, whatever the model: the shares of duplicates differ.',
    chosenOnDev,
    oneRun,
  ],
};
