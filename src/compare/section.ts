/** What a comparison of models consists of: claims, each with where it comes from. */
import type { Sheet } from '../reports/sheet.js';

/** One thing that is compared: what it is in each model, in their order. */
export interface ComparedRow {
  what: string;
  /** One text per model; null where nothing is known. */
  values: (string | null)[];
  /** Where they come from, one for each model; null beside a null. */
  sources: (string | null)[];
}

/** Rows about one subject. */
export interface Section {
  id: 'architecture' | 'pre-training' | 'tokenizer' | 'results' | 'text';
  title: string;
  rows: ComparedRow[];
  /** What is missing and why, and what to know about the rows. */
  notes: string[];
}

/** The section as rows and columns: the models side by side, the sources of each row by number, listed below. */
export function sectionSheet({ title, rows, notes }: Section, models: readonly string[]): Sheet {
  const listed = [...new Set(rows.flatMap(({ sources }) => sources.filter((source) => source !== null)))];
  const marks = (sources: ComparedRow['sources']) => [
    ...new Set(sources.flatMap((source) => (source === null ? [] : listed.indexOf(source) + 1))),
  ];
  return {
    title,
    source: '',
    head: ['', ...models, 'source'],
    align: ['left', ...models.map(() => 'left' as const), 'left'],
    rows: rows.map(({ what, values, sources }) => [
      what,
      ...values.map((value) => value ?? '–'),
      marks(sources)
        .map((mark) => `[${mark}]`)
        .join(' '),
    ]),
    notes: [...listed.map((source, place) => `[${place + 1}] ${source}`), ...notes],
  };
}
