/**
 * Which tokens begin and end a text. Models state them in up to four files, which need not agree:
 *
 * | asked | first where it is stated                                                                           | as in |
 * |-------|-----------------------------------------------------------------------------------------------------|-------|
 * | begin | `bos_token` of the tokenizer, `bos_token_id` of `generation_config.json`, of `config.json`, then the end | lm-evaluation-harness (`prefix_token_id`) |
 * | end   | `eos_token_id` of `generation_config.json`, of `config.json`, then `eos_token` of the tokenizer          | transformers (`generate`) |
 */
import path from 'node:path';
import { DataError } from '../errors.js';
import { readJsonObject } from '../files/json-file.js';

/** The tokens around a text. */
export interface TextBoundaries {
  /** Stands before a text, so that its first token has something to be predicted from. */
  begin: number | undefined;
  /** Each of them ends a text. */
  ends: readonly number[];
}

/** What a tokenizer says of them. */
export interface StatedBoundaries {
  /** Id of its `bos_token`; null: it says that it has none; undefined: it does not say. */
  bos: number | null | undefined;
  /** The same of its `eos_token`. */
  eos: number | null | undefined;
  /** What is taken where nothing is stated: `<|endoftext|>` of GPT-2. */
  byDefault: number | undefined;
  /** Whether its class says so (GPT2Tokenizer of transformers); that goes before an `eos_token` for the begin. */
  isClassDefault: boolean;
}

/** Boundaries, and sentences for the user about statements that were not followed. */
export interface FoundBoundaries extends TextBoundaries {
  notes: string[];
}

/**
 * Reads what the files of a model say, beside what its tokenizer says. Ids from `rows` on are no tokens of the model (the
 * 50256 of a GPT-2 configuration whose vocabulary is another) and count as not stated. Throws DataError on a value that is
 * no id.
 */
export async function readTextBoundaries(
  modelFolder: string,
  tokenizer: StatedBoundaries,
  rows = Number.POSITIVE_INFINITY,
): Promise<FoundBoundaries> {
  const notes: string[] = [];
  const stated = { bos: [] as number[][], eos: [] as number[][] };
  for (const name of ['generation_config.json', 'config.json']) {
    const file = path.join(modelFolder, name);
    const json = await readJsonObject(file);
    for (const which of ['bos', 'eos'] as const) {
      const key = `${which}_token_id`;
      const ids = readIds(json?.[key], file, key, which === 'eos');
      const known = ids.filter((id) => id >= 0 && id < rows);
      if (known.length > 0) stated[which].push(known);
      if (known.length < ids.length) {
        const strange = ids.find((id) => !known.includes(id));
        notes.push(`${name} has ${key} ${strange}, which is no token of this model.`);
      }
    }
  }
  const isToken = (id: number | null | undefined): id is number => typeof id === 'number' && id < rows;
  const own = {
    bos: isToken(tokenizer.bos) ? tokenizer.bos : undefined,
    eos: isToken(tokenizer.eos) ? tokenizer.eos : undefined,
    byDefault: isToken(tokenizer.byDefault) ? tokenizer.byDefault : undefined,
  };
  const [ends = []] = [
    ...stated.eos,
    ...(own.eos === undefined ? [] : [[own.eos]]),
    ...(tokenizer.eos === undefined && own.byDefault !== undefined ? [[own.byDefault]] : []),
  ];
  const defaultBegin = tokenizer.bos === undefined && tokenizer.isClassDefault ? own.byDefault : undefined;
  const begin = own.bos ?? stated.bos[0]?.[0] ?? defaultBegin ?? own.eos ?? ends[0];
  if (own.bos !== undefined && stated.bos[0] !== undefined && stated.bos[0][0] !== own.bos) {
    notes.push(
      `The tokenizer begins a text with token ${own.bos}, the model's configuration with ${stated.bos[0][0]}: the tokenizer's is used.`,
    );
  }
  if (own.eos !== undefined && stated.eos[0] !== undefined && !stated.eos[0].includes(own.eos)) {
    notes.push(
      `The tokenizer ends a text with token ${own.eos}, the model's configuration with ${stated.eos[0].join(', ')}: the configuration's is used.`,
    );
  }
  return { begin, ends, notes };
}

/** The keys of `config.json` that `readTextBoundaries` reads again. */
export function boundaryIds({ begin, ends }: TextBoundaries): {
  bos_token_id: number | null;
  eos_token_id: number | readonly number[] | null;
} {
  return { bos_token_id: begin ?? null, eos_token_id: ends.length > 1 ? ends : (ends[0] ?? null) };
}

function readIds(value: unknown, file: string, at: string, mayBeList: boolean): number[] {
  if (value === undefined || value === null) return [];
  const ids: unknown[] = mayBeList && Array.isArray(value) ? value : [value];
  if (ids.every((id): id is number => Number.isSafeInteger(id))) return ids;
  throw new DataError({
    file,
    at,
    problem: 'not the id of a token.',
    expected: mayBeList ? 'an integer or a list of them' : 'an integer',
    found: JSON.stringify(value),
  });
}
