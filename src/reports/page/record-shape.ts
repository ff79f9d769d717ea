/**
 * What a record says in the terms of a reader: what was right, what the model said, how sure it was. Records are each task's own,
 * so they are read by the names of their keys, which tasks use alike. A key that is not known here is shown all the same.
 */
import type { FieldValue } from './example-set.js';

/** A record without objects in it: `given.answer` is the key `answer` of its object `given`. */
export type FlatRecord = Readonly<Record<string, FieldValue>>;

/** Keys that hold the right answer, and those that hold the model's; the first that is there counts. */
const expectedKeys = ['target', 'reference', 'references', 'label'];
const saidKeys = ['predicted', 'translation', 'summary', 'given.answer', 'answer', 'predictedFull'];

/** Booleans that say whether an answer was right; others, such as `finished`, say something else. */
const rightKeys: Readonly<Record<string, string>> = {
  wholeWord: 'whole word',
  lastToken: 'last token only',
  stopWordFilter: 'whole word, no stop words',
  correct: 'right',
  'given.correct': 'exact match',
};

/** The number by which examples are put in order; of a list the entry of the right answer. */
const valueKeys: readonly { key: string; label: string; of?: 'answer' | 'label' }[] = [
  { key: 'logProb', label: 'log-probability of the right answer, nats' },
  { key: 'logProbs', label: 'log-probability of the right answer, nats', of: 'answer' },
  { key: 'meanLogProbs', label: 'mean log-probability of the right answer, nats', of: 'answer' },
  { key: 'full', label: 'log-probability of the right answer, nats', of: 'answer' },
  { key: 'logits', label: 'logit of the right class', of: 'label' },
  { key: 'given.confidence', label: 'probability of the answer' },
  { key: 'f1', label: 'F1' },
  { key: 'model.rouge1', label: 'ROUGE-1 F1' },
  { key: 'nats', label: 'negative log-likelihood, nats' },
];

/** The records as flat ones with a name each: a record with `turns` becomes one for each of them. */
export function flatten(record: object): { name: string; flat: FlatRecord }[] {
  const { index, turns, ...rest } = record as { index?: number; turns?: unknown };
  const name = String(index ?? '');
  const shared = flattenObject(rest);
  if (!Array.isArray(turns)) return [{ name, flat: shared }];
  return turns.map((turn, place) => ({
    name: `${name}.${place + 1}`,
    flat: { ...shared, ...flattenObject(turn as object) },
  }));
}

function flattenObject(object: object, prefix = ''): Record<string, FieldValue> {
  const entries = Object.entries(object).flatMap(([key, value]): [string, FieldValue][] => {
    if (value === undefined) return [];
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return Object.entries(flattenObject(value, `${prefix}${key}.`));
    return [[prefix + key, value as FieldValue]];
  });
  return Object.fromEntries(entries);
}

/** By each way of being right that the record knows, whether it was. */
export function verdicts(flat: FlatRecord): Map<string, boolean> {
  const found = new Map<string, boolean>();
  for (const [key, label] of Object.entries(rightKeys)) {
    const value = flat[key];
    if (typeof value === 'boolean') found.set(label, value);
  }
  if (typeof flat.exactMatch === 'number') found.set('exact match', flat.exactMatch === 1);
  if (found.size > 0) return found;
  const right = flat.target ?? flat.label;
  for (const [key, value] of Object.entries(flat)) {
    const [, variant] = /^predicted(.*)$/.exec(key) ?? [];
    if (variant === undefined || right === undefined) continue;
    found.set(variant === '' ? 'right' : `${variant.toLowerCase()} scoring`, value === right);
  }
  return found;
}

/** The right answer as text; undefined where the record keeps none. */
export function expected(flat: FlatRecord): string | undefined {
  return firstText(flat, expectedKeys);
}

/** What the model said; undefined where the record keeps nothing of it. */
export function said(flat: FlatRecord): string | undefined {
  return firstText(flat, saidKeys);
}

/** Numbers are classes under some keys; under others they count something, as `references`, or are places of the right answer. */
const classKeys = ['label', 'predicted'];

function firstText(flat: FlatRecord, keys: readonly string[]): string | undefined {
  for (const key of keys) {
    const value = flat[key];
    if (typeof value === 'string' || (typeof value === 'number' && classKeys.includes(key)))
      return String(value);
    if (Array.isArray(value)) return value.join(' | ');
  }
  return undefined;
}

/** What the record's number is, and the number; undefined where it has none. */
export function value(flat: FlatRecord): { label: string; value: number } | undefined {
  for (const { key, label, of } of valueKeys) {
    const kept = flat[key];
    const place = of === undefined ? undefined : flat[of];
    const number = Array.isArray(kept) && typeof place === 'number' ? kept[place] : kept;
    if (typeof number === 'number') return { label, value: number };
  }
  return undefined;
}
