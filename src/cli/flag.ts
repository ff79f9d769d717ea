/** A flag of a command: its spelling, what `--help` says, how its value is read; the type of the options follows from it. */
import { Option } from 'commander';

/** A flag of which a command's options get `Options`: for `--max-tokens <n>` with a default that is `{ maxTokens: number }`. */
export interface Flag<Options = unknown> {
  /** For commander. */
  option: Option;
  /** What the options hold where neither command line nor environment say anything, and the flag's own words tell what that means. */
  unsaid?: unknown;
  /** Never there: it only carries the type. */
  type?: Options;
}

/** What is to be said of a flag beside its spelling and its words; all can be left out. */
export interface FlagRules {
  /** Reads a value. Throws commander's InvalidArgumentError. */
  parse?: (text: string, earlier: never) => unknown;
  choices?: readonly string[];
  /** The value where none is given; `--help` shows it. */
  default?: unknown;
  /** The same, where the flag's words say what it comes to. */
  unsaid?: unknown;
  /** The variable of the environment that may say it as well. */
  env?: string;
  /** The command cannot do without it. */
  required?: true;
}

/** `max-tokens` as commander calls it: `maxTokens`. */
type CamelCase<Name extends string> = Name extends `${infer First}-${infer Rest}`
  ? `${First}${Capitalize<CamelCase<Rest>>}`
  : Name;
type LongName<Spelling extends string> = Spelling extends `${string}--${infer Name} ${string}`
  ? Name
  : Spelling extends `${string}--${infer Name}`
    ? Name
    : never;
/** What a flag's value is called: `texts` for `--no-texts`. */
type NameOf<Spelling extends string> = CamelCase<
  LongName<Spelling> extends `no-${infer Name}` ? Name : LongName<Spelling>
>;

type ReadValue<Spelling extends string, Rules> = Rules extends {
  parse: (text: string, earlier: never) => infer Value;
}
  ? Value
  : Rules extends { choices: readonly (infer Choice)[] }
    ? Choice
    : Spelling extends `${string}...>`
      ? string[]
      : Spelling extends `${string}<${string}`
        ? string
        : boolean;

/** A flag without a value is always there, as false if need be; one with a value if it must be given or has one of its own. */
type PieceOf<Spelling extends string, Rules> = Rules extends
  | { required: true }
  | { default: unknown }
  | { unsaid: unknown }
  ? { [Name in NameOf<Spelling>]: ReadValue<Spelling, Rules> | Unsaid<Rules> }
  : Spelling extends `${string}<${string}`
    ? { [Name in NameOf<Spelling>]?: ReadValue<Spelling, Rules> }
    : { [Name in NameOf<Spelling>]: boolean };
type Unsaid<Rules> = Rules extends { unsaid: infer Value } ? (Value extends null ? null : never) : never;

/**
 * Declares a flag in commander's spelling: `-m, --model <model>` has a value, `--only <name...>` several, `--random` is on or off,
 * `--no-texts` off or on.
 */
export function flag<const Spelling extends string, const Rules extends FlagRules = Record<never, never>>(
  spelling: Spelling,
  says: string,
  rules?: Rules & { default?: ReadValue<Spelling, Rules>; unsaid?: ReadValue<Spelling, Rules> | null },
): Flag<PieceOf<Spelling, Rules>> {
  const { parse, choices, env, required, unsaid }: FlagRules = rules ?? {};
  const option = new Option(spelling, says);
  if (choices !== undefined) option.choices(choices);
  if (parse !== undefined) option.argParser(parse as (text: string, earlier: unknown) => unknown);
  if (env !== undefined) option.env(env);
  option.makeOptionMandatory(required === true);
  const value = rules?.default ?? (option.isBoolean() && !option.negate ? false : undefined);
  if (value !== undefined) option.default(value);
  return { option, unsaid };
}

/** Declares the opposite of another flag, `--no-examples` beside `--examples <n>`, whose value may then be false. */
export function opposite(spelling: `--no-${string}`, says: string): Flag {
  return { option: new Option(spelling, says) };
}

/** The options that flags become. */
export type OptionsOf<Flags extends readonly Flag[]> = Together<Flags[number]>;

/** Of a union of flags the options that have them all. */
type Together<Flags> = (Flags extends Flag<infer Options> ? (options: Options) => void : never) extends (
  options: infer All,
) => void
  ? { [Name in keyof All]: All[Name] }
  : never;
