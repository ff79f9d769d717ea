import { UsageError, UserError } from '../errors.js';
import { countOf, formatCount, formatDuration } from '../format.js';
import type { ModelConfig } from '../models/config.js';
import { countParameters } from '../models/parameters.js';
import { chooseModelSize, layerNormEpsilon } from '../pretraining/config.js';
import { closePretrainData, type PretrainData, preparePretrainData } from '../pretraining/data.js';
import { type PretrainOutcome, pretrain } from '../pretraining/pretrain.js';
import type { PretrainProgress } from '../pretraining/pretraining.js';
import { type PretrainSettings, parseLengths, type RunLength } from '../pretraining/settings.js';
import { parseTokenizerSource } from '../pretraining/tokenizer.js';
import type { PretrainOptions } from './commands/pretrain.js';
import type { CommandContext } from './context.js';
import type { Output } from './output.js';
import { downloadReporter } from './progress.js';

/** How much is held out where nothing is said. */
const DEFAULT_HOLD_OUT = 0.05;

/** Documents that are named when they are left out; rows may be many. */
const SHOWN_SKIPPED = 10;

/** Trains a model on text files and folders, and prints what it came to. */
export async function runPretrain(
  paths: readonly string[],
  options: PretrainOptions,
  context: CommandContext,
): Promise<void> {
  const { line, signal, env, output } = context;
  const { architecture, layers: nLayer, width: nEmbd, heads: nHead, context: nCtx, units } = options;
  const startedAt = performance.now();
  const length = chooseLength(options);
  const size = await chooseModelSize(options.config, { architecture, nLayer, nEmbd, nHead, nCtx, units });
  const lengths = parseLengths(options.lengths ?? String(size.nCtx), size.nCtx);
  const tokenizer = await parseTokenizerSource(options.tokenizer);
  line.update('reading the text');
  const data = await preparePretrainData(paths, {
    holdOut: chooseHoldOut(options.holdOut),
    tokenizer,
    architecture: size.architecture,
    env,
    signal,
    onProgress: downloadReporter(line),
    onVocabulary: (progress) =>
      line.update(
        progress.phase === 'words'
          ? `counting words  ${formatCount(progress.distinctWords)} different ones`
          : `learning the vocabulary  ${formatCount(progress.done)}/${formatCount(progress.total)} merges`,
      ),
    onTokens: ({ doneBytes, totalBytes, tokens }) =>
      line.update(`tokenizing  ${percent(doneBytes / totalBytes)} · ${formatCount(tokens)} tokens`),
  });
  const shown = data.skipped.slice(0, SHOWN_SKIPPED);
  for (const { name, reason } of shown) line.note(`${name} is left out: ${reason}.`);
  const more = data.skipped.length - shown.length;
  if (more > 0) line.note(`${formatCount(more)} more are left out: empty, or the same text as another.`);
  const config: ModelConfig = {
    ...size,
    vocabSize: data.tokenizer.vocabSize,
    layerNormEpsilon,
    // A GPT's configuration names the kind only where it is not the one of its release.
    ...(data.kind !== size.architecture && { vocabulary: data.kind }),
  };
  line.note(describeRun(config, data));
  const outcome = await pretrain({
    config,
    data,
    length,
    settings: chooseSettings(options, lengths),
    output: options.output,
    dtype: options.dtype === 'f16' ? 'F16' : 'F32',
    evaluations: options.evaluations,
    startedAt,
    saveMinutes: options.saveEvery,
    keepEvery: options.keepEvery,
    prompt: options.prompt,
    baselineOrder: options.baseline,
    threads: options.threads,
    fresh: options.fresh,
    signal,
    onProgress: (progress) => line.update(describeProgress(progress)),
    onNote: (text) => line.note(text),
  }).finally(() => closePretrainData(data));
  line.clear();
  if (outcome.wasComplete) output.err('This run was finished already; --fresh starts it again.');
  if (options.json) output.out(JSON.stringify({ output: options.output, config, ...outcome }, null, 2));
  else output.out(describeOutcome(options.output, outcome));
  warnOf(outcome, config, options, output);
}

/** Says what a run did not come to. Throws UserError where minutes were given and nothing was learned in them. */
function warnOf(
  { updates, totalUpdates, loss, learned }: PretrainOutcome,
  { vocabSize }: ModelConfig,
  { minutes }: PretrainOptions,
  output: Output,
): void {
  if (updates < totalUpdates) {
    output.err(
      `The time was up after ${formatCount(updates)} of ${countOf(totalUpdates, 'update')}, as the machine became slower; the learning rate had not come down. The same command does the rest.`,
    );
  }
  if (learned) return;
  const problem = `The model has learned nothing: its loss, ${loss.toFixed(2)} nats per token, is that of guessing (${Math.log(vocabSize).toFixed(2)}).`;
  const hint = `Train longer than ${countOf(updates, 'update')}, or a smaller model (--layers, --width) with a smaller --batch.`;
  if (minutes !== undefined) throw new UserError(problem, { hint });
  output.err(`${problem} ${hint}`);
}

/** Throws UsageError unless exactly one of the three is given. */
function chooseLength({ updates, epochs, minutes }: PretrainOptions): RunLength {
  const given = [
    updates === undefined ? [] : [{ updates }],
    epochs === undefined ? [] : [{ epochs }],
    minutes === undefined ? [] : [{ minutes }],
  ].flat();
  const [length] = given;
  if (length !== undefined && given.length === 1) return length;
  throw new UsageError('Say once how long to train.', {
    hint: 'One of --updates N, --epochs N, or --minutes N (which measures first how many updates that is).',
  });
}

function chooseHoldOut(given: string[] | undefined): number | string[] {
  if (given === undefined) return DEFAULT_HOLD_OUT;
  const share = Number(given[0]);
  return given.length === 1 && given[0]!.trim() !== '' && !Number.isNaN(share) ? share : given;
}

function chooseSettings(options: PretrainOptions, lengths: PretrainSettings['lengths']): PretrainSettings {
  const { batch, lr, warmup, weightDecay, beta2, dropout, maxGradNorm, seed, batchTokens, initStd } = options;
  return {
    ...{ batch, lengths, lr, warmup, weightDecay, beta2, dropout, maxGradNorm, seed, batchTokens },
    // What is not given is no setting: runs from before there was one go on.
    ...(initStd !== undefined && { initStd }),
  };
}

function describeRun(config: ModelConfig, { training, heldOut }: PretrainData): string {
  const { architecture, units, nLayer, nEmbd, nCtx, vocabSize } = config;
  const layers = units === undefined ? `${nLayer} layers × ${nEmbd}` : `${units} units × ${nEmbd}`;
  const size = `${architecture}, ${layers}, context ${nCtx}, vocabulary ${formatCount(vocabSize)}`;
  // Without the tokens that stand between documents.
  const textTokens = ({ documents }: PretrainData['training']) =>
    documents.reduce((sum, { start, end }) => sum + end - start, 0);
  const tokens = (corpus: PretrainData['training']) =>
    `${countOf(textTokens(corpus), 'token')} in ${countOf(corpus.documents.length, 'document')}`;
  const measured = heldOut === undefined ? 'nothing held out' : `${tokens(heldOut)} held out`;
  return `${formatCount(countParameters(config))} parameters (${size}); ${tokens(training)}, ${measured}`;
}

/** `update 1,204/5,000 · loss 4.23 · 5,120 tokens/s · 42 min 10 s left` */
function describeProgress(progress: PretrainProgress): string {
  switch (progress.phase) {
    case 'training': {
      const { update, total, loss, tokensPerSecond, secondsLeft } = progress;
      return [
        `update ${formatCount(update)}/${formatCount(total)}`,
        `loss ${loss.toFixed(3)}`,
        `${formatCount(tokensPerSecond)} tokens/s`,
        `${formatDuration(secondsLeft)} left`,
      ].join(' · ');
    }
    case 'held-out':
      return `measuring on held-out text  ${percent(progress.done)}`;
    case 'baseline':
      return `counting n-grams  ${percent(progress.done)}`;
    case 'speed':
      return 'measuring how many updates fit into the time';
  }
}

function describeOutcome(
  folder: string,
  { updates, seconds, heldOut, baseline, logFile }: PretrainOutcome,
): string {
  const lines = [`${countOf(updates, 'update')} in ${formatDuration(seconds)}`];
  for (const { name, measured } of [
    { name: 'held-out perplexity', measured: heldOut },
    { name: baseline?.model ?? '', measured: baseline },
  ]) {
    if (measured === undefined) continue;
    const part =
      heldOut!.share < 1 ? `, ${Number((100 * heldOut!.share).toPrecision(2))} % of the held-out text` : '';
    const { perWordPerplexity, perTokenPerplexity, tokens } = measured;
    lines.push(
      `${name}: ${perWordPerplexity.toFixed(2)} per word, ${perTokenPerplexity.toFixed(2)} per token (${countOf(tokens, 'token')}${part})`,
    );
  }
  lines.push(`model: ${folder}`, `log:   ${logFile}`);
  return lines.join('\n');
}

function percent(share: number): string {
  return `${Math.floor(100 * share)} %`;
}
