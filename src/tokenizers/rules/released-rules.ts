/** Which rules are those of the two released tokenizers, for which there are ways of their own (gpt1.ts, gpt2.ts). */
import { isJsonObject, type JsonObject } from '../../files/json-file.js';
import type { VocabularyKind } from '../../models/config.js';
import { endOfTextSymbol, endOfWord, unknownSymbol } from '../tokenizer-json.js';
import type { AddedToken } from './added-tokens.js';

/** A file with a model and nothing else is a vocabulary, not a tokenizer. */
export function saysNothing(json: JsonObject): boolean {
  return [json.normalizer, json.pre_tokenizer, json.decoder].every((rule) => rule === undefined);
}

/** Whether the parts of a `tokenizer.json` are those of the released tokenizer of a kind. */
export function hasReleasedRules(json: JsonObject, kind: VocabularyKind): boolean {
  const model = (isJsonObject(json.model) ? json.model : {}) as Record<string, unknown>;
  const suffix = kind === 'gpt1' ? endOfWord : '';
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
    hasSettings(json.decoder, { type: 'BPEDecoder', suffix: endOfWord })
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
export function hasReleasedTokens(tokens: readonly AddedToken[], kind: VocabularyKind): boolean {
  return tokens.every(({ content }) => content === releasedToken(kind));
}

/** The one token that the released tokenizer of a kind has added to its vocabulary. */
export function releasedToken(kind: VocabularyKind): string {
  return kind === 'gpt2' ? endOfTextSymbol : unknownSymbol;
}
