/** Data sets of one or two texts with a class: most of what GPT-1 was fine-tuned on. */
import { DataError } from '../errors.js';
import { integerField, type Place, textField } from './formats/fields.js';
import { readJsonLines } from './formats/lines.js';
import { readParquetRows } from './formats/parquet.js';
import { readTsv, type TableLine, type TsvOptions } from './formats/tsv.js';
import { isArchive, shownName } from './formats/unpack.js';
import { checkLabelColumn, HIDDEN_LABELS_HINT } from './hidden-labels.js';

/** Which classes there are, and how files write them. */
export interface Labels {
  /** Names by number. Files have either. */
  classes: readonly string[];
  /** What other publications call them. */
  aliases?: Readonly<Record<string, number>>;
  /** How an example without a class is marked; it is left out, as the literature does. */
  unlabelled?: readonly string[];
}

/** Where a published form has the texts and the label. */
export interface TextForm<Field extends string> {
  /** Column, or key, of each text. */
  texts: Readonly<Record<Field, string>>;
  label: string;
  /** The file's columns, where its first line does not name them. */
  columns?: readonly string[];
  /** How a tab-separated file is written; `member` is looked for in archives only. */
  tsv?: Omit<TsvOptions, 'header'>;
  /** Texts may be empty, as some of the published ones are. */
  emptyTexts?: boolean;
}

/** Texts by name, and the number of their class. */
export type LabelledRow<Field extends string> = Record<Field, string> & { label: number };

/**
 * Reads a form, told from others by the caller. Throws DataError naming file and line; of a test file without labels it says what
 * can be done with it.
 */
export async function readLabelledTexts<Field extends string>(
  file: string,
  form: TextForm<Field>,
  labels: Labels,
): Promise<LabelledRow<Field>[]> {
  const fields = Object.keys(form.texts) as Field[];
  const rows: LabelledRow<Field>[] = [];
  let leftOut = 0;
  const name = shownName(file, isArchive(file) ? form.tsv?.member : undefined);
  for (const { at, cells } of await readCells(file, form)) {
    const label = cells[form.label]!;
    if (labels.unlabelled?.includes(label)) {
      leftOut++;
      continue;
    }
    const place = { file: name, at };
    const texts = fields.map((field) => {
      const column = form.texts[field];
      const text = cells[column]!;
      if (!form.emptyTexts) checkText(text, column, place);
      return [field, text];
    });
    rows.push({
      ...(Object.fromEntries(texts) as Record<Field, string>),
      label: classOf(label, labels, place),
    });
  }
  if (rows.length > 0 || leftOut === 0) return rows;
  throw new DataError({
    file: name,
    problem: 'no example has a label.',
    expected: labels.classes.join(' or '),
    found: `${leftOut} without one`,
    hint: HIDDEN_LABELS_HINT,
  });
}

async function readCells<Field extends string>(
  file: string,
  { texts, label, columns, tsv = {} }: TextForm<Field>,
): Promise<TableLine<string>[]> {
  const wanted = [...Object.values<string>(texts), label];
  const options = { ...tsv, member: isArchive(file) ? tsv.member : undefined };
  if (/\.parquet$/i.test(file)) return readParquetRows(file, wanted);
  if (isJsonLines(file, options.member)) {
    return (await readJsonLines(file, options)).map(({ at, value }) => {
      const place = { file: shownName(file, options.member), at };
      const cells = wanted.map((key) => [
        key,
        typeof value[key] === 'number'
          ? String(integerField(value, key, place))
          : textField(value, key, place),
      ]);
      return { at, cells: Object.fromEntries(cells) as Record<string, string> };
    });
  }
  await checkLabelColumn(file, { texts: Object.values(texts), label, separator: '\t', member: tsv.member });
  return columns === undefined
    ? readTsv(file, wanted, options)
    : readTsv(file, columns, { ...options, header: false });
}

/** Whether a file, or the wanted member of an archive, has a JSON object on each line, by its name. */
export const isJsonLines = (file: string, member = file) =>
  /\.jsonl(\.gz)?$/i.test(isArchive(file) ? member : file);

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
