/** The functions of a benchmark file, held to what they must return: what is wrong names file, function and row. */
import { isDeepStrictEqual } from 'node:util';
import { UserError } from '../errors.js';
import {
  type Check,
  checkShape,
  count,
  flag,
  list,
  number,
  object,
  oneOf,
  optional,
  orNull,
  text,
} from '../files/json-shape.js';
import { type Metric, metricUnits } from '../results/result.js';
import { countWords } from '../tokenizers/white-space.js';
import { functionsOf, type OwnDeclaration } from './own-declaration.js';
import type { ChoiceRequest, LoglikelihoodRequest, Prompt, RollingText, Units } from './task.js';

/** A function of the file. */
type Own = (...args: readonly unknown[]) => unknown;

const WRONG = 'it returns something else than it must.';

/** A text that may be empty. */
const anyText: Check<string> = (value, at) => (value === '' ? '' : text(value, at));

const filledList = <T>(check: Check<T>): Check<T[]> => list(check, 1);

const units = object<Units>({ words: count, lines: count, bytes: count, characters: count });

/** How what a function returned is checked, and made what the task needs. Throws as `checkShape` does. */
const returned: Readonly<Record<string, (value: unknown, at: string) => unknown>> = {
  request(value, at) {
    checkShape(object<ChoiceRequest>({ context: anyText, options: filledList(text) }), value, at, WRONG);
    return value;
  },
  requests(value, at) {
    const request = object<LoglikelihoodRequest>({ context: anyText, continuation: text });
    checkShape(filledList(request), value, at, WRONG);
    return value;
  },
  texts(value, at) {
    checkShape(
      filledList(object<{ text: string; units?: Units }>({ text, units: optional(units) })),
      value,
      at,
      WRONG,
    );
    return (value as { text: string; units?: Units }[]).map(
      ({ text: whole, units: counted = unitsOf(whole) }): RollingText => ({ text: whole, units: counted }),
    );
  },
  prompt(value, at) {
    if (value === undefined) return undefined;
    const prompt = typeof value === 'string' ? { cuttable: value, cutFrom: 'left' } : value;
    const shape = object<Prompt>({
      before: optional(anyText),
      cuttable: anyText,
      cutFrom: oneOf('left', 'right'),
      after: optional(anyText),
    });
    checkShape(shape, prompt, at, WRONG);
    return prompt;
  },
  record(value, at) {
    // Records go through a file: what they lose there a metric would see in one run and not in the next.
    if (isPlainObject(value) && isDeepStrictEqual(value, JSON.parse(JSON.stringify(value)))) return value;
    throw new UserError(`${at}: ${WRONG}`, {
      hint: 'A record is an object of texts, finite numbers, true, false, null, and lists and objects of these.',
    });
  },
  metrics(value, at) {
    const metric = object<Metric>({
      id: text,
      label: text,
      value: number,
      standardError: orNull(number),
      n: count,
      unit: oneOf(...metricUnits),
      higherIsBetter: flag,
    });
    checkShape(filledList(metric), value, at, WRONG);
    return value;
  },
};

/** The declaration's functions, each named in what is thrown in or about it. */
export function guarded(declaration: OwnDeclaration, file: string): Record<string, Own> {
  const names = [...functionsOf[declaration.kind], 'metrics'] as (keyof OwnDeclaration & string)[];
  return Object.fromEntries(
    names.map((name) => {
      const own = declaration[name] as Own;
      return [
        name,
        (...args: readonly unknown[]) => returned[name]!(call(own, args, name, file), `${file}, ${name}`),
      ];
    }),
  );
}

function call(own: Own, args: readonly unknown[], name: string, file: string): unknown {
  let value: unknown;
  try {
    value = own(...args);
  } catch (cause) {
    const { name: kind, message } = cause instanceof Error ? cause : new Error(String(cause));
    const row = JSON.stringify(args[0]) ?? '';
    throw new UserError(`${file}, ${name}: ${kind}: ${message}`, {
      hint: `It was called with ${row.length > 120 ? `${row.slice(0, 120)}…` : row}.`,
      cause,
    });
  }
  if (!(value instanceof Promise)) return value;
  throw new UserError(`${file}, ${name}: it returns a promise.`, {
    hint: 'Functions of a benchmark answer at once and from what they are given, so that a run can be resumed.',
  });
}

const isPlainObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;

/** What a text is counted in where the benchmark does not say. */
function unitsOf(whole: string): Units {
  const lines = whole.split('\n').length - 1;
  const characters = [...whole].length;
  return { words: countWords(whole), lines, bytes: Buffer.byteLength(whole), characters };
}
