/** What a report holds of the examples of one run: packed by the tool, unpacked by the page's script. */

/** A value of a record that is shown as it is. */
export type FieldValue =
  | string
  | number
  | boolean
  | null
  | readonly FieldValue[]
  | { [key: string]: FieldValue };

/** One example. A tuple, because there are thousands of them. */
export type ExampleRow = [
  /** Its number in the data file, from 0; `3.2` is the second question about the third text from 0. */
  name: string,
  /** For each criterion of the set whether it was right: bit 0 is the first. */
  right: number,
  /** The right answer, and what the model said. */
  expected: string | null,
  said: string | null,
  /** In what `valueLabel` says. */
  value: number | null,
  /** One for each of the set's fields; null where the record has none. */
  fields: FieldValue[],
];

/** The examples of one run, in the order of the data file. */
export interface ExampleSet {
  /** Task and model. */
  title: string;
  /** How many the run has; more than `rows` where the report was limited. */
  total: number;
  /** Ways to be right, e.g. `whole word`; none where nothing is right or wrong. */
  criteria: string[];
  /** What the number of each example is, by which they can be put in order; null where they have none. */
  valueLabel: string | null;
  /** Names of everything else that the records keep. */
  fields: string[];
  rows: ExampleRow[];
}
