/**
 * A BPE vocabulary and the readers of its formats. They check all that could turn into a wrong id later, and say where
 * it stands.
 */

import { DataError } from '../errors.js';
import { isJsonObject, type JsonObject, parseJson } from '../files/json-file.js';
import type { BytePairs, Merge } from './byte-pairs.js';
import type { TokenizerFiles } from './tokenizer-content.js';

/** Parses a JSON object of symbol → id. `file` is the name for messages. */
export function parseVocabulary(text: string, file: string): ReadonlyMap<string, number> {
  return checkVocabulary(parseJson(text, file), file, '');
}

/**
 * Parses lines of two symbols parted by a space, by priority. A first line that starts with `#version` and empty
 * lines are skipped.
 */
export function parseMerges(text: string, file: string, vocab: ReadonlyMap<string, number>): Merge[] {
  const lines = text.split('\n').map((line) => line.replace(/\r$/, ''));
  const numbers = [...lines.keys()].filter(
    (index) => lines[index] !== '' && !(index === 0 && lines[index].startsWith('#version')),
  );
  const values = numbers.map((index) => lines[index]);
  const merged = values.length > 0 ? [] : [...vocab.keys()].filter(isMerged);
  // Words may have been added to a vocabulary of bytes alone.
  if (merged.length > vocab.size / 10) {
    throw new DataError({
      file,
      problem: 'there is no merge in it, but the vocabulary has symbols that only merges make.',
      expected: 'lines of two symbols',
      found: `nothing, and ${merged.length} such symbols, ${JSON.stringify(merged[0])} for one`,
      hint: 'The file was probably emptied or cut off: fetch it again.',
    });
  }
  return checkMerges(values, (index) => `line ${numbers[index] + 1}`, file, vocab);
}

/** Whether a symbol is made of several, as far as one can see: words in angle brackets are special. */
function isMerged(symbol: string): boolean {
  return !/^<.*>$/su.test(symbol) && [...symbol.replace(/<\/w>$/, '')].length > 1;
}

/**
 * Reads the model of a `tokenizer.json` of Hugging Face tokenizers, whose merges are `"a b"` or `["a", "b"]`. Added tokens are
 * not in it. Of a model that merges nothing (Unigram, WordPiece, WordLevel) it has the symbols alone.
 */
export function readTokenizerJson(json: JsonObject, file: string): BytePairs {
  const { model } = json;
  if (isJsonObject(model) && Array.isArray(model.vocab)) {
    const pieces = model.vocab.map((entry, id): [string, number] => [String(entry?.[0]), id]);
    return { vocab: new Map(pieces), merges: [] };
  }
  const mergesNothing = isJsonObject(model) && ['WordPiece', 'WordLevel'].includes(String(model.type));
  if (!isJsonObject(model) || (!mergesNothing && !Array.isArray(model.merges))) {
    throw new DataError({
      file,
      at: 'model',
      problem: 'not a tokenizer.',
      expected: 'a model with vocab and merges',
    });
  }
  const vocab = checkVocabulary(model.vocab, file, 'model.vocab');
  const merges = Array.isArray(model.merges)
    ? checkMerges(model.merges, (index) => `model.merges[${index}]`, file, vocab)
    : [];
  return { vocab, merges };
}

/** A vocabulary from a list of its symbols in the order of their ids, and merges `"a b"`, as GGUF files have them. */
export function parseTokenizerParts(tokens: unknown, merges: unknown, file: string): TokenizerFiles {
  if (!Array.isArray(tokens) || !Array.isArray(merges)) {
    throw new DataError({
      file,
      problem: 'not a BPE tokenizer.',
      expected: 'a list of tokens and one of merges',
    });
  }
  const seen = new Map<string, number>();
  for (const [id, symbol] of tokens.entries()) {
    const first = seen.get(String(symbol));
    if (first !== undefined) {
      throw new DataError({
        file,
        at: `token ${id}`,
        problem: `${JSON.stringify(symbol)} is token ${first} already.`,
      });
    }
    seen.set(String(symbol), id);
  }
  return { vocab: seen, merges: checkMerges(merges, (index) => `merge ${index}`, file, seen) };
}

function checkVocabulary(value: unknown, file: string, prefix: string): ReadonlyMap<string, number> {
  if (!isJsonObject(value)) {
    throw new DataError({
      file,
      at: prefix || undefined,
      problem: 'not a vocabulary.',
      expected: 'an object of symbol → id',
    });
  }
  const entries = Object.entries(value);
  const symbolOf = new Map<number, string>();
  for (const [symbol, id] of entries) {
    const isId = typeof id === 'number' && Number.isInteger(id) && id >= 0;
    const other = isId ? symbolOf.get(id) : undefined;
    if (isId && other === undefined) {
      symbolOf.set(id, symbol);
      continue;
    }
    throw new DataError({
      file,
      at: `${prefix && `${prefix} `}symbol ${JSON.stringify(symbol)}`,
      problem: other === undefined ? 'bad id.' : `has the same id as ${JSON.stringify(other)}.`,
      expected: other === undefined ? 'an integer from 0' : 'an id of its own',
      found: JSON.stringify(id),
    });
  }
  return new Map(
    entries.map(([symbol, id]): [string, number] => [symbol, id as number]).sort(([, a], [, b]) => a - b),
  );
}

/** Merges from strings `"a b"` or pairs; checks that each is complete, new and made of known symbols. */
function checkMerges(
  values: readonly unknown[],
  placeOf: (index: number) => string,
  file: string,
  vocab: ReadonlyMap<string, number>,
): Merge[] {
  const seen = new Set<string>();
  return values.map((value, index) => {
    const parts: unknown = typeof value === 'string' ? value.split(' ') : value;
    const found = isMerge(parts) ? problemOf(parts, vocab, seen) : 'not two symbols.';
    if (isMerge(parts) && found === undefined) return parts;
    throw new DataError({ file, at: placeOf(index), problem: `${JSON.stringify(value)}: ${found}` });
  });
}

function isMerge(parts: unknown): parts is Merge {
  return (
    Array.isArray(parts) &&
    parts.length === 2 &&
    parts.every((part) => typeof part === 'string' && part !== '')
  );
}

/** What is wrong with a merge, or undefined; adds it to those seen. */
function problemOf(
  [left, right]: Merge,
  vocab: ReadonlyMap<string, number>,
  seen: Set<string>,
): string | undefined {
  const merged = left + right;
  const unknown = [left, right, merged].find((symbol) => !vocab.has(symbol));
  if (unknown !== undefined) return `the vocabulary lacks the symbol ${JSON.stringify(unknown)}.`;
  const key = `${left} ${right}`;
  if (seen.has(key)) return 'this merge stands here a second time.';
  seen.add(key);
  return undefined;
}
