/** RTE: does the hypothesis follow from the premise? GPT-1 paper §4.2 and Table 2. */
import { type RteRow, rteClasses, rteDev, rteTrain } from '../datasets/rte.js';
import { accuracyMetric } from './classification-metrics.js';
import { chosenOnDev, devInsteadOfTest, oneRun } from './finetune-deviations.js';
import type { FinetuneTask } from './finetune-task.js';
import { glueSubmission } from './glue-submission.js';

/** Recognising textual entailment, in the GLUE form. */
export const rte: FinetuneTask<RteRow> = {
  name: 'rte',
  title: 'does a sentence follow from another (RTE, fine-tuned)',
  paper: { name: 'GPT-1', section: '§4.2', table: 'gpt1-table2' },
  version: 1,
  train: rteTrain,
  dev: rteDev,
  head: 'classification',
  classes: rteClasses,
  segments: ({ premise, hypothesis }) => [premise, hypothesis],
  label: ({ label }) => label,
  metrics: (records) => [accuracyMetric(records)],
  submission: glueSubmission({
    file: 'RTE.tsv',
    texts: { premise: 'sentence1', hypothesis: 'sentence2' },
    classes: rteClasses,
  }),
  deviations: [devInsteadOfTest, chosenOnDev, oneRun],
};
