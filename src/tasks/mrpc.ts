/** MRPC: do two sentences from the news mean the same? GPT-1 paper §4.2 and Table 4. */
import { type MrpcRow, mrpcClasses, mrpcDev, mrpcTest, mrpcTrain } from '../datasets/mrpc.js';
import { accuracyMetric, f1Metric, sameMetrics } from './classification-metrics.js';
import { oneRun, testIsPublic } from './finetune-deviations.js';
import type { ClassifiedRecord, FinetuneTask } from './finetune-task.js';
import { glueSubmission } from './glue-submission.js';

const metrics = (records: readonly ClassifiedRecord[]) => [f1Metric(records), accuracyMetric(records)];

/** Paraphrases in news reports. */
export const mrpc: FinetuneTask<MrpcRow> = {
  name: 'mrpc',
  title: 'do two sentences mean the same (MRPC, fine-tuned)',
  paper: { name: 'GPT-1', section: '§4.2', table: 'gpt1-table4' },
  version: 1,
  train: mrpcTrain,
  dev: mrpcDev,
  further: [sameMetrics('test', mrpcTest, metrics)],
  head: 'similarity',
  classes: mrpcClasses,
  segments: ({ sentence1, sentence2 }) => [sentence1, sentence2],
  label: ({ label }) => label,
  metrics,
  submission: glueSubmission({
    file: 'MRPC.tsv',
    texts: { sentence1: ['#1 String', 'sentence1'], sentence2: ['#2 String', 'sentence2'] },
  }),
  deviations: [testIsPublic, 'The epoch is chosen by F1, the number that the paper prints.', oneRun],
};
