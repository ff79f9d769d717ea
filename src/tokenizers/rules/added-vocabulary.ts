/**
 * The tokens that were added to a vocabulary, gathered from all files that name some: `tokenizer.json`, `tokenizer_config.json`,
 * and the older `special_tokens_map.json` and `added_tokens.json`. In the order of transformers 5.18
 * (tokenization_utils_base.py: `_from_pretrained`, tokenization_utils_tokenizers.py), as the order gives the ids.
 */
import { DataError } from '../../errors.js';
import { isJsonObject, type JsonObject } from '../../files/json-file.js';
import type { AddedToken } from './added-tokens.js';

/** The files that name tokens, parsed; undefined: there is no such file. */
export interface TokenSources {
  /** `added_tokens` of `tokenizer.json`. */
  added: readonly unknown[];
  tokenizerConfig: JsonObject | undefined;
  specialTokensMap: JsonObject | undefined;
  addedTokensFile: JsonObject | undefined;
  /** Token that a released tokenizer has: naming it adds it to no vocabulary that lacks it. */
  released: string;
  /** Folder of the files, for messages. */
  folder: string;
}

/** What the files say of tokens. */
export interface AddedVocabulary {
  tokens: AddedToken[];
  /** Contents of the tokens with a role, such as `bos_token`; null where a file says that there is none. */
  roles: ReadonlyMap<string, string | null>;
  /** Sentences for the user. */
  notes: string[];
}

const roles = ['bos', 'eos', 'unk', 'sep', 'pad', 'cls', 'mask'].map((name) => `${name}_token`);

/**
 * Gathers the tokens. Their ids are those of `vocab` or, for new ones, the next free ones: Hugging Face tokenizers does not ask
 * which id a file states, and models are trained with the ids that it gives. Throws DataError on an entry that is no token.
 */
export function readAddedVocabulary(
  sources: TokenSources,
  vocab: ReadonlyMap<string, number>,
): AddedVocabulary {
  const list = new TokenList(vocab);
  for (const entry of sources.added) list.add(readToken(entry, sources.folder, 'added_tokens'));
  const { added_tokens_decoder: decoder, ...config } = sources.tokenizerConfig ?? {};
  let named: JsonObject = config;
  if (isJsonObject(decoder)) {
    const entries = Object.entries(decoder).map(([id, entry]) => {
      return { ...readToken(entry, sources.folder, `added_tokens_decoder.${id}`), stated: Number(id) };
    });
    for (const token of entries.sort((a, b) => a.stated! - b.stated!)) list.add(token);
  } else {
    named = { ...config, ...sources.specialTokensMap };
    const special = new Set(specialTokens(named, sources.folder).map(({ content }) => content));
    const entries = Object.entries(sources.addedTokensFile ?? {}).map(([content, id]) => {
      const token = readToken({ content, id, normalized: !special.has(content) }, sources.folder, content);
      return { ...token, stated: Number(token.stated) };
    });
    for (const token of entries.sort((a, b) => a.stated - b.stated)) list.add(token);
  }
  for (const token of specialTokens(named, sources.folder)) {
    const isMissing = token.content === sources.released && !vocab.has(token.content);
    if (!list.has(token.content) && !isMissing) list.add(token);
  }
  const found = roles.flatMap((role): [string, string | null][] => {
    const value = named[role];
    if (value === undefined) return [];
    return [[role, value === null ? null : readToken(value, sources.folder, role).content]];
  });
  return { tokens: list.tokens, roles: new Map(found), notes: list.notes };
}

/** A token as a file describes it. */
interface StatedToken extends Omit<AddedToken, 'id'> {
  /** The id in the file. */
  stated?: number;
}

function plainToken(content: string): StatedToken {
  return { content, singleWord: false, lstrip: false, rstrip: false, normalized: false };
}

/** Tokens with a role, then those of roles that only this model has, then those without. */
function specialTokens(named: JsonObject, folder: string): StatedToken[] {
  // `add_bos_token` is a switch, and a number is a setting of something else.
  const own = Object.keys(named).filter((key) => {
    const isText = typeof named[key] === 'string' || isJsonObject(named[key]);
    return key.endsWith('_token') && !roles.includes(key) && isText;
  });
  const withRole = [...roles, ...own].flatMap((key) => {
    const value = named[key];
    if (value === undefined || value === null) return [];
    return [readToken(value, folder, key)];
  });
  const extra = named.extra_special_tokens ?? named.additional_special_tokens ?? [];
  const others = Array.isArray(extra) ? extra : isJsonObject(extra) ? Object.values(extra) : [extra];
  return [...withRole, ...others.map((value) => readToken(value, folder, 'extra_special_tokens'))];
}

function readToken(value: unknown, folder: string, at: string): StatedToken {
  if (typeof value === 'string') return plainToken(value);
  const { content, single_word, lstrip, rstrip, normalized, special, id } = isJsonObject(value) ? value : {};
  const isId = id === undefined || (Number.isSafeInteger(id) && (id as number) >= 0);
  if (typeof content !== 'string' || !isId) {
    throw new DataError({
      file: folder,
      at,
      problem: isId ? 'not a token.' : 'not the id of a token.',
      expected: isId ? 'a text, or an object with content' : 'an integer from 0',
      found: JSON.stringify(isId ? value : id),
    });
  }
  return {
    content,
    singleWord: single_word === true,
    lstrip: lstrip === true,
    rstrip: rstrip === true,
    normalized: typeof normalized === 'boolean' ? normalized : special !== true,
    ...(typeof id === 'number' ? { stated: id } : {}),
  };
}

/** Added tokens, each with its id. */
class TokenList {
  readonly notes: string[] = [];
  readonly #vocab: ReadonlyMap<string, number>;
  readonly #symbols: ReadonlySet<number>;
  readonly #tokens = new Map<string, AddedToken>();
  #highest = -1;

  constructor(vocab: ReadonlyMap<string, number>) {
    this.#vocab = vocab;
    this.#symbols = new Set(vocab.values());
  }

  get tokens(): AddedToken[] {
    return [...this.#tokens.values()];
  }

  has(content: string): boolean {
    return this.#tokens.has(content);
  }

  /** A token that is there already gets the settings of the later file. */
  add({ stated, ...token }: StatedToken): void {
    if (token.content === '') return;
    const id = this.#vocab.get(token.content) ?? this.#tokens.get(token.content)?.id ?? this.#newId(stated);
    if (stated !== undefined && stated !== id && !this.has(token.content)) {
      this.notes.push(
        `The token ${JSON.stringify(token.content)} has the id ${id} here, as in Python, not ${stated} as its file says.`,
      );
    }
    this.#tokens.set(token.content, { ...token, id });
    this.#highest = Math.max(this.#highest, id);
  }

  /** tokenizers, added_vocabulary.rs: `add_tokens`. In a vocabulary with gaps that can be the id of another symbol. */
  #newId(stated: number | undefined): number {
    const size = this.#vocab.size;
    const next = Math.max(size, this.#highest + 1);
    return this.#symbols.has(next) && stated !== undefined && !this.#symbols.has(stated) ? stated : next;
  }
}
