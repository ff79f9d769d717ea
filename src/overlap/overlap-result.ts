import { sha256Of } from '../files/sha256.js';
import { noModel } from '../results/model-identity.js';
import { type DataIdentity, type Detail, RESULT_SCHEMA, type Result } from '../results/result.js';
import type { DocumentOverlap, Overlap } from './overlap.js';
import { OVERLAP_TASK, publishedTexts } from './published-texts.js';

/** Whose training texts there are: each has a row of its own in Table 6. */
const training = ['own', 'family'] as const;
/** One of `training`. */
export type Whose = (typeof training)[number];

/** What an overlap was measured of, and how. */
export interface MeasuredOverlap {
  overlap: Overlap;
  /** Column of Table 6, and the name of the data set. */
  dataset: string;
  title: string;
  /** Whose training text it is: the data set's own, or that of the family of small models. */
  whose: Whose;
  /** What had to be chosen for this data set. */
  note?: string;
  test: DataIdentity;
  train: DataIdentity;
  /** Each line of a text was a document. */
  lines: boolean;
  seconds: number;
}

/**
 * The overlap of a data set's test text with a training text as a result, so that it stands in Table 6. No model has a part
 * in it. It counts as one of the whole data only if both texts are whole.
 */
export function buildOverlapResult(
  { overlap, dataset, title, whose, note, test, train, lines, seconds }: MeasuredOverlap,
  { command, environment, finishedAt }: Pick<Result, 'command' | 'environment'> & { finishedAt: Date },
): Result {
  const { n, total, documents } = overlap;
  const variant = {
    ...(n === 8 ? {} : { n: String(n) }),
    ...(lines ? { lines: 'yes' } : {}),
    ...(whose === 'own' ? {} : { whose }),
  };
  const name = OVERLAP_TASK + dataset;
  const isOwn = publishedTexts[dataset]?.train === undefined;
  const trainedOn =
    whose === 'family'
      ? 'training text of the family of small models'
      : `${isOwn ? '' : 'data set’s own '}training text`;
  const identity = [name, variant, test.sha256, train.sha256];
  return {
    schema: RESULT_SCHEMA,
    task: {
      name,
      title: `test ${n}-grams that stand in the training text (${title})`,
      version: 1,
      ...(Object.keys(variant).length === 0 ? {} : { variant }),
    },
    model: noModel,
    // A training text of ours is whole by definition.
    data: { ...test, complete: test.complete && (whose !== 'own' || train.complete) },
    settings: { limit: null, batchTokens: 0, device: 'cpu' },
    fingerprint: sha256Of(JSON.stringify(identity)),
    metrics: [
      {
        id: `${whose}_overlap_percent`,
        label: `${n}-grams that are in the ${trainedOn}`,
        value: total.percent,
        standardError: null,
        n: total.ngrams,
        unit: 'percent',
        higherIsBetter: false,
      },
    ],
    details: [
      {
        id: 'training_text',
        title: 'The training text',
        columns: ['file', 'lines', 'whole', `${n}-grams`, 'sha256'],
        rows: [[train.file, train.rows, train.complete ? 'yes' : 'no', overlap.train.ngrams, train.sha256]],
      },
      ...(documents.length > 1 ? [distributionOf(documents)] : []),
    ],
    counts: { examples: documents.length, inputTokens: 0, scoredTokens: 0, truncatedExamples: 0 },
    deviations: [
      `The paper does not say in which form it took the texts, nor where a document ends (ours: with the ${lines ? 'line' : 'file'}).`,
      ...(note === undefined ? [] : [note]),
    ],
    command,
    environment,
    time: {
      finishedAt: finishedAt.toISOString(),
      scoringSeconds: Number(seconds.toFixed(3)),
      tokensPerSecond: 0,
    },
  };
}

/** How many documents have at most so much overlap: a line for each percent that one of them has, of thousands every hundredth part. */
function distributionOf(documents: readonly DocumentOverlap[]): Detail {
  const percents = documents.map(({ percent }) => percent).sort((a, b) => a - b);
  const { length } = percents;
  const step = Math.max(1, Math.floor(length / 100));
  const isShown = (place: number) =>
    percents[place] !== percents[place + 1] &&
    (percents[place] === 0 || place % step === step - 1 || place === length - 1);
  const rows = percents.flatMap((percent, place) =>
    isShown(place) ? [[percent, (100 * (place + 1)) / length]] : [],
  );
  return {
    id: 'distribution',
    title: 'Documents with at most so much overlap',
    columns: ['overlap, %', 'documents, %'],
    rows,
  };
}
