/** `gpt eval <task> --model FOLDER --data TEST --predict FILE`: answers on a hidden test split, as the benchmark's server takes them. */
import { InterruptedError, UsageError } from '../errors.js';
import { checkOutputFile } from '../files/output-file.js';
import { openClassifier, readClassifier } from '../finetuning/classifier.js';
import { predictTestFile, readTestExamples, writeSubmission } from '../finetuning/predict.js';
import { formatCount } from '../format.js';
import type { AnyFinetuneTask } from '../tasks/finetune-task.js';
import type { CommandContext } from './context.js';
import type { EvalOptions } from './eval.js';
import { openFinetunable } from './finetune-inputs.js';

/** Examples that are classified together. */
const BATCH = 32;

/** Writes the predictions of one fine-tuned model on one test file. Nothing is scored: the labels are not public. */
export async function runPredict(
  tasks: readonly AnyFinetuneTask[],
  predictions: string,
  options: EvalOptions,
  { output, line, signal, ...context }: CommandContext,
): Promise<void> {
  const [task, ...others] = tasks;
  const [folder, ...otherModels] = options.models;
  const { data } = options;
  if (!task || !folder || data === undefined || others.length > 0 || otherModels.length > 0) {
    throw new UsageError('--predict takes one task, one fine-tuned model and one test file.', {
      hint: 'For example: gpt eval cola --model my-cola-model --data CoLA/test.tsv --predict CoLA.tsv',
    });
  }
  await checkOutputFile({ file: predictions, option: '--predict' });
  const model = await openFinetunable(
    folder,
    { ...options, random: false },
    { output, line, signal, ...context },
  );
  const classifier = await readClassifier(model.checkpoint.folder, task, model.checkpoint);
  const test = await readTestExamples(task, data, model.tokenizer, classifier.config);
  classifier.checkTruncation(test.segments);
  const budget = { threads: options.threads, tokenBudget: options.batchTokens };
  const inference = await openClassifier(task, model.checkpoint, classifier, budget);
  let done = 0;
  const member = await predictTestFile({
    task,
    testFile: data,
    test,
    model: inference,
    batch: BATCH,
    onBatch: (batch) => {
      done += batch.length;
      line.update(`${task.name} × ${folder}  ${formatCount(done)}/${formatCount(test.ids.length)}`);
      return !signal.aborted;
    },
  }).finally(() => inference.close());
  line.clear();
  if (member === undefined) {
    throw new InterruptedError(`Stopped after ${done} of ${test.ids.length} examples.`, {
      hint: 'Run the same command again to start over.',
    });
  }
  await writeSubmission(predictions, [member]);
  if (options.json)
    output.out(JSON.stringify({ file: predictions, member: member.name, predictions: test.ids.length }));
  else output.err(`${formatCount(test.ids.length)} predictions written to ${predictions}`);
}
