/** `gpt eval` of a task that needs training first: measures a model that `gpt finetune --output` wrote, once more or on other data. */
import { createHash } from 'node:crypto';
import { checkModelName } from '../checkpoints/resolve.js';
import { InterruptedError, UsageError } from '../errors.js';
import { openClassifier, readClassifier } from '../finetuning/classifier.js';
import { prepareFinetuneExamples, tokensOf } from '../finetuning/input.js';
import { measureExamples } from '../finetuning/measure.js';
import { modelDeviations } from '../finetuning/model-deviations.js';
import { countOf, formatCount } from '../format.js';
import { renderResult } from '../reports/result-table.js';
import { RESULT_SCHEMA, type Result, withoutErrorOfOne } from '../results/result.js';
import { describeWritten, writeResult } from '../results/results-folder.js';
import { canonicalJson } from '../runs/fingerprint.js';
import type { AnyFinetuneTask } from '../tasks/finetune-task.js';
import type { CommandContext } from './context.js';
import { describeEnvironment } from './environment.js';
import type { EvalOptions } from './eval.js';
import { openFinetunable } from './finetune-inputs.js';
import { paperValues } from './finetune-summary.js';
import { identifyData, loadNamedData } from './inputs.js';
import { checkSamples, withSegments, writeSamples } from './samples.js';

/** Examples that are classified together. */
const BATCH = 32;

/** Measures every model on every task, one after another. `--data` names a file to measure on, a folder, or the sample. */
export async function runEvalFinetuned(
  tasks: readonly AnyFinetuneTask[],
  options: EvalOptions,
  context: CommandContext,
): Promise<void> {
  const { output } = context;
  if (options.models.length === 0) {
    throw new UsageError(`${tasks[0]!.name} needs a model that was fine-tuned on it.`, {
      hint: `"gpt finetune ${tasks[0]!.name} --output FOLDER" makes one, "gpt eval ${tasks[0]!.name} --model FOLDER" measures it again.`,
    });
  }
  if (options.shard.count > 1) throw new UsageError('--shard is not for fine-tuned models.');
  if (options.device !== 'cpu') throw new UsageError('Fine-tuned models are measured on the cpu.');
  await checkSamples(options, tasks.length * options.models.length);
  for (const name of options.models) await checkModelName(name);
  const results: Result[] = [];
  for (const task of tasks) {
    for (const model of options.models) {
      const result = await measureFolder(task, model, options, context);
      results.push(result);
      const written = await writeResult(options.results, result);
      if (!options.json) output.out(await renderResult(result, await paperValues(result, task), output));
      output.err(describeWritten(written));
    }
  }
  if (options.json) output.out(JSON.stringify(results.length === 1 ? results[0] : results, null, 2));
}

async function measureFolder(
  task: AnyFinetuneTask,
  folder: string,
  options: EvalOptions,
  context: CommandContext,
): Promise<Result> {
  const { line, signal } = context;
  const data = await loadNamedData<unknown>(task.dev, options.data, context);
  const model = await openFinetunable(folder, { ...options, random: false }, context);
  const { checkpoint, tokenizer } = model;
  const classifier = await readClassifier(checkpoint.folder, task, checkpoint);
  const limit = options.limit !== null && options.limit < data.rows.length ? options.limit : null;
  const rows = limit === null ? data.rows : data.rows.slice(0, limit);
  classifier.checkTruncation(task.segments(rows[0]));
  const examples = prepareFinetuneExamples(task, rows, tokenizer, classifier.config);
  const settings = { limit, batchTokens: options.batchTokens, device: 'cpu' };
  const identity = {
    task: { name: task.name, title: task.title, version: task.version },
    model: model.identity,
    data: identifyData(task.dev, data),
  };
  const budget = { threads: options.threads, tokenBudget: options.batchTokens };
  const inference = await openClassifier(task, checkpoint, classifier, budget);
  const start = performance.now();
  let done = 0;
  const measured = await measureExamples(inference, examples, BATCH, (batch) => {
    done += batch.length;
    line.update(
      `${task.name} × ${identity.model.name}  ${formatCount(done)}/${formatCount(examples.length)}`,
    );
    return !signal.aborted;
  }).finally(() => inference.close());
  line.clear();
  if (measured === undefined) {
    throw new InterruptedError(
      `Stopped after ${formatCount(done)} of ${countOf(examples.length, 'example')}.`,
      {
        hint: 'Run the same command again to start over.',
      },
    );
  }
  const seconds = (performance.now() - start) / 1000;
  if (options.samples !== undefined) {
    const shown = options.texts
      ? measured.records.map((record) => withSegments(task, rows[record.index], record))
      : measured.records;
    await writeSamples(options.samples, shown);
  }
  const inputTokens = examples.reduce((sum, example) => sum + tokensOf(example), 0);
  const hashed = [task.name, task.version, identity.model, classifier.sha256, data.sha256, settings];
  return {
    schema: RESULT_SCHEMA,
    ...identity,
    settings,
    fingerprint: createHash('sha256').update(canonicalJson(hashed)).digest('hex'),
    metrics: task.metrics(measured.records).map(withoutErrorOfOne),
    counts: {
      examples: examples.length,
      inputTokens,
      scoredTokens: examples.reduce((sum, { sequences }) => sum + sequences.length, 0),
      truncatedExamples: examples.filter(({ truncatedTokens }) => truncatedTokens > 0).length,
    },
    deviations: [...task.deviations, ...modelDeviations(checkpoint.config)],
    command: options.command,
    environment: describeEnvironment(options.threads),
    time: {
      finishedAt: new Date().toISOString(),
      scoringSeconds: Number(seconds.toFixed(3)),
      tokensPerSecond: Number((inputTokens / seconds).toFixed(1)),
    },
  };
}
