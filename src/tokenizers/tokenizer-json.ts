/**
 * The `tokenizer.json` of both models, as Hugging Face transformers 5.18 builds it from a vocabulary and merges. It is
 * written beside exported models and, slightly changed, handed to the BPE library in memory.
 */
import type { VocabularyKind } from '../models/config.js';
import type { TokenizerFiles } from './tokenizer-content.js';

/** Text of the token that ends a document in GPT-2's training data. */
export const endOfTextSymbol = '<|endoftext|>';

/** Symbol that stands for every symbol that GPT-1's vocabulary lacks. */
export const unknownSymbol = '<unk>';

/** What GPT-1 glues to the last character of a word before merging. */
export const endOfWord = '</w>';

/** The parts of a `tokenizer.json` that matter here. */
export interface TokenizerJson {
  version: string;
  added_tokens: object[];
  normalizer: object | null;
  pre_tokenizer: object | null;
  post_processor: object | null;
  decoder: object;
  model: object;
}

/** The complete definition: special token, normalizer and pre-tokenizer included. */
export function tokenizerJson(architecture: VocabularyKind, files: TokenizerFiles): TokenizerJson {
  const special = architecture === 'gpt2' ? endOfTextSymbol : unknownSymbol;
  const id = files.vocab.get(special);
  const flags = { single_word: false, lstrip: false, rstrip: false, normalized: false, special: true };
  return {
    version: '1.0',
    added_tokens: id === undefined ? [] : [{ id, content: special, ...flags }],
    post_processor: null,
    ...(architecture === 'gpt2' ? gpt2Parts() : gpt1Parts()),
    model: bpeModel(architecture, files),
  };
}

/** `tokenizer_config.json`: tells transformers which class to build. */
export function tokenizerConfigJson(architecture: VocabularyKind, files: TokenizerFiles): object {
  if (architecture === 'gpt1') {
    return { tokenizer_class: 'OpenAIGPTTokenizer', unk_token: unknownSymbol, model_max_length: 512 };
  }
  // Where other tokens stand around a text, config.json has their ids.
  const isUsual = files.boundaries === undefined && files.vocab.has(endOfTextSymbol);
  const token = isUsual ? endOfTextSymbol : null;
  return {
    tokenizer_class: 'GPT2Tokenizer',
    add_prefix_space: false,
    bos_token: token,
    eos_token: token,
    unk_token: token,
    model_max_length: 1024,
  };
}

function gpt2Parts() {
  return {
    normalizer: null,
    pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true },
    decoder: { type: 'ByteLevel', add_prefix_space: true, trim_offsets: true, use_regex: true },
  };
}

function gpt1Parts() {
  return {
    normalizer: {
      type: 'BertNormalizer',
      clean_text: true,
      handle_chinese_chars: true,
      strip_accents: null,
      lowercase: true,
    },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    decoder: { type: 'BPEDecoder', suffix: endOfWord },
  };
}

function bpeModel(architecture: VocabularyKind, files: TokenizerFiles) {
  return {
    type: 'BPE',
    dropout: null,
    unk_token: architecture === 'gpt1' ? unknownSymbol : null,
    continuing_subword_prefix: '',
    end_of_word_suffix: architecture === 'gpt1' ? endOfWord : '',
    fuse_unk: false,
    byte_fallback: false,
    ignore_merges: false,
    vocab: Object.fromEntries(files.vocab),
    merges: files.merges,
  };
}
