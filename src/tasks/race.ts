/** RACE: exam questions with four answers about a text. GPT-1 paper §4.2 and Table 3. */
import { type RaceLevel, type RaceRow, race as raceDataset } from '../datasets/race.js';
import { accuracyMetric, sameMetrics } from './classification-metrics.js';
import { oneRun, testIsPublic } from './finetune-deviations.js';
import type { ClassifiedRecord, FinetuneTask } from './finetune-task.js';

const levels = ['middle', 'high'] as const satisfies readonly RaceLevel[];

function raceTask(level: RaceLevel | 'all'): FinetuneTask<RaceRow> {
  const ofWhich = level === 'all' ? '' : ` of ${level} schools`;
  const metrics = (records: readonly ClassifiedRecord[]) => [
    // Of all questions together, so each level counts by the number of its questions, as in the paper.
    accuracyMetric(records),
    ...(level === 'all'
      ? levels.map((one) =>
          accuracyMetric(
            records.filter(({ group }) => group === one),
            one,
          ),
        )
      : []
    ).filter(({ n }) => n > 0),
  ];
  return {
    name: level === 'all' ? 'race' : `race-${level}`,
    title: `which of four answers about a text is right (RACE${ofWhich}, fine-tuned)`,
    paper: { name: 'GPT-1', section: '§4.2', table: 'gpt1-table3' },
    version: 1,
    train: raceDataset({ split: 'train', level }),
    dev: raceDataset({ split: 'dev', level }),
    further: [sameMetrics('test', raceDataset({ split: 'test', level }), metrics)],
    head: 'choice',
    classes: ['A', 'B', 'C', 'D'],
    segments: ({ article, question, options }) => [{ cuttable: article, after: ` ${question}` }, ...options],
    label: ({ label }) => label,
    group: ({ level: ofRow }) => ofRow,
    metrics,
    deviations: [
      testIsPublic,
      'The paper does not say what is cut off texts that do not fit: here the end of the article, the same for all four answers; question and answers stay whole.',
      'Context of an answer is the article and then the question, joined by a space; the answer is not put into the blank of a question that has one.',
      oneRun,
    ],
  };
}

/** Questions of both kinds of schools. */
export const race = raceTask('all');
/** Only those of middle schools. */
export const raceMiddle = raceTask('middle');
/** Only those of high schools. */
export const raceHigh = raceTask('high');
