/** Predictions on test files as the benchmarks' servers take them: a table of ids and answers, several in one ZIP archive. */
import path from 'node:path';
import { DataError, UserError } from '../errors.js';
import { writeAtomically, writeFully } from '../files/atomic-file.js';
import { explainWriteError } from '../files/space.js';
import type { AnyFinetuneTask, ClassifiedRecord, Segment, Submission } from '../tasks/finetune-task.js';
import type { Tokenizer } from '../tokenizers/tokenizer.js';
import type { Inference } from '../training/infer.js';
import { type FinetuneExample, prepareInput } from './input.js';
import { measureExamples } from './measure.js';
import { type ZipMember, zip } from './zip.js';

/** Examples of a test file, and what they are called there. */
export interface TestExamples {
  /** In the order of `examples`. */
  ids: string[];
  /** Their targets stand for nothing. */
  examples: FinetuneExample[];
  /** The texts of the first one. */
  segments: readonly Segment[];
}

/**
 * Reads a test file of a task in its published form. Labels are neither needed nor looked at: GLUE's `test.tsv` has none, the
 * hub's Parquet files have -1. Empty texts are answered like others, since the server wants an answer for every line. Throws
 * UserError for a task that has no server, DataError naming file and line for another file, and for one without examples.
 */
export async function readTestExamples(
  task: AnyFinetuneTask,
  testFile: string,
  tokenizer: Tokenizer,
  sizes: { vocabSize: number; nCtx: number },
): Promise<TestExamples> {
  const rows = await submissionOf(task).read(testFile);
  if (rows.length === 0) throw new DataError({ file: testFile, problem: 'the file holds no examples.' });
  const seen = new Set<string>();
  for (const { id } of rows) {
    if (seen.has(id)) {
      throw new DataError({
        file: testFile,
        problem: `two examples have the id ${id}, by which answers are told apart.`,
      });
    }
    seen.add(id);
  }
  return {
    ids: rows.map(({ id }) => id),
    // Something has to stand where the label of other examples does; class 0, or the number 0, fits every head.
    examples: rows.map(({ row }, index) => ({
      index,
      ...prepareInput(task, row, tokenizer, sizes),
      target: 0,
    })),
    segments: task.segments(rows[0]!.row),
  };
}

/** What is needed to predict. */
export interface Prediction {
  task: AnyFinetuneTask;
  /** Only its name matters here: it tells which of several files the server wants. */
  testFile: string;
  test: TestExamples;
  model: Pick<Inference, 'classify'>;
  /** Examples that are classified together. */
  batch: number;
  /** As in `measureExamples`. */
  onBatch: (done: readonly FinetuneExample[]) => boolean;
}

/** The file that the server wants of a test file; undefined where `onBatch` said no. Throws UserError for a task that has no server. */
export async function predictTestFile({
  task,
  testFile,
  test,
  model,
  batch,
  onBatch,
}: Prediction): Promise<ZipMember | undefined> {
  const submission = submissionOf(task);
  const measured = await measureExamples(model, test.examples, batch, onBatch);
  if (measured === undefined) return undefined;
  return {
    name: submission.fileName(path.basename(testFile)),
    text: submissionText(submission, test.ids, measured.records),
  };
}

/** A header and a line for each record: its id, and the answer as the benchmark spells it. @internal */
export function submissionText(
  { columns, separator, answer }: Pick<Submission, 'columns' | 'separator' | 'answer'>,
  ids: readonly string[],
  records: readonly ClassifiedRecord[],
): string {
  const lines = records.map((record, place) => [ids[place]!, answer(record)]);
  return `${[columns, ...lines].map((cells) => cells.join(separator)).join('\n')}\n`;
}

/**
 * Writes predictions: to a `.zip` any number of files, which is what GLUE's server takes, to another name the text of the only one.
 * Throws UserError where several files have no archive, two have the same name, or the file cannot be written.
 */
export async function writeSubmission(file: string, members: readonly ZipMember[]): Promise<void> {
  const isZip = /\.zip$/i.test(file);
  if (!isZip && members.length !== 1) {
    throw new UserError(`--predict ${file}: ${members.length} files of predictions do not fit in one.`, {
      hint: 'Give it a name that ends in .zip.',
    });
  }
  const twice = members.find(({ name }, place) => members.findIndex((other) => other.name === name) < place);
  if (twice !== undefined) throw new UserError(`Two of the test files would become ${twice.name}.`);
  const bytes = isZip ? await zip(members) : Buffer.from(members[0]!.text, 'utf8');
  await writeAtomically(file, (handle) => writeFully(handle, bytes)).catch((error) => {
    throw explainWriteError(error, { path: path.dirname(file), variable: '--predict' });
  });
}

function submissionOf({ name, submission }: AnyFinetuneTask): Submission {
  if (submission !== undefined) return submission;
  throw new UserError(`${name} has no server that takes predictions: its test labels are public.`, {
    hint: `"gpt finetune ${name}" measures the model on them.`,
  });
}
