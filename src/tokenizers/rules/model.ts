/** The model of a `tokenizer.json`: how a word becomes ids. The merging itself is done by `@xenova/transformers`. */
import { UserError } from '../../errors.js';
import type { JsonObject } from '../../files/json-file.js';
import { buildLibraryTokenizer } from '../library-tokenizer.js';
import { Rule } from './rule.js';

/** Words to ids, and ids to symbols. */
export interface WordModel {
  /** Ids of a word. Throws UserError on one that has no id. */
  encode(word: string): number[];
  /** Ids by symbol. */
  vocab: ReadonlyMap<string, number>;
}

/** Builds the model of a `tokenizer.json`. Throws DataError on one whose ids would not be those of Python. */
export async function createWordModel(json: JsonObject, file: string): Promise<WordModel> {
  const rule = new Rule({ ...json, type: typeOf(json) }, file, 'model');
  switch (rule.type) {
    case 'BPE':
      return bytePairs(rule, json);
    case 'WordPiece':
      return wordPieces(rule, json);
    case 'Unigram':
      return unigrams(rule, json);
    case 'WordLevel':
      return wordLevel(rule);
    default:
      throw rule.refuse();
  }
}

/** Files from before 2020 do not name it. */
function typeOf(json: JsonObject): unknown {
  if (json.type !== undefined) return json.type;
  if (Array.isArray(json.vocab)) return 'Unigram';
  return 'merges' in json ? 'BPE' : 'max_input_chars_per_word' in json ? 'WordPiece' : 'WordLevel';
}

async function bytePairs(rule: Rule, json: JsonObject): Promise<WordModel> {
  const vocab = readVocab(rule);
  const unknown = optionalText(rule, 'unk_token');
  const suffix = optionalText(rule, 'end_of_word_suffix');
  if (optionalText(rule, 'continuing_subword_prefix') !== '') {
    throw rule.refuse('the library that merges knows no continuing_subword_prefix');
  }
  if (json.dropout != null && json.dropout !== 0) {
    throw rule.refuse('dropout leaves out merges at random, so that no text has its own ids');
  }
  const byteFallback = rule.flag('byte_fallback', false);
  const merges = rule.list('merges');
  rule.flag('fuse_unk', false);
  rule.flag('ignore_merges', false);
  rule.ignore('dropout');
  rule.finish();
  if (byteFallback && merges.some(hasByteToken)) throw rule.refuse('a merge has a byte such as <0x0A> in it');
  const missing = byteTokens.find((symbol) => !vocab.has(symbol));
  if (byteFallback && missing !== undefined)
    throw rule.refuse(`it has byte_fallback, but no token ${missing}`);
  const library = await buildLibrary(json);
  const encode = checked(rule, library.encode);
  if (unknown !== '' || byteFallback) return { vocab, encode };
  if (suffix !== '') throw rule.refuse('it has an end_of_word_suffix, but no unk_token');
  // Characters that are in no token are left out before merging, not behind it as in the library.
  const known = (word: string) => Array.from(word).filter((character) => vocab.has(character));
  return { vocab, encode: (word) => encode(known(word).join('')) };
}

const byteTokens = Array.from(
  { length: 256 },
  (_, byte) => `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`,
);

function hasByteToken(merge: unknown): boolean {
  const parts: unknown = typeof merge === 'string' ? merge.split(' ') : merge;
  return Array.isArray(parts) && parts.some((part) => /^<0x[0-9A-F]{2}>/.test(String(part)));
}

async function wordPieces(rule: Rule, json: JsonObject): Promise<WordModel> {
  const vocab = readVocab(rule);
  rule.text('unk_token');
  rule.text('continuing_subword_prefix', '##');
  rule.count('max_input_chars_per_word', 1, 100);
  rule.finish();
  const library = await buildLibrary({ continuing_subword_prefix: '##', ...json });
  return { vocab, encode: checked(rule, library.encode) };
}

async function unigrams(rule: Rule, json: JsonObject): Promise<WordModel> {
  const pieces = rule.list('vocab').map((entry) => {
    const [symbol, score] = Array.isArray(entry) ? entry : [];
    if (typeof symbol !== 'string' || typeof score !== 'number') {
      throw rule.refuse('its vocabulary is no list of symbols and scores');
    }
    return symbol;
  });
  const vocab = new Map(pieces.map((symbol, id) => [symbol, id]));
  const unknown = rule.count('unk_id', -1, -1);
  if (unknown < 0 || unknown >= pieces.length) throw rule.refuse('it has no token for unknown characters');
  if (rule.flag('byte_fallback', false)) throw rule.refuse('the library knows no byte_fallback of it');
  rule.finish();
  const library = await buildLibrary(json);
  return { vocab, encode: checked(rule, library.encode) };
}

function wordLevel(rule: Rule): WordModel {
  const vocab = readVocab(rule);
  const unknown = vocab.get(optionalText(rule, 'unk_token'));
  rule.finish();
  const encode = (word: string) => [vocab.get(word) ?? unknown];
  return { vocab, encode: checked(rule, encode) };
}

/** The library's tokenizer of the model alone: normalizing and cutting are done before it. */
function buildLibrary(model: JsonObject) {
  const none = { normalizer: null, pre_tokenizer: null, post_processor: null, decoder: { type: 'Fuse' } };
  return buildLibraryTokenizer({ version: '1.0', added_tokens: [], ...none, model });
}

/** A word without an id must not get lost. */
function checked(rule: Rule, encode: (word: string) => (number | undefined)[]): (word: string) => number[] {
  return (word) => {
    const ids = encode(word);
    if (ids.every((id) => id !== undefined)) return ids;
    throw new UserError(
      `The ${rule.type} tokenizer of this model has no token for ${JSON.stringify(word)}.`,
      {
        hint: 'Its tokenizer.json names no token for what is unknown, so this text has no ids.',
      },
    );
  };
}

function readVocab(rule: Rule): Map<string, number> {
  const vocab = new Map<string, number>();
  for (const [symbol, id] of Object.entries(rule.object('vocab'))) {
    if (!Number.isSafeInteger(id) || (id as number) < 0) {
      throw rule.refuse(`the id of the symbol ${JSON.stringify(symbol)} is no integer from 0`);
    }
    vocab.set(symbol, id as number);
  }
  return vocab;
}

/** Empty where it is absent or null. */
function optionalText(rule: Rule, key: string): string {
  return rule.text(key, '');
}
