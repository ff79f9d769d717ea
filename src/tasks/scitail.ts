/** SciTail: does a sentence from the web support an answer to a science question? GPT-1 paper §4.2 and Table 2. */
import {
  type ScitailRow,
  scitailClasses,
  scitailDev,
  scitailTest,
  scitailTrain,
} from '../datasets/scitail.js';
import { accuracyMetric, sameMetrics } from './classification-metrics.js';
import { oneRun, testIsPublic } from './finetune-deviations.js';
import type { ClassifiedRecord, FinetuneTask } from './finetune-task.js';

const metrics = (records: readonly ClassifiedRecord[]) => [accuracyMetric(records)];

/** Entailment between sentences of the web and statements made of exam questions. */
export const scitail: FinetuneTask<ScitailRow> = {
  name: 'scitail',
  title: 'does a sentence support an answer to a science question (SciTail, fine-tuned)',
  paper: { name: 'GPT-1', section: '§4.2', table: 'gpt1-table2' },
  version: 1,
  train: scitailTrain,
  dev: scitailDev,
  further: [sameMetrics('test', scitailTest, metrics)],
  head: 'classification',
  classes: scitailClasses,
  segments: ({ premise, hypothesis }) => [premise, hypothesis],
  label: ({ label }) => label,
  metrics,
  deviations: [testIsPublic, oneRun],
};
