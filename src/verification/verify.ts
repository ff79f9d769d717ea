/** All that can be known of a model in a minute: its files, its tokenizer, what it says, what it learns. */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { openCheckpoint } from '../checkpoints/open.js';
import { packagedModels } from '../checkpoints/packaged.js';
import { type ResolvedCheckpoint, resolveCheckpoint } from '../checkpoints/resolve.js';
import { DataError, UsageError } from '../errors.js';
import type { DownloadOptions } from '../hub/progress.js';
import { findRegisteredModel, type ModelConfig, registeredModels } from '../models/config.js';
import type { Dtype } from '../results/dtype.js';
import { type OpenedModel, openModel } from '../runtime/open-model.js';
import type { KnownAnswers } from './answers.js';
import { checkFiles, checkWeights } from './check-files.js';
import { checkGreedy, checkLoss, checkTraining } from './check-model.js';
import { checkTokens } from './check-tokens.js';
import type { CheckedFact } from './fact.js';
import { lossTolerance } from './low-bits.js';

/** How a model is verified. */
export interface VerifyOptions extends DownloadOptions {
  /** Registered name, or that of a model that comes with the tool, whose answers are asked for; default: worked out. */
  as?: string;
  threads?: number;
  /** In which numbers matrices are multiplied; published numbers are held to what rounding may change (low-bits.ts). Default: fp32. */
  dtype?: Dtype;
  /** Attention heads, of weights that come without this number. */
  heads?: number;
  /** Called with each fact as soon as it is known. */
  onFact(fact: CheckedFact): void;
  /** What is going on. */
  onStep(text: string): void;
}

/** What was verified. */
export interface VerifiedModel {
  /** As the user called it. */
  name: string;
  /** Whose published facts it was held against. */
  as: string;
  /** Absent where the checkpoint cannot be opened. */
  model?: OpenedModel;
  hubId?: string;
  commit?: string;
  facts: CheckedFact[];
  /** Speed of scoring on this machine; absent with `model`. */
  tokensPerSecond?: number;
}

/** Takes all steps but the benchmarks. Throws UsageError for a model that nothing is known of, and what opening it throws. */
export async function verifyModel(
  name: string,
  answers: KnownAnswers,
  options: VerifyOptions,
): Promise<VerifiedModel> {
  const { onStep, onFact, signal, threads, dtype = 'fp32' } = options;
  onStep('looking for it');
  const resolved = await resolveCheckpoint(name, options);
  const opened = await openCheckpoint(resolved.location, { nHead: options.heads }).catch(asDataError);
  const as =
    options.as ?? whoseAnswers(name, resolved, opened instanceof DataError ? undefined : opened.config);
  if (as === undefined) {
    if (opened instanceof DataError) throw opened;
    throw nothingKnown(name);
  }
  checkName(as, answers);
  const { hubId, commit } = resolved;
  const facts: CheckedFact[] = [];
  const verified: VerifiedModel = { name, as, ...(hubId === undefined ? {} : { hubId, commit }), facts };
  const tell = (found: readonly CheckedFact[]) => {
    for (const fact of found) {
      facts.push(fact);
      onFact(fact);
    }
    signal?.throwIfAborted();
  };
  const of = <Entry extends { model: string }>(entries: readonly Entry[]) =>
    entries.filter(({ model }) => model === as);

  const folder = (await stat(resolved.location)).isDirectory()
    ? resolved.location
    : path.dirname(resolved.location);
  const isPublished =
    packagedModels().has(name) || (hubId !== undefined && findRegisteredModel(hubId)?.name === as);
  tell(
    await checkFiles(folder, of(answers.files), {
      isPublished,
      signal,
      onProgress: (file) => onStep(`reading ${file}`),
    }),
  );
  const model = opened instanceof DataError ? opened : await openModel(name, options).catch(asDataError);
  if (model instanceof DataError) {
    tell([unusable(model)]);
    return verified;
  }
  verified.model = model;
  const { checkpoint, tokenizer } = model;
  const sizes = checkSizes(as, checkpoint.config);
  if (sizes !== undefined) {
    tell([sizes]);
    return verified;
  }
  onStep('reading all tensors');
  tell(await checkWeights(checkpoint, of(answers.weights)[0], { signal }));
  const tokens = answers.tokens.find(({ vocabulary }) => vocabulary === vocabularyOf(as));
  if (tokens) tell([checkTokens(tokenizer, tokens)]);
  onStep('writing');
  tell(await checkGreedy(checkpoint, of(answers.greedy), { threads, signal, dtype }));
  onStep('scoring');
  const losses = of(answers.loss);
  const roundedLosses = losses.map((loss) => ({ ...loss, tolerance: loss.tolerance + lossTolerance[dtype] }));
  const { facts: measured, tokensPerSecond } = await checkLoss(checkpoint, roundedLosses, {
    threads,
    signal,
  });
  tell(measured);
  verified.tokensPerSecond = tokensPerSecond;
  const training = { threads, signal, onProgress: (text: string) => onStep(`training, ${text}`) };
  for (const series of of(answers.training))
    tell(await checkTraining(checkpoint, [series], losses[0], training));
  return verified;
}

/** What is wrong in a file is a finding; that something is not there at all, or a bug, is not, and goes on. */
function asDataError(error: unknown): DataError {
  if (error instanceof DataError) return error;
  throw error;
}

/** By name where it has one, otherwise by its sizes. */
function whoseAnswers(
  name: string,
  { hubId }: ResolvedCheckpoint,
  config: ModelConfig | undefined,
): string | undefined {
  if (packagedModels().has(name)) return name;
  const registered = hubId === undefined ? undefined : findRegisteredModel(hubId);
  if (registered !== undefined) return registered.name;
  if (config === undefined) return undefined;
  return (
    registeredModels.find((model) => haveEqualSizes(model.config, config))?.name ??
    (haveEqualSizes(tinyConfig, config) ? 'tiny' : undefined)
  );
}

/** The model that comes with the tool (models/tiny/config.json). */
const tinyConfig: ModelConfig = {
  ...{ architecture: 'gpt2', nLayer: 6, nHead: 4, nEmbd: 256, nCtx: 512, vocabSize: 8000 },
  layerNormEpsilon: 1e-5,
};

/** A model of other sizes is another model: nothing that was published about this one can be asked of it. */
function checkSizes(as: string, found: ModelConfig): CheckedFact | undefined {
  const expected = findRegisteredModel(as)?.config ?? tinyConfig;
  if (haveEqualSizes(expected, found)) return undefined;
  return {
    step: 'weights',
    what: `sizes of ${as}`,
    expected: describeSizes(expected),
    found: describeSizes(found),
    source: 'the papers and their releases',
    verdict: 'fails',
    seconds: 0,
  };
}

function haveEqualSizes(one: ModelConfig, other: ModelConfig): boolean {
  return (['architecture', 'nLayer', 'nHead', 'nEmbd', 'nCtx', 'vocabSize'] as const).every(
    (key) => one[key] === other[key],
  );
}

function describeSizes({ architecture, nLayer, nHead, nEmbd, nCtx, vocabSize }: ModelConfig): string {
  return `${architecture}, ${nLayer} layers, width ${nEmbd}, ${nHead} heads, ${nCtx} positions, ${vocabSize} tokens`;
}

function checkName(as: string, { files, greedy, loss }: KnownAnswers): void {
  const known = new Set(
    [...registeredModels, ...files, ...greedy, ...loss].map((one) => ('name' in one ? one.name : one.model)),
  );
  if (known.has(as)) return;
  throw new UsageError(`Nothing published is known of ${as}.`, {
    hint: `Known are ${[...known].join(', ')}.`,
  });
}

function nothingKnown(name: string): UsageError {
  return new UsageError(`Nothing published is known of ${name}: it has the sizes of no published model.`, {
    hint: '--as gpt2 holds it against the facts of that model all the same.',
  });
}

/** All sizes of GPT-2 have one vocabulary. */
function vocabularyOf(as: string): string {
  return findRegisteredModel(as)?.config.architecture ?? as;
}

function unusable(error: DataError): CheckedFact {
  return {
    step: 'weights',
    what: 'a complete checkpoint of finite numbers',
    expected: 'it opens',
    found: error.message,
    source: '–',
    verdict: 'fails',
    seconds: 0,
  };
}
