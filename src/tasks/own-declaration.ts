/** What a benchmark file must declare, checked when it is loaded. */
import { UserError } from '../errors.js';
import { nearest } from '../suggest.js';
import type { AnyTask, Sampling, Windows } from './task.js';

/** The default export of a benchmark file, or what it returns. */
export interface OwnDeclaration {
  /** Letters, digits and hyphens. */
  name: string;
  /** What it measures, in one line. */
  title: string;
  kind: AnyTask['kind'];
  /** The file with its rows, as seen from the benchmark file. */
  data: string;
  /** What each row has, by name, and what it is: `text`, `integer`, … */
  fields: Record<string, string>;
  /** For its page: what the model is asked, and how its answer becomes a number. */
  asks?: string;
  scores?: string;
  deviations?: string[];
  windows?: Windows;
  stop?: string[];
  maxTokens?: number;
  sampling?: Sampling;
  request?: unknown;
  requests?: unknown;
  texts?: unknown;
  prompt?: unknown;
  record?: unknown;
  metrics?: unknown;
}

/** The functions that each kind of question takes, beside `metrics`. */
export const functionsOf: Readonly<Record<AnyTask['kind'], readonly string[]>> = {
  loglikelihood: ['requests', 'record'],
  choice: ['request', 'record'],
  rolling: ['texts'],
  generate: ['prompt', 'record'],
};

/** What a value must be. */
interface Rule {
  expected: string;
  holds: (value: unknown) => boolean;
}

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const aText: Rule = { expected: 'a text', holds: isText };
const aFunction: Rule = { expected: 'a function', holds: (value) => typeof value === 'function' };
const listOfTexts: Rule = {
  expected: 'a list of texts',
  holds: (value) => Array.isArray(value) && value.length > 0 && value.every(isText),
};
const wholeNumber: Rule = {
  expected: 'a whole number from 1',
  holds: (value) => Number.isSafeInteger(value) && (value as number) > 0,
};
const windows: Rule = {
  expected: "{ scheme: 'disjoint' }, { scheme: 'rolling' } or { scheme: 'stride', stride: 256 }",
  holds: (value) =>
    isObject(value) &&
    (value.scheme === 'disjoint' ||
      value.scheme === 'rolling' ||
      (value.scheme === 'stride' && wholeNumber.holds(value.stride))),
};
const sampling: Rule = {
  expected: "{ method: 'greedy' } or { method: 'sample', temperature: 1, topK: 40, topP: 1 }",
  holds: (value) =>
    isObject(value) &&
    (value.method === 'greedy' ||
      (value.method === 'sample' &&
        [value.temperature, value.topK, value.topP].every((one) => typeof one === 'number'))),
};

/** Throws UserError naming file and key for what is missing, of another kind or unknown. */
export function checkDeclaration(
  value: unknown,
  file: string,
  fieldKinds: readonly string[],
): OwnDeclaration {
  const hint = 'docs/adding-a-task.md shows what the file must be.';
  if (!isObject(value)) {
    throw new UserError(`${file}: its default export is ${describe(value)} and declares no benchmark.`, {
      hint,
    });
  }
  const kinds = Object.keys(functionsOf);
  const required: Record<string, Rule> = {
    name: {
      expected: 'a text of letters, digits and hyphens',
      holds: (name) => typeof name === 'string' && /^[a-z\d]+(-[a-z\d]+)*$/i.test(name),
    },
    title: aText,
    kind: { expected: `one of ${kinds.join(', ')}`, holds: (kind) => kinds.includes(String(kind)) },
    data: aText,
    fields: {
      expected: `an object such as { sentence: 'text' }, each value one of ${fieldKinds.join(', ')}`,
      holds: (fields) =>
        isObject(fields) &&
        Object.keys(fields).length > 0 &&
        Object.values(fields).every((kind) => fieldKinds.includes(String(kind))),
    },
    metrics: aFunction,
  };
  const optional: Record<string, Rule> = { asks: aText, scores: aText, deviations: listOfTexts };
  const { kind } = value as unknown as OwnDeclaration;
  for (const name of functionsOf[kind] ?? []) required[name] = aFunction;
  if (kind === 'rolling') optional.windows = windows;
  if (kind === 'generate') {
    Object.assign(required, { stop: listOfTexts, maxTokens: wholeNumber });
    optional.sampling = sampling;
  }
  const refuse = (key: string, { expected }: Rule): never => {
    throw new UserError(`${file}: ${key}: expected ${expected}, found ${describe(value[key])}.`, { hint });
  };
  for (const [key, rule] of Object.entries(required)) if (!rule.holds(value[key])) refuse(key, rule);
  for (const [key, rule] of Object.entries(optional))
    if (value[key] !== undefined && !rule.holds(value[key])) refuse(key, rule);
  const known = [...Object.keys(required), ...Object.keys(optional)];
  const unknown = Object.keys(value).find((key) => !known.includes(key));
  if (unknown !== undefined) {
    const near = nearest(unknown, known);
    throw new UserError(`${file}: ${unknown}: a benchmark of kind ${kind} has no such key.`, {
      hint: near === undefined ? `It has ${known.join(', ')}.` : `Did you mean ${near}?`,
    });
  }
  return value as unknown as OwnDeclaration;
}

function describe(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'function') return 'a function';
  const shown = JSON.stringify(value) ?? String(value);
  return shown.length > 60 ? `${shown.slice(0, 60)}…` : shown;
}
