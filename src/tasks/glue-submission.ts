/** How GLUE's server wants predictions: one tab-separated file for each task, zipped together. */
import { readGlueTest, type TextColumn } from '../datasets/unlabelled.js';
import type { ClassifiedRecord, Submission } from './finetune-task.js';

/** GLUE's rules for one task. */
export interface GlueRules {
  /** Name of its file: `RTE.tsv`, or told by the test file. */
  file: string | ((testFile: string) => string);
  /** Columns of the test file by the names of a row's fields. */
  texts: Readonly<Record<string, TextColumn>>;
  /** The column that numbers the examples, where it is not `index`. */
  id?: string;
  /** The classes where their names are wanted; without them answers are numbers of classes. */
  classes?: readonly string[];
  /** Where answers are neither. */
  answer?: (record: ClassifiedRecord) => string;
}

/** How predictions for one of GLUE's tasks are handed in. */
export function glueSubmission({ file, texts, id = 'index', classes, answer }: GlueRules): Submission {
  return {
    fileName: typeof file === 'string' ? () => file : file,
    columns: ['index', 'prediction'],
    separator: '\t',
    read: (testFile) => readGlueTest(testFile, texts, id),
    answer: answer ?? (({ predicted }) => classes?.[predicted] ?? String(predicted)),
  };
}
