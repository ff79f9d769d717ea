import { DataError } from '../../errors.js';
import { isJsonObject, type JsonObject } from '../../files/json-file.js';

/**
 * One rule of a `tokenizer.json`, read strictly: what is asked of a key is checked, and `finish` refuses keys that nobody
 * asked for. So a rule is obeyed with all its settings, or refused by name.
 */
export class Rule {
  /** Its name, such as `Lowercase`. */
  readonly type: string;
  readonly #json: JsonObject;
  readonly #file: string;
  readonly #at: string;
  readonly #read = new Set(['type']);

  /** `at` is where it stands in the file, such as `normalizer`. Throws DataError where that is no rule. */
  constructor(json: unknown, file: string, at: string) {
    if (!isJsonObject(json)) {
      throw new DataError({ file, at, problem: 'not a rule.', expected: 'an object', found: brief(json) });
    }
    this.#json = json;
    this.#file = file;
    this.#at = at;
    this.type = this.text('type', '');
  }

  flag(key: string, absent: boolean): boolean {
    return this.#value(key, absent, 'true or false', (value) => typeof value === 'boolean');
  }

  /** A flag that may be null. */
  optionalFlag(key: string): boolean | undefined {
    return this.#get(key) == null ? undefined : this.flag(key, false);
  }

  text(key: string, absent?: string): string {
    return this.#value(key, absent, 'a text', (value) => typeof value === 'string');
  }

  /** One of some names, written in any case (`MergedWithNext`, `merged_with_next`). */
  choice<Name extends string>(key: string, names: readonly Name[], absent?: Name): Name {
    const plain = (name: string) => name.replaceAll('_', '').toLowerCase();
    const found = this.text(key, absent);
    const name = names.find((one) => plain(one) === plain(found));
    if (name === undefined) throw this.refuse(`unknown ${key} ${brief(found)}`, names.join(', '));
    return name;
  }

  /** An integer from `least`. */
  count(key: string, least: number, absent?: number): number {
    return this.#value(key, absent, `an integer from ${least}`, (value) => {
      return Number.isSafeInteger(value) && (value as number) >= least;
    });
  }

  list(key: string): unknown[] {
    return this.#value<unknown[]>(key, undefined, 'a list', Array.isArray);
  }

  object(key: string): JsonObject {
    return this.#value<JsonObject>(key, undefined, 'an object', isJsonObject);
  }

  /** The rules in a list, in order. */
  rules(key: string): Rule[] {
    return this.list(key).map((json, index) => new Rule(json, this.#file, `${this.#at}.${key}[${index}]`));
  }

  /** Keys that change nothing here. */
  ignore(...keys: string[]): void {
    for (const key of keys) this.#read.add(key);
  }

  /** Refuses settings that nothing has asked for. */
  finish(): void {
    const strange = Object.keys(this.#json).find((key) => !this.#read.has(key));
    if (strange !== undefined) throw this.refuse(`its setting ${brief(strange)} is unknown`);
  }

  /** The error that this rule is not supported. */
  refuse(reason?: string, expected?: string): DataError {
    const name = this.type === '' ? 'a rule without a name' : `the rule ${this.type}`;
    return new DataError({
      file: this.#file,
      at: this.#at,
      problem: `${name} is not supported${reason === undefined ? '' : `: ${reason}`}.`,
      expected,
      hint: 'Its ids would not be those that the model was trained with, so nothing is computed.',
    });
  }

  #get(key: string): unknown {
    this.#read.add(key);
    return this.#json[key];
  }

  #value<T>(key: string, absent: T | undefined, expected: string, isRight: (value: unknown) => boolean): T {
    const value = this.#get(key) ?? absent;
    if (isRight(value)) return value as T;
    throw new DataError({
      file: this.#file,
      at: `${this.#at}.${key}`,
      problem: `not a setting of the rule ${this.type}.`,
      expected,
      found: brief(value),
    });
  }
}

/** A value for a message: JSON, not too long. */
function brief(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
