/** SST-2: does a film review speak well or ill of the film? GPT-1 paper §4.2 and Table 4. */
import {
  type Sst2Row,
  sst2Classes,
  sst2Dev,
  sst2SentencesDev,
  sst2SentencesTest,
  sst2SentencesTrain,
  sst2Train,
} from '../datasets/sst2.js';
import { accuracyMetric, sameMetrics } from './classification-metrics.js';
import { oneRun, testIsPublic } from './finetune-deviations.js';
import type { ClassifiedRecord, FinetuneTask } from './finetune-task.js';
import { glueSubmission } from './glue-submission.js';

const metrics = (records: readonly ClassifiedRecord[]) => [accuracyMetric(records)];

const testOfTheAuthors =
  'The test sentences and their labels are those of the authors; GLUE has the same sentences without labels.';

/** Sentiment, trained on phrases of reviews as GLUE has it. */
export const sst2: FinetuneTask<Sst2Row> = {
  name: 'sst2',
  title: 'is a film review positive (SST-2, fine-tuned)',
  paper: { name: 'GPT-1', section: '§4.2', table: 'gpt1-table4' },
  version: 1,
  train: sst2Train,
  dev: sst2Dev,
  further: [sameMetrics('test', sst2SentencesTest, metrics)],
  head: 'classification',
  classes: sst2Classes,
  segments: ({ sentence }) => [sentence],
  label: ({ label }) => label,
  metrics,
  submission: glueSubmission({ file: 'SST-2.tsv', texts: { sentence: 'sentence' } }),
  deviations: [testIsPublic, testOfTheAuthors, oneRun],
};

/** Sentiment, trained on whole sentences only: a tenth of the data, and how it was done before GLUE. */
export const sst2Sentences: FinetuneTask<Sst2Row> = {
  ...sst2,
  name: 'sst2-sentences',
  title: 'is a film review positive (SST-2 on whole sentences, fine-tuned)',
  train: sst2SentencesTrain,
  dev: sst2SentencesDev,
  deviations: [testIsPublic, 'GLUE, and so the paper, trains on phrases of the reviews as well.', oneRun],
};
