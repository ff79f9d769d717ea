/** QNLI: does a sentence hold the answer to a question? GPT-1 paper §4.2 and Table 2. */
import { type QnliRow, qnliClasses, qnliDev, qnliTrain } from '../datasets/qnli.js';
import { accuracyMetric } from './classification-metrics.js';
import { chosenOnDev, devInsteadOfTest, oneRun } from './finetune-deviations.js';
import type { FinetuneTask } from './finetune-task.js';
import { glueSubmission } from './glue-submission.js';

/** Questions and sentences of SQuAD as pairs, in the GLUE form. */
export const qnli: FinetuneTask<QnliRow> = {
  name: 'qnli',
  title: 'does a sentence answer a question (QNLI, fine-tuned)',
  paper: { name: 'GPT-1', section: '§4.2', table: 'gpt1-table2' },
  version: 1,
  train: qnliTrain,
  dev: qnliDev,
  head: 'classification',
  classes: qnliClasses,
  segments: ({ question, sentence }) => [question, sentence],
  label: ({ label }) => label,
  metrics: (records) => [accuracyMetric(records)],
  submission: glueSubmission({
    file: 'QNLI.tsv',
    texts: { question: 'question', sentence: 'sentence' },
    classes: qnliClasses,
  }),
  deviations: [
    devInsteadOfTest,
    'The paper was measured on the first release of QNLI; GLUE now has the second, on which the server gave its model 87.4.',
    'The paper does not say which of the two comes first; here it is the question.',
    chosenOnDev,
    oneRun,
  ],
};
