/** Data sets of one or two texts with a class: most of what GPT-1 was fine-tuned on. */
import { DataError } from '../errors.js';
import { type Field, text } from './formats/fields.js';
import type { Place } from './formats/raw-row.js';
import { type RowOptions, readRows } from './formats/rows.js';
import { HIDDEN_LABELS_HINT, labelField } from './hidden-labels.js';

/** Which classes there are, and how files write them. */
export interface Labels {
  /** Names by number. Files have either. */
  classes: readonly string[];
  /** What other publications call them. */
  aliases?: Readonly<Record<string, number>>;
  /** How an example without a class is marked; it is left out, as the literature does. */
  unlabelled?: readonly string[];
}

/** Where the published forms have the texts and the label, and how a table of them is written. */
export interface TextForm<Name extends string> extends RowOptions {
  /** Names of each text, in the order in which they are looked for. */
  texts: Readonly<Record<Name, readonly string[]>>;
  label: readonly string[];
  /** Texts may be empty, as some of the published ones are. */
  emptyTexts?: boolean;
}

/** Texts by name, and the number of their class. */
export type LabelledRow<Name extends string> = Record<Name, string> & { label: number };

/**
 * Reads a file of any form. Throws DataError naming file and line; of a test file without labels it says what can be done with it.
 */
export async function readLabelledTexts<Name extends string>(
  file: string,
  { texts, label, emptyTexts = false, ...options }: TextForm<Name>,
  labels: Labels,
): Promise<LabelledRow<Name>[]> {
  const keys = Object.keys(texts) as Name[];
  const rows: LabelledRow<Name>[] = [];
  let leftOut: Place | undefined;
  let without = 0;
  const fields: Record<string, Field<string>> = {};
  for (const key of keys) fields[key] = text(...texts[key]);
  fields.label = labelField(...label);
  for (const row of await readRows(file, fields, options)) {
    const { place, values } = row;
    const { label: written, ...read } = values as Record<Name | 'label', string>;
    if (labels.unlabelled?.includes(written)) {
      leftOut = place;
      without++;
      continue;
    }
    if (!emptyTexts) for (const key of keys) checkText(values[key]!, row.nameOf(key), place);
    rows.push({ ...(read as Record<Name, string>), label: classOf(written, labels, place) });
  }
  if (rows.length > 0 || leftOut === undefined) return rows;
  throw new DataError({
    file: leftOut.file,
    problem: 'no example has a label.',
    expected: labels.classes.join(' or '),
    found: `${without} without one`,
    hint: HIDDEN_LABELS_HINT,
  });
}

/** Throws DataError where a text is missing. */
export function checkText(text: string, column: string, place: Place): void {
  if (text.trim() !== '') return;
  throw new DataError({ ...place, problem: `${column} is empty.`, expected: 'a sentence' });
}

/** The number of a class, written as number or name. Throws DataError for any other. */
export function classOf(text: string, { classes, aliases = {} }: Labels, place: Place): number {
  const label = classes.findIndex((name, number) => text === name || text === String(number));
  if (label >= 0) return label;
  if (Object.hasOwn(aliases, text)) return aliases[text]!;
  throw new DataError({
    ...place,
    problem: 'the label is none of the classes.',
    expected: classes.map((name, number) => `${number} (${name})`).join(' or '),
    found: JSON.stringify(text),
    // The hub marks the hidden labels of GLUE's test splits like this.
    hint: text === '-1' ? HIDDEN_LABELS_HINT : undefined,
  });
}
