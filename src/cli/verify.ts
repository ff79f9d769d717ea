import { existsSync } from 'node:fs';
import { InterruptedError, UserError } from '../errors.js';
import { countOf, formatCount, formatDuration } from '../format.js';
import { findCached } from '../hub/cache.js';
import { registeredModels } from '../models/config.js';
import { wrapText } from '../reports/grid.js';
import { type OthersNumber, readOthers } from '../reports/others.js';
import { readResults } from '../results/results-folder.js';
import { type KnownAnswers, readKnownAnswers } from '../verification/answers.js';
import type { CheckedFact } from '../verification/fact.js';
import { answersRung, checkRung, leftOutRung, type Rung, rungsOf } from '../verification/ladder.js';
import { type VerifiedModel, verifyModel } from '../verification/verify.js';
import type { RunCommand } from './command.js';
import type { VerifyOptions } from './commands/verify.js';
import type { CommandContext } from './context.js';
import { isModelCached } from './local-files.js';
import { downloadReporter } from './progress.js';

/** What models are held against; absent: the files that come with the tool. */
export interface PublishedFacts {
  answers?: KnownAnswers;
  others?: readonly OthersNumber[];
}

/**
 * `gpt verify [model…]`: holds models against what others published about them. Without names every published model on this machine,
 * or `tiny` where there is none. Throws UserError when a fact fails.
 */
export async function runVerify(
  names: readonly string[],
  options: VerifyOptions,
  run: RunCommand,
  context: CommandContext,
  { answers, others }: PublishedFacts = {},
): Promise<void> {
  const { output, line } = context;
  const known = answers ?? (await readKnownAnswers());
  const measured = others ?? readOthers();
  const verified: VerifiedModel[] = [];
  for (const name of names.length > 0 ? names : await modelsHere(options, context)) {
    await refuseDownload(name, options, context);
    if (!options.json) output.out(`${verified.length > 0 ? '\n' : ''}${name}`);
    const one = await verifyModel(name, known, {
      as: options.as,
      // Unless it is said, each check knows best.
      threads: options.threads === 0 ? undefined : options.threads,
      heads: options.heads,
      // Of ready-made ONNX files the most exact.
      dtype: options.dtype === 'fp32' ? undefined : options.dtype,
      env: options.fetch ? context.env : { ...context.env, HF_HUB_OFFLINE: '1' },
      signal: context.signal,
      onProgress: downloadReporter(line),
      onStep: (text) => line.update(`${name}: ${text}`),
      onFact: (fact) => print(fact, options, context),
    }).catch((error: unknown) => {
      if (context.signal.aborted) throw stopped();
      throw error;
    });
    line.clear();
    verified.push(one);
  }
  const rungs = verified
    .flatMap((one) =>
      rungsOf(one.as, measured).map((rung) => ({ one, rung, seconds: secondsFor(rung, one) })),
    )
    .sort((a, b) => a.seconds - b.seconds);
  if (options.ladder) {
    for (const { one, rung, seconds } of rungs) {
      const facts = await climb(rung, one, seconds, options, run, context);
      one.facts.push(...facts);
      for (const fact of facts) print(fact, options, context);
    }
  } else if (rungs.length > 0 && !options.json) {
    const numbers = rungs.reduce((sum, { rung }) => sum + rung.numbers.length, 0);
    const all = rungs.reduce((sum, { seconds }) => sum + seconds, 0);
    output.err(
      `--ladder goes on with ${numbers} published numbers of whole benchmarks, the cheapest first: about ${formatDuration(rungs[0]!.seconds)} for the first run, ${formatDuration(all)} for all ${rungs.length} on this machine.`,
    );
  }
  summarise(verified, options, context);
}

/** Every published model in the cache; with `--fetch` at least the smallest GPT-2. */
async function modelsHere(
  { fetch }: VerifyOptions,
  { env, line }: CommandContext,
): Promise<readonly string[]> {
  const here: string[] = [];
  for (const model of registeredModels) if (await isModelCached(model, env)) here.push(model.name);
  if (here.length > 0) return here;
  if (fetch) return ['gpt2'];
  line.note(
    'No published model is on this machine ("gpt verify gpt2 --fetch" gets one, 548 MB); here is tiny.',
  );
  return ['tiny'];
}

async function refuseDownload(
  name: string,
  { fetch }: VerifyOptions,
  { env }: CommandContext,
): Promise<void> {
  const model = registeredModels.find((one) => [one.name, ...one.aliases].includes(name));
  const [, id, revision] = /^([\w-][\w.-]*\/[\w-][\w.-]*)(?:@(.+))?$/.exec(name) ?? [];
  const repo = model?.hubId ?? (existsSync(name) ? undefined : id);
  if (fetch || repo === undefined) return;
  const config = { repo, type: 'model', path: 'config.json', ...(model ? {} : { revision }) } as const;
  if ((await findCached(config, env)) !== undefined) return;
  const size = model ? ` (${(model.downloadBytes / 1e6).toLocaleString('en-US')} MB)` : '';
  throw new UserError(`${name} is not on this machine.`, {
    hint: `"gpt verify ${name} --fetch" downloads it${size}.`,
  });
}

/** At the speed with which the model was scored just now. */
function secondsFor({ tokens }: Rung, { tokensPerSecond }: VerifiedModel): number {
  return tokensPerSecond ? tokens / tokensPerSecond : 0;
}

/** Runs a benchmark as `gpt eval` does, unless its result is there already. An interrupted one is gone on with by its journal. */
async function climb(
  rung: Rung,
  { name, model }: VerifiedModel,
  seconds: number,
  { results: folder, threads, dtype }: VerifyOptions,
  run: RunCommand,
  { line, signal }: CommandContext,
): Promise<CheckedFact[]> {
  if (model === undefined) return leftOutRung(rung, 'the model cannot be used');
  const find = async () =>
    (await readResults(folder)).results.find((result) =>
      answersRung(result, rung, model.identity.sha256, dtype),
    );
  const there = await find();
  if (there !== undefined) return checkRung(rung, there);
  line.note(`${rung.task} × ${name}: about ${formatDuration(seconds)} here.`);
  const options = Object.entries(rung.options).map(([option, value]) => `--${option}=${value}`);
  const given = [...(threads === 0 ? [] : [`--threads=${threads}`]), `--dtype=${dtype}`];
  try {
    await run(['eval', rung.task, `--model=${name}`, ...options, ...given, `--results=${folder}`]);
  } catch (error) {
    if (error instanceof InterruptedError || signal.aborted) throw stopped(error);
    if (!(error instanceof UserError)) throw error;
    return leftOutRung(rung, error.message);
  }
  const result = await find();
  return result === undefined
    ? leftOutRung(rung, 'not the whole of the published data')
    : checkRung(rung, result);
}

function stopped(cause?: unknown): InterruptedError {
  const hint = 'Nothing is lost: run the same command again; benchmarks go on where they stopped.';
  return new InterruptedError('Stopped.', { hint, cause });
}

/** Longest text of a value in a line; JSON has the whole. */
const SHOWN = 60;

function print(
  { step, what, expected, found, tolerance, source, verdict, note }: CheckedFact,
  { json }: VerifyOptions,
  { output, line }: CommandContext,
): void {
  line.clear();
  if (json) return;
  const mark = { holds: 'ok  ', fails: 'FAIL', 'not checked': '–   ' }[verdict];
  const values =
    verdict === 'holds'
      ? [
          shorten(found ?? expected),
          ...(tolerance && note === undefined ? [`(published ${shorten(expected)} ${tolerance})`] : []),
        ]
      : verdict === 'fails'
        ? [`expected ${expected}${tolerance ? ` ${tolerance}` : ''}, found ${found ?? 'nothing'}`]
        : [];
  const text = [
    `  ${mark} ${step.padEnd(9)} ${what}:`,
    ...values,
    ...(note ? [values.length > 0 ? `– ${note}` : note] : []),
    source === '–' ? '' : `[${source}]`,
  ];
  output.out(wrapText(text.filter((part) => part !== '').join(' '), output.columns ?? 140, ' '.repeat(17)));
}

function shorten(text: string): string {
  return text.length <= SHOWN ? text : `${text.slice(0, SHOWN - 1)}…`;
}

function summarise(
  verified: readonly VerifiedModel[],
  { json }: VerifyOptions,
  { output }: CommandContext,
): void {
  const counts = verified.map((one) => ({
    one,
    held: one.facts.filter(({ verdict }) => verdict === 'holds').length,
    failed: one.facts.filter(({ verdict }) => verdict === 'fails').length,
  }));
  if (json) {
    const shown = counts.map(({ one: { model, tokensPerSecond, facts, ...rest }, held, failed }) => ({
      ...rest,
      ...(model === undefined
        ? {}
        : {
            format: model.checkpoint.format,
            sha256: model.identity.sha256,
            parameters: model.identity.parameters,
          }),
      ...(tokensPerSecond === undefined ? {} : { tokensPerSecond }),
      ...{ held, failed, facts },
    }));
    output.out(JSON.stringify(shown.length === 1 ? shown[0] : shown, null, 2));
  } else {
    for (const { one, held, failed } of counts) {
      const as = one.as === one.name ? '' : `, compared as ${one.as}`;
      output.out(
        `\n${one.name}${as}: ${countOf(held, 'fact')} ${held === 1 ? 'holds' : 'hold'}, ${formatCount(failed)} fail.`,
      );
    }
  }
  const failing = counts.filter(({ failed }) => failed > 0);
  if (failing.length > 0) {
    throw new UserError(
      `${failing.map(({ one }) => one.name).join(', ')}: what is here is not what was published, or this tool computes it wrongly.`,
      { hint: 'The lines that begin with FAIL say what differs; --json has both values in full.' },
    );
  }
}
