/** Test splits whose labels are not public: told from damaged files, and what can be done with them. */
import { type Field, word } from './formats/fields.js';

/** What to do with a file that has no labels. */
export const HIDDEN_LABELS_HINT =
  'The labels of this split are not public: train and measure on train and dev. Where the benchmark has a server, "gpt eval TASK --model FOLDER --data FILE --predict ANSWERS" writes what it takes.';

/** A label or score, which test files may lack, as GLUE's `test.tsv` does. */
export const labelField = (...names: string[]): Field<string> => ({
  ...word(...names),
  absence: { reason: 'as in test files, whose labels are not public', hint: HIDDEN_LABELS_HINT },
});
