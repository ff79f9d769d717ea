/** Story Cloze: which of two sentences ends a story? GPT-1 paper §4.2 and Table 3. */
import {
  readStoryClozeTest,
  type StoryClozeRow,
  storyClozeDev,
  storyClozeTest,
  storyClozeTrain,
} from '../datasets/story-cloze.js';
import { accuracyMetric, sameMetrics } from './classification-metrics.js';
import { testIsPublic } from './finetune-deviations.js';
import type { ClassifiedRecord, FinetuneTask } from './finetune-task.js';

const metrics = (records: readonly ClassifiedRecord[]) => [accuracyMetric(records)];

/** The spring 2016 version, trained on four fifths of its validation file as in the release. */
export const storyCloze: FinetuneTask<StoryClozeRow> = {
  name: 'story-cloze',
  title: 'which of two sentences ends a story (Story Cloze, fine-tuned)',
  paper: { name: 'GPT-1', section: '§4.2', table: 'gpt1-table3' },
  version: 1,
  train: storyClozeTrain,
  dev: storyClozeDev,
  further: [sameMetrics('test', storyClozeTest, metrics)],
  head: 'choice',
  classes: ['1', '2'],
  segments: ({ story, endings }) => [story, ...endings],
  label: ({ label }) => label,
  metrics,
  submission: {
    fileName: () => 'answer.txt',
    columns: ['InputStoryid', 'AnswerRightEnding'],
    separator: ',',
    read: readStoryClozeTest,
    answer: ({ predicted }) => String(predicted + 1),
  },
  deviations: [
    testIsPublic,
    'The paper prints 86.5; the README of its release says that the median of ten runs is 85.8.',
  ],
};
