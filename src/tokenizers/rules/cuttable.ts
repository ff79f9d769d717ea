import { isJsonObject, type JsonObject } from '../../files/json-file.js';
import type { AddedToken } from './added-tokens.js';

/** Normalizers that change no character into white space, and none because of white space beside it. */
const safeNormalizers = ['Lowercase', 'NFC', 'NFD'];

/** Pre-tokenizers that see a border in white space behind a word, whatever comes then. */
const safeSplits = ['Digits', 'Punctuation'];

/**
 * Whether a text can be cut where `lastWordEnd` says, without other ids: so with words of GPT-2, whatever splits digits and
 * punctuation off them. Where it is not certain, the answer is no.
 */
export function isCuttable(json: JsonObject, added: readonly AddedToken[]): boolean {
  const normalizers = flatten(json.normalizer, 'normalizers');
  const splits = flatten(json.pre_tokenizer, 'pretokenizers');
  const words = splits.pop();
  const isByWords =
    words?.type === 'ByteLevel' && words.add_prefix_space === false && words.use_regex !== false;
  return (
    isByWords &&
    normalizers.every(({ type }) => safeNormalizers.includes(String(type))) &&
    splits.every(({ type }) => safeSplits.includes(String(type))) &&
    !added.some(isAcross)
  );
}

/** Whether finding the token, or what is taken away around it, can depend on both sides of a cut. */
function isAcross({ content, rstrip, singleWord }: AddedToken): boolean {
  const beginsInSpace = /^\p{White_Space}/u.test(content);
  return rstrip || (singleWord && beginsInSpace) || /\P{White_Space}\p{White_Space}/u.test(content);
}

/** The rules of a sequence, or the one rule, or none. */
function flatten(rule: unknown, key: string): JsonObject[] {
  if (!isJsonObject(rule)) return [];
  const parts = rule[key];
  if (rule.type !== 'Sequence' || !Array.isArray(parts)) return [rule];
  return parts.flatMap((part) => flatten(part, key));
}
