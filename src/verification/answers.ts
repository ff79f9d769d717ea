/** What is known of models from elsewhere: the file experiments/answers/known-answers.json. */
import { fileURLToPath } from 'node:url';
import { readJsonFile } from '../files/json-file.js';
import {
  type Check,
  checkShape,
  count,
  dictionary,
  list,
  number,
  object,
  optional,
  orNull,
  sha256,
  text,
} from '../files/json-shape.js';

/** A file as it was published. */
export interface PublishedFile {
  model: string;
  repository?: string;
  /** Commit of the repository. */
  revision?: string;
  file: string;
  bytes?: number;
  sha256: string;
  source: string;
}

/** The numbers themselves, whatever file they lie in (checkpoints/content-digest.ts). */
export interface PublishedWeights {
  model: string;
  digest: string;
  /** First 16 hex digits of each tensor's own digest, by name. */
  tensors: Record<string, string>;
  source: string;
}

/** Texts with their ids. */
export interface PublishedTokens {
  /** Whose vocabulary: `gpt1`, `gpt2` or `tiny`. */
  vocabulary: string;
  cases: [text: string, ids: number[]][];
  source: string;
}

/** What a model goes on with when the most probable token is always taken. */
export interface PublishedGreedy {
  model: string;
  prompt: string;
  promptIds: number[];
  ids: number[];
  source: string;
}

/** A loss on rows of 64 tokens, each predicting the token after it. */
export interface PublishedLoss {
  model: string;
  /** `4 × 64 tokens of Tiny Shakespeare`. */
  what: string;
  meanNatsPerToken: number;
  tolerance: number;
  /** How the tokens were made. */
  text: string;
  /** One more than the rows have: the last one is only predicted. */
  ids: number[];
  source: string;
}

/** Losses of AdamW updates on the batch of the model's `PublishedLoss`; each is that of the weights before the update. */
export interface PublishedTraining {
  model: string;
  batch: string;
  learningRate: number;
  beta1: number;
  beta2: number;
  epsilon: number;
  weightDecay: number;
  /** Null: gradients are not clipped. */
  maxGradNorm: number | null;
  losses: number[];
  tolerance: number;
  source: string;
}

/** Everything in the file. */
export interface KnownAnswers {
  note: string;
  files: PublishedFile[];
  weights: PublishedWeights[];
  tokens: PublishedTokens[];
  greedy: PublishedGreedy[];
  loss: PublishedLoss[];
  training: PublishedTraining[];
}

const ids = list(count, 1);
const tokenCase: Check<[text: string, ids: number[]]> = (value, at) => {
  const [words, numbers] = list<unknown>((item) => item, 2)(value, at);
  // An empty text, and one of white space for GPT-1, has no tokens.
  return [words === '' ? '' : text(words, `${at}[0]`), list(count)(numbers, `${at}[1]`)];
};
const exactly = <T>(checks: { [Key in keyof T]-?: Check<T[Key]> }) =>
  list(object<T>(checks, { exact: true }));

const shape = object<KnownAnswers>(
  {
    note: text,
    files: exactly<PublishedFile>({
      model: text,
      repository: optional(text),
      revision: optional(text),
      file: text,
      bytes: optional(count),
      sha256,
      source: text,
    }),
    weights: exactly<PublishedWeights>({
      model: text,
      digest: sha256,
      tensors: dictionary(text),
      source: text,
    }),
    tokens: exactly<PublishedTokens>({ vocabulary: text, cases: list(tokenCase, 1), source: text }),
    greedy: exactly<PublishedGreedy>({ model: text, prompt: text, promptIds: ids, ids, source: text }),
    loss: exactly<PublishedLoss>({
      model: text,
      what: text,
      meanNatsPerToken: number,
      tolerance: number,
      text,
      ids,
      source: text,
    }),
    training: exactly<PublishedTraining>({
      model: text,
      batch: text,
      learningRate: number,
      beta1: number,
      beta2: number,
      epsilon: number,
      weightDecay: number,
      maxGradNorm: orNull(number),
      losses: list(number, 1),
      tolerance: number,
      source: text,
    }),
  },
  { exact: true },
);

/** The file that comes with the package; from src/ and from dist/ it is equally far. */
const answersFile = fileURLToPath(new URL('../../experiments/answers/known-answers.json', import.meta.url));

/** Reads the known answers. Throws DataError for a malformed file. */
export async function readKnownAnswers(file = answersFile): Promise<KnownAnswers> {
  const value = await readJsonFile(file);
  return checkShape(shape, value, file, 'the known answers are malformed.');
}
