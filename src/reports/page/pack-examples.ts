/** Records of a run as the examples of a report. Pure. */
import type { ExampleRow, ExampleSet, FieldValue } from './example-set.js';
import { expected, type FlatRecord, flatten, said, value, verdicts } from './record-shape.js';

/** Digits that are kept of numbers: more than anyone reads, fewer than take much room. */
const DIGITS = 6;

/** The first `limit` examples of the records, which are put in the order of the data file. */
export function packExamples(title: string, records: readonly object[], limit: number): ExampleSet {
  const all = [...records].sort((a, b) => indexOf(a) - indexOf(b)).flatMap(flatten);
  const shown = all.slice(0, limit);
  const criteria = union(shown.map(({ flat }) => [...verdicts(flat).keys()]));
  const fields = union(shown.map(({ flat }) => Object.keys(flat)));
  const labels = union(shown.map(({ flat }) => [value(flat)?.label ?? []].flat()));
  return {
    title,
    total: all.length,
    criteria,
    valueLabel: labels[0] ?? null,
    fields,
    rows: shown.map((one) => packRow(one, criteria, fields)),
  };
}

const indexOf = (record: object) => (record as { index?: number }).index ?? 0;

const union = (lists: readonly (readonly string[])[]) => [...new Set(lists.flat())];

function packRow(
  { name, flat }: { name: string; flat: FlatRecord },
  criteria: readonly string[],
  fields: readonly string[],
): ExampleRow {
  const right = verdicts(flat);
  const bits = criteria.reduce((sum, label, bit) => sum + (right.get(label) ? 2 ** bit : 0), 0);
  const number = value(flat)?.value;
  return [
    name,
    bits,
    expected(flat) ?? null,
    said(flat) ?? null,
    number === undefined ? null : round(number),
    fields.map((field) => shorten(flat[field] ?? null)),
  ];
}

function shorten(field: FieldValue): FieldValue {
  if (typeof field === 'number') return round(field);
  if (Array.isArray(field)) return field.map(shorten);
  return field;
}

const round = (number: number) => (Number.isInteger(number) ? number : Number(number.toPrecision(DIGITS)));
