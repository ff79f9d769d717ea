/** RTE: does the hypothesis follow from the premise? GPT-1 paper §4.2 and Table 2. */
import { type RteRow, rteClasses, rteDev, rteTrain } from '../datasets/rte.js';
import { accuracy } from '../metrics/accuracy.js';
import type { Metric } from '../reports/result.js';
import type { ClassifiedRecord, FinetuneTask } from './finetune-task.js';

/** Accuracy, and what always saying the most frequent class would give. */
function rteMetrics(records: readonly ClassifiedRecord[]): Metric[] {
  const counts = rteClasses.map((_, label) => records.filter((record) => record.label === label).length);
  const shared = { unit: 'percent', higherIsBetter: true, n: records.length } as const;
  return [
    {
      id: 'accuracy',
      label: 'accuracy',
      ...accuracy(records.map(({ label, predicted }) => label === predicted)),
      ...shared,
    },
    {
      id: 'majority_class',
      label: 'accuracy of always saying the most frequent class',
      value: (100 * Math.max(...counts)) / records.length,
      standardError: null,
      ...shared,
    },
  ];
}

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
  metrics: rteMetrics,
  deviations: [
    'Ours: dev; paper: test. The labels of the test split are only on the GLUE server.',
    'The epoch is chosen by the accuracy on dev that is reported, which flatters it a little.',
    'The paper prints one run and does not say how many were made; its hyper-parameters for this task are the usual ones as far as it says.',
  ],
};
