/** Tokens that a text has word for word: cut out before anything else is done (tokenizers, tokenizer/added_vocabulary.rs). */
import { isWhiteSpace } from '../white-space.js';
import type { Normalizer } from './normalizer.js';
import { literalPattern } from './pattern.js';

/** A token that was added to a vocabulary. */
export interface AddedToken {
  id: number;
  content: string;
  /** Only where no letter, digit or underscore touches it. */
  singleWord: boolean;
  /** Takes the white space before it away. */
  lstrip: boolean;
  /** Takes the white space behind it away. */
  rstrip: boolean;
  /** Looked for in the normalized text, and normalized itself. */
  normalized: boolean;
}

/** A part of a text: an added token, or text between them. */
type TokenOrText = { id: number } | { text: string; isFirst: boolean };

/** Cuts the added tokens out of a text; what is between them comes back normalized. */
export type AddedTokenSplitter = (text: string) => TokenOrText[];

const wordCharacter = /[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}]/u;

/** Builds the splitter of a tokenizer. Tokens that are not to be normalized are looked for first. */
export function createAddedTokenSplitter(
  tokens: readonly AddedToken[],
  normalize: Normalizer,
): AddedTokenSplitter {
  const raw = finder(tokens.flatMap((token) => (token.normalized ? [] : [[token.content, token]])));
  const normalized = finder(
    tokens.flatMap((token) => (token.normalized ? [[normalize(token.content), token]] : [])),
  );
  return (text) =>
    raw(text, true).flatMap((part) => {
      if ('id' in part) return [part];
      return normalized(normalize(part.text), part.isFirst);
    });
}

type Finder = (text: string, isFirst: boolean) => TokenOrText[];

/** Finds the longest of some contents wherever one begins, from left to right. */
function finder(wanted: readonly (readonly [content: string, token: AddedToken])[]): Finder {
  const byContent = new Map(wanted.filter(([content]) => content !== ''));
  const whole = (text: string, isFirst: boolean) => (text === '' ? [] : [{ text, isFirst }]);
  if (byContent.size === 0) return whole;
  const longestFirst = [...byContent.keys()].sort((a, b) => b.length - a.length);
  const pattern = new RegExp(longestFirst.map((content) => literalPattern(content).source).join('|'), 'gu');
  return (text, isFirst) => {
    const parts: TokenOrText[] = [];
    let done = 0;
    for (const match of text.matchAll(pattern)) {
      const token = byContent.get(match[0])!;
      let start = match.index;
      let end = start + match[0].length;
      if (token.singleWord && (isWord(characterBefore(text, start)) || isWord(text.codePointAt(end))))
        continue;
      if (token.lstrip) while (start > done && isWhiteSpace(text.charCodeAt(start - 1))) start--;
      if (token.rstrip) while (end < text.length && isWhiteSpace(text.charCodeAt(end))) end++;
      if (start > done) parts.push({ text: text.slice(done, start), isFirst: isFirst && done === 0 });
      parts.push({ id: token.id });
      done = end;
    }
    if (done < text.length) parts.push({ text: text.slice(done), isFirst: isFirst && done === 0 });
    return parts;
  };
}

function isWord(character: number | undefined): boolean {
  return character !== undefined && wordCharacter.test(String.fromCodePoint(character));
}

function characterBefore(text: string, index: number): number | undefined {
  if (index === 0) return undefined;
  const last = text.codePointAt(index - 1)!;
  const isTail = last >= 0xdc00 && last <= 0xdfff && index > 1;
  const whole = isTail ? text.codePointAt(index - 2)! : last;
  return whole > 0xffff ? whole : last;
}
