/** From the files of a folder to the rules of its tokenizer. */
import path from 'node:path';
import { DataError } from '../../errors.js';
import { isJsonObject, type JsonObject, readJsonObject } from '../../files/json-file.js';
import type { VocabularyKind } from '../../models/config.js';
import type { StatedBoundaries } from '../text-boundaries.js';
import { endOfTextSymbol, tokenizerJson, unknownSymbol } from '../tokenizer-json.js';
import type { BytePairs } from '../vocabulary.js';
import type { AddedToken } from './added-tokens.js';
import { readAddedVocabulary } from './added-vocabulary.js';
import { tokensBefore } from './post-processor.js';
import { Rule } from './rule.js';

/** The rules of a tokenizer, as far as they were read; `rule-tokenizer.ts` makes a tokenizer of them. */
export interface TokenizerRules {
  /** `normalizer`, `pre_tokenizer`, `decoder` and `model`, as in a `tokenizer.json`. */
  json: JsonObject;
  /** File that they stand in, for messages. */
  file: string;
  /** Tokens that a text has word for word. */
  added: readonly AddedToken[];
  /** Whether all but the added tokens is as in the released tokenizer of its kind. */
  isReleasedButAdded: boolean;
  /** What transformers' `tokenizer(text)` puts before a text. */
  promptStart: readonly number[];
}

/** What a folder says. */
export interface FolderRules {
  /** Undefined where they are those of the released tokenizer of its kind. */
  rules: TokenizerRules | undefined;
  stated: StatedBoundaries;
  /** All added tokens. */
  added: readonly AddedToken[];
  /** Sentences for the user. */
  notes: string[];
}

/**
 * Reads the rules beside a vocabulary. `json` is the `tokenizer.json` of the folder, if it has one; without it, they are those
 * that transformers 5.18 gives the class of that kind. Throws DataError on what is no rule or no token.
 */
export async function readRules(
  folder: string,
  kind: VocabularyKind,
  files: BytePairs,
  json: JsonObject | undefined,
): Promise<FolderRules> {
  const read = (name: string) => readJsonObject(path.join(folder, name));
  const [tokenizerConfig, specialTokensMap, addedTokensFile] = await Promise.all(
    ['tokenizer_config.json', 'special_tokens_map.json', 'added_tokens.json'].map(read),
  );
  const whole = json ?? { ...tokenizerJson(kind, files) };
  const added = whole.added_tokens ?? [];
  if (!Array.isArray(added)) {
    throw new DataError({
      file: path.join(folder, 'tokenizer.json'),
      at: 'added_tokens',
      problem: 'not a list.',
    });
  }
  const { tokens, roles, notes } = readAddedVocabulary(
    { added, tokenizerConfig, specialTokensMap, addedTokensFile, folder, released: releasedToken(kind) },
    files.vocab,
  );
  const idOf = (symbol: string) =>
    tokens.find(({ content }) => content === symbol)?.id ?? files.vocab.get(symbol);
  const stated = statedBoundaries(roles, kind, isGeneric(tokenizerConfig), idOf);
  const file = path.join(folder, json === undefined ? 'vocab.json' : 'tokenizer.json');
  const followed = withPrefixSpace(whole, tokenizerConfig, json === undefined);
  const isPlain = hasReleasedRules(followed, kind) || saysNothing(followed);
  const rules: TokenizerRules = {
    json: followed,
    file,
    added: tokens,
    isReleasedButAdded: isPlain,
    promptStart: promptStart(whole, file, json === undefined ? tokenizerConfig : undefined, stated.bos),
  };
  const isReleased = isPlain && rules.promptStart.length === 0 && hasReleasedTokens(tokens, kind);
  if (!isPlain && json !== undefined && !isGeneric(tokenizerConfig)) {
    // What tokenizer_config.json says of the prefix space, that class heeds.
    const heeded = hasReleasedRules(withPrefixSpace(whole, { add_prefix_space: false }, true), kind);
    const named = String(tokenizerConfig?.tokenizer_class ?? 'not stated');
    if (!heeded || tokenizerConfig?.add_prefix_space === undefined) {
      notes.push(
        `The rules of ${file} are followed; transformers 5 leaves them out where the tokenizer's class is ${named}.`,
      );
    }
  }
  if (tokenizerConfig?.do_lower_case === true && (followed.normalizer ?? null) === null) {
    notes.push(
      `${folder} has do_lower_case in its tokenizer_config.json, which transformers ignores in this kind of tokenizer: text keeps its case.`,
    );
  }
  return { rules: isReleased ? undefined : rules, stated, added: tokens, notes };
}

/** Whether the class is the one that takes all from `tokenizer.json`; the classes of GPT-1 and GPT-2 have rules of their own. */
function isGeneric(tokenizerConfig: JsonObject | undefined): boolean {
  const generic = ['PreTrainedTokenizerFast', 'PreTrainedTokenizer', 'TokenizersBackend'];
  return generic.includes(String(tokenizerConfig?.tokenizer_class));
}

function statedBoundaries(
  roles: ReadonlyMap<string, string | null>,
  kind: VocabularyKind,
  generic: boolean,
  idOf: (symbol: string) => number | undefined,
): StatedBoundaries {
  const idOfRole = (role: string) => {
    const content = roles.get(role);
    return typeof content === 'string' ? idOf(content) : content;
  };
  return {
    bos: idOfRole('bos_token'),
    eos: idOfRole('eos_token'),
    byDefault: kind === 'gpt2' ? idOf(endOfTextSymbol) : undefined,
    isClassDefault: !generic,
  };
}

/**
 * The setting `add_prefix_space` of `tokenizer_config.json` goes before that of `tokenizer.json` where the class is GPT-2's
 * (transformers, models/gpt2/tokenization_gpt2.py).
 */
function withPrefixSpace(
  json: JsonObject,
  tokenizerConfig: JsonObject | undefined,
  isSlow: boolean,
): JsonObject {
  const prefix = tokenizerConfig?.add_prefix_space;
  const rule = json.pre_tokenizer;
  const heeds = isSlow || !isGeneric(tokenizerConfig);
  if (!heeds || typeof prefix !== 'boolean' || !isJsonObject(rule) || rule.type !== 'ByteLevel') return json;
  return { ...json, pre_tokenizer: { ...rule, add_prefix_space: prefix } };
}

function promptStart(
  json: JsonObject,
  file: string,
  slowConfig: JsonObject | undefined,
  bos: number | null | undefined,
): number[] {
  // Where there is a tokenizer.json, its post-processor says it all.
  if (slowConfig?.add_bos_token === true && typeof bos === 'number') return [bos];
  const rule = json.post_processor;
  return rule === undefined || rule === null ? [] : tokensBefore(new Rule(rule, file, 'post_processor'));
}

/** A file with a model and nothing else is a vocabulary, not a tokenizer. */
function saysNothing(json: JsonObject): boolean {
  return [json.normalizer, json.pre_tokenizer, json.decoder].every((rule) => rule === undefined);
}

/** Whether they are just the rules of the released tokenizer, for which there is a way of its own (gpt1.ts, gpt2.ts). */
function hasReleasedRules(json: JsonObject, kind: VocabularyKind): boolean {
  const model = (isJsonObject(json.model) ? json.model : {}) as Record<string, unknown>;
  const suffix = kind === 'gpt1' ? '</w>' : '';
  const sameModel =
    (model.type ?? 'BPE') === 'BPE' &&
    (model.end_of_word_suffix ?? '') === suffix &&
    !model.continuing_subword_prefix &&
    !model.dropout &&
    !model.byte_fallback &&
    !model.ignore_merges &&
    (kind === 'gpt2' || model.unk_token === unknownSymbol);
  if (!sameModel) return false;
  if (kind === 'gpt2') {
    return (
      (json.normalizer ?? null) === null &&
      hasSettings(json.pre_tokenizer, { type: 'ByteLevel', add_prefix_space: false, use_regex: true }) &&
      hasSettings(json.decoder, { type: 'ByteLevel' })
    );
  }
  const bert = { type: 'BertNormalizer', clean_text: true, handle_chinese_chars: true, lowercase: true };
  return (
    hasSettings(json.normalizer, bert) &&
    ((json.normalizer as JsonObject).strip_accents ?? true) === true &&
    hasSettings(json.pre_tokenizer, { type: 'BertPreTokenizer' }) &&
    hasSettings(json.decoder, { type: 'BPEDecoder', suffix: '</w>' })
  );
}

/** A setting that is left out counts as the one wanted, except for the prefix space, which is there by default. */
function hasSettings(rule: unknown, wanted: JsonObject): boolean {
  return (
    isJsonObject(rule) &&
    Object.entries(wanted).every(([key, value]) => {
      return rule[key] === value || (rule[key] === undefined && key !== 'add_prefix_space' && key !== 'type');
    })
  );
}

/** The released tokenizers have no added tokens but the one that no text is meant to have, and take it for text. */
function hasReleasedTokens(tokens: readonly AddedToken[], kind: VocabularyKind): boolean {
  return tokens.every(({ content }) => content === releasedToken(kind));
}

function releasedToken(kind: VocabularyKind): string {
  return kind === 'gpt2' ? endOfTextSymbol : unknownSymbol;
}
