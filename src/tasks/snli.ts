/** SNLI: does a sentence follow from a caption, contradict it, or neither? GPT-1 paper §4.2 and Table 2. */
import { type SnliRow, snliClasses, snliDev, snliTest, snliTrain } from '../datasets/snli.js';
import { accuracyMetric, sameMetrics } from './classification-metrics.js';
import { oneRun, testIsPublic } from './finetune-deviations.js';
import type { ClassifiedRecord, FinetuneTask } from './finetune-task.js';

const metrics = (records: readonly ClassifiedRecord[]) => [accuracyMetric(records)];

/** Natural language inference on captions of pictures. */
export const snli: FinetuneTask<SnliRow> = {
  name: 'snli',
  title: 'does a sentence follow from a caption, or contradict it (SNLI, fine-tuned)',
  paper: { name: 'GPT-1', section: '§4.2', table: 'gpt1-table2' },
  version: 1,
  train: snliTrain,
  dev: snliDev,
  further: [sameMetrics('test', snliTest, metrics)],
  head: 'classification',
  classes: snliClasses,
  segments: ({ premise, hypothesis }) => [premise, hypothesis],
  label: ({ label }) => label,
  metrics,
  deviations: [
    testIsPublic,
    'Pairs without a label that most annotators agree on are left out, as usual.',
    oneRun,
  ],
};
