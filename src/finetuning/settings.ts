/**
 * Every setting of a fine-tuning run in one table: the flag, what it means, which values it takes, and what the GPT-1
 * release uses (paper §4.1; openai/finetune-transformer-lm train.py).
 */
import { type FinetuneSettings, FROM_SCRATCH } from '../results/finetune-settings.js';

/** One setting as a flag. */
export interface SettingFlag {
  key: keyof FinetuneSettings;
  /** As commander declares it: `--lr <rate>`. */
  flag: string;
  description: string;
  /** Null: no limit. */
  default: number | null;
  whole: boolean;
  /** Smallest and largest value, both included. */
  least: number;
  most: number;
}

const count = (key: keyof FinetuneSettings, flag: string, description: string, value: number | null) => ({
  key,
  flag,
  description,
  default: value,
  whole: true,
  least: 1,
  most: Number.MAX_SAFE_INTEGER,
});
const real = (
  key: keyof FinetuneSettings,
  flag: string,
  description: string,
  value: number,
  most: number,
) => ({ key, flag, description, default: value, whole: false, least: 0, most });

/** Every setting, in the order of the help. A dropout of 1 would leave nothing. */
export const settingFlags: readonly SettingFlag[] = [
  count('epochs', '--epochs <n>', 'passes over the training data', 3),
  count('batch', '--batch <n>', 'examples in one update', 32),
  real('lr', '--lr <rate>', 'peak learning rate', 6.25e-5, 1),
  {
    ...real('warmup', '--warmup <share>', 'share of the updates during which the rate rises', 0.002, 1),
    // The schedule divides by it.
    least: 1e-6,
  },
  real('lmCoef', '--lm-coef <weight>', 'weight of the language-model loss', 0.5, 100),
  real('embdDropout', '--embd-dropout <p>', 'dropout of the embedding matrix', 0.1, 0.99),
  real('attnDropout', '--attn-dropout <p>', 'dropout of the attention probabilities', 0.1, 0.99),
  real('residDropout', '--resid-dropout <p>', 'dropout of the residual branches', 0.1, 0.99),
  real('clfDropout', '--clf-dropout <p>', 'dropout of what the classifier sees', 0.1, 0.99),
  real('l2', '--l2 <weight>', 'weight decay of matrices', 0.01, 1),
  real('maxGradNorm', '--max-grad-norm <norm>', 'gradients are scaled down to this norm', 1, 1e9),
  count('bucket', '--bucket <n>', 'batches drawn together and sorted by length; 1: as in the paper', 8),
  count(
    'batchTokens',
    '--batch-tokens <n>',
    'positions in one pass; more is faster and takes more memory',
    2048,
  ),
  {
    ...count('seed', '--seed <n>', 'of order, dropout, classifier and new embeddings', 42),
    least: 0,
    // What is above 32 bits tells apart the streams of numbers that one seed gives.
    most: 2 ** 32 - 1,
  },
  count('limitTrain', '--limit-train <n>', 'only the first n training examples', null),
  count('limit', '--limit <n>', 'only the first n examples to measure on', null),
  {
    ...count(
      'transferLayers',
      '--transfer-layers <k>',
      'take over only the embeddings and the first k blocks, -1: nothing; several: 0,4,8 or 0..12',
      null,
    ),
    least: FROM_SCRATCH,
    most: 1000,
  },
];

/** The name of a setting in files and messages, as in its flag: `lm-coef`. */
export function settingName({ flag }: SettingFlag): string {
  return flag.slice(2, flag.indexOf(' '));
}

/** What the paper and its release use; `bucket` and `batchTokens`, which they do not have, as this tool sets them. */
export const paperSettings = Object.fromEntries(
  settingFlags.map(({ key, default: value }) => [key, value]),
) as unknown as FinetuneSettings;

/** The settings that are not the default ones, as `epochs 1`, in the order of the table; `from-scratch` is a name of its own. */
export function changedSettings(settings: FinetuneSettings): string[] {
  return settingFlags
    .filter(({ key }) => settings[key] !== paperSettings[key])
    .map((setting) =>
      setting.key === 'transferLayers' && settings.transferLayers === FROM_SCRATCH
        ? 'from-scratch'
        : `${settingName(setting)} ${settings[setting.key]}`,
    );
}
