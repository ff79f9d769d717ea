import { isJsonObject } from '../../files/json-file.js';
import { sha256Of } from '../../files/sha256.js';
import { knownIds } from '../known-ids.js';
import { loadPatternCompiler, rememberWords } from '../library-tokenizer.js';
import type { TextBoundaries } from '../text-boundaries.js';
import type { Tokenizer } from '../tokenizer.js';
import { createAddedTokenSplitter } from './added-tokens.js';
import { isCuttable } from './cuttable.js';
import { createDecoder, type DecodedToken } from './decoder.js';
import { createWordModel } from './model.js';
import { createNormalizer } from './normalizer.js';
import { createPreTokenizer } from './pre-tokenizer.js';
import { Rule } from './rule.js';
import type { TokenizerRules } from './rules.js';

/**
 * A tokenizer that follows the rules of a `tokenizer.json`, with the ids of Hugging Face tokenizers 0.23:
 *
 *     text ─ added tokens cut out ─ normalizer ─ added tokens cut out ─ pre-tokenizer ─► words ─ model ─► ids
 *
 * Throws DataError on a rule that is not obeyed. Ids without a symbol decode to nothing, as in Python.
 */
export async function createRuleTokenizer(
  { json, file, added, promptStart }: TokenizerRules,
  { begin, ends }: TextBoundaries,
): Promise<Tokenizer> {
  const compile = await loadPatternCompiler();
  const ruleAt = <T>(key: string, create: (rule: Rule) => T): T | undefined =>
    json[key] === undefined || json[key] === null ? undefined : create(new Rule(json[key], file, key));
  const normalize = ruleAt('normalizer', (rule) => createNormalizer(rule, compile)) ?? ((text) => text);
  const cut = ruleAt('pre_tokenizer', (rule) => createPreTokenizer(rule, compile)) ?? ((piece) => [piece]);
  const decoder = ruleAt('decoder', (rule) => createDecoder(rule, compile));
  const model = await createWordModel(isJsonObject(json.model) ? json.model : {}, file);
  const splitAdded = createAddedTokenSplitter(added, normalize);
  const idsOf = rememberWords(model.encode);
  const tokens = new Map<number, DecodedToken>();
  for (const [text, id] of model.vocab) tokens.set(id, { text, isAdded: false });
  for (const { content, id, normalized } of added) {
    tokens.set(id, { text: normalized ? normalize(content) : content, isAdded: true });
  }
  const vocabSize = [...tokens.keys()].reduce((size, id) => Math.max(size, id + 1), 0);
  const name = 'huggingface';
  const parts = [json.normalizer, json.pre_tokenizer, json.decoder, json.model, added, begin, ends];
  return {
    name,
    vocabSize,
    beginOfText: begin,
    endOfText: ends,
    promptStart,
    isCuttable: isCuttable(json, added),
    fingerprint: sha256Of(JSON.stringify([name, ...parts.map((part) => part ?? null)])),
    encode(text) {
      const ids: number[] = [];
      for (const part of splitAdded(text)) {
        if ('id' in part) ids.push(part.id);
        else for (const word of cut(part)) for (const id of idsOf(word.text)) ids.push(id);
      }
      return ids;
    },
    decode(ids) {
      const known = knownIds(ids, vocabSize, (id) => tokens.has(id)).map((id) => tokens.get(id)!);
      const texts = (decoder?.(known) ?? known).map(({ text }) => text);
      return texts.join(decoder === undefined ? ' ' : '');
    },
  };
}
