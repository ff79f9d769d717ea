/** From the files of a folder to the rules of its tokenizer. */

import path from 'node:path';
import { DataError } from '../../errors.js';
import { isJsonObject, type JsonObject, readJsonObject } from '../../files/json-file.js';
import type { VocabularyKind } from '../../models/config.js';
import type { BytePairs } from '../byte-pairs.js';
import type { StatedBoundaries } from '../text-boundaries.js';
import { endOfTextSymbol, tokenizerJson } from '../tokenizer-json.js';
import type { AddedToken } from './added-tokens.js';
import { readAddedVocabulary } from './added-vocabulary.js';
import { tokensBefore } from './post-processor.js';
import { hasReleasedRules, hasReleasedTokens, releasedToken, saysNothing } from './released-rules.js';
import { Rule } from './rule.js';
import type { TokenizerRules } from './rules.js';

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
  const whole = wholeJson(json, kind, files);
  const added = whole.added_tokens ?? [];
  const file = path.join(folder, json === undefined ? 'vocab.json' : 'tokenizer.json');
  if (!Array.isArray(added)) throw new DataError({ file, at: 'added_tokens', problem: 'not a list.' });
  const { tokens, roles, notes } = readAddedVocabulary(
    { added, tokenizerConfig, specialTokensMap, addedTokensFile, folder, released: releasedToken(kind) },
    files.vocab,
  );
  const idOf = (symbol: string) =>
    tokens.find(({ content }) => content === symbol)?.id ?? files.vocab.get(symbol);
  const stated = statedBoundaries(roles, kind, isGeneric(tokenizerConfig), idOf);
  const followed = withPrefixSpace(whole, tokenizerConfig, json === undefined);
  const isReleasedButAdded = hasReleasedRules(followed, kind);
  const rules: TokenizerRules = {
    json: followed,
    file,
    added: tokens,
    isReleasedButAdded,
    promptStart: promptStart(whole, file, json === undefined ? tokenizerConfig : undefined, stated.bos),
  };
  const isReleased = isReleasedButAdded && rules.promptStart.length === 0 && hasReleasedTokens(tokens, kind);
  if (json !== undefined && !isReleasedButAdded)
    notes.push(...notesOfClass(whole, kind, tokenizerConfig, file));
  if (tokenizerConfig?.do_lower_case === true && (followed.normalizer ?? null) === null) {
    notes.push(
      `${folder} has do_lower_case in its tokenizer_config.json, which transformers ignores in this kind of tokenizer: text keeps its case.`,
    );
  }
  return { rules: isReleased ? undefined : rules, stated, added: tokens, notes };
}

/** Where no file has rules, they are those of the released tokenizer. */
function wholeJson(json: JsonObject | undefined, kind: VocabularyKind, files: BytePairs): JsonObject {
  if (json !== undefined && !saysNothing(json)) return json;
  const released = tokenizerJson(kind, files);
  const { added_tokens = released.added_tokens, post_processor = null } = json ?? {};
  return { ...released, added_tokens, post_processor };
}

/** What transformers makes of other rules than those of the class that builds the tokenizer. */
function notesOfClass(
  json: JsonObject,
  kind: VocabularyKind,
  tokenizerConfig: JsonObject | undefined,
  file: string,
): string[] {
  if (isGeneric(tokenizerConfig)) return [];
  // What tokenizer_config.json says of the prefix space, that class heeds.
  const others = withPrefixSpace(json, { add_prefix_space: false }, true);
  if (tokenizerConfig?.add_prefix_space !== undefined && hasReleasedRules(others, kind)) return [];
  const named = String(tokenizerConfig?.tokenizer_class ?? 'not stated');
  return [
    `The rules of ${file} are followed; transformers 5 leaves them out where the tokenizer's class is ${named}.`,
  ];
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
