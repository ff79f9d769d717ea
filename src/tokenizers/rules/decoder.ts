/**
 * Decoders: from tokens back to text (Hugging Face tokenizers 0.23, decoders/). Written here because those of the
 * JavaScript library differ: bytes that are no UTF-8, characters that stand for no byte, `$` in a replacement.
 */
import { decodeByteSymbols, toByteSymbols } from '../byte-symbols.js';
import { type CompilePattern, readPattern } from './pattern.js';
import { readPrependScheme } from './pre-tokenizer.js';
import type { Rule } from './rule.js';

/** A token on its way back to text. */
export interface DecodedToken {
  text: string;
  /** Added tokens are text already: byte symbols in them are characters like any other. */
  isAdded: boolean;
}

/** From tokens to pieces of text, which are joined without anything between. */
export type Decoder = (tokens: DecodedToken[]) => DecodedToken[];

/** Builds a decoder. Throws DataError on a rule that is not obeyed. */
export function createDecoder(rule: Rule, compile: CompilePattern): Decoder {
  const decoder = build(rule, compile);
  rule.finish();
  return decoder;
}

function build(rule: Rule, compile: CompilePattern): Decoder {
  switch (rule.type) {
    case 'Sequence': {
      const parts = rule.rules('decoders').map((part) => createDecoder(part, compile));
      return (tokens) => parts.reduce((done, part) => part(done), tokens);
    }
    case 'ByteLevel':
      rule.ignore('add_prefix_space', 'trim_offsets', 'use_regex');
      return decodeByteLevel;
    case 'ByteFallback':
      return decodeByteFallback;
    case 'Fuse':
      return (tokens) => [{ text: tokens.map(({ text }) => text).join(''), isAdded: false }];
    case 'Replace': {
      const pattern = readPattern(rule, compile);
      const content = rule.text('content');
      return each((text) => text.replace(pattern, () => content));
    }
    case 'Strip':
      return each(strip(rule.text('content', ' '), rule.count('start', 0, 0), rule.count('stop', 0, 0)));
    case 'BPEDecoder': {
      const suffix = rule.text('suffix', '</w>');
      return each((text, place, last) => text.replaceAll(suffix, place === last ? '' : ' '));
    }
    case 'Metaspace': {
      const sign = rule.text('replacement', '▁');
      const keepsFirst = readPrependScheme(rule) === 'never';
      rule.ignore('split', 'str_rep');
      return each((text, place) => text.replaceAll(sign, place === 0 && !keepsFirst ? '' : ' '));
    }
    case 'WordPiece': {
      const prefix = rule.text('prefix', '##');
      const cleans = rule.flag('cleanup', true);
      return each((text, place) => {
        const whole = place === 0 ? text : text.startsWith(prefix) ? text.slice(prefix.length) : ` ${text}`;
        return cleans ? cleanUp(whole) : whole;
      });
    }
    default:
      throw rule.refuse();
  }
}

/** A decoder that changes each token by itself. */
function each(change: (text: string, place: number, last: number) => string): Decoder {
  return (tokens) =>
    tokens.map(({ text, isAdded }, place) => ({ text: change(text, place, tokens.length - 1), isAdded }));
}

/** All bytes at once, as a character may be of several tokens. */
function decodeByteLevel(tokens: readonly DecodedToken[]): DecodedToken[] {
  const symbols = tokens.map(({ text, isAdded }) => (isAdded ? toByteSymbols(text) : text));
  return [{ text: decodeByteSymbols(symbols), isAdded: false }];
}

/** Runs of tokens such as `<0xC3>` `<0xA9>` become characters; a run that is no UTF-8 becomes as many U+FFFD as it has bytes. */
function decodeByteFallback(tokens: readonly DecodedToken[]): DecodedToken[] {
  const decoded: DecodedToken[] = [];
  let bytes: number[] = [];
  const flush = () => {
    if (bytes.length === 0) return;
    decoded.push({ text: wholeCharacters(bytes) ?? '\ufffd'.repeat(bytes.length), isAdded: false });
    bytes = [];
  };
  for (const token of tokens) {
    const byte = /^<0x([0-9a-fA-F]{2})>$/.exec(token.text)?.[1];
    if (byte !== undefined) {
      bytes.push(Number.parseInt(byte, 16));
      continue;
    }
    flush();
    decoded.push(token);
  }
  flush();
  return decoded;
}

function wholeCharacters(bytes: readonly number[]): string | undefined {
  try {
    return new TextDecoder('utf-8', { ignoreBOM: true, fatal: true }).decode(Uint8Array.from(bytes));
  } catch {
    return undefined;
  }
}

/** Takes a character away at the start and end of a text, at most so many times. */
function strip(character: string, start: number, stop: number): (text: string) => string {
  return (text) => {
    const characters = Array.from(text);
    let from = 0;
    while (from < start && characters[from] === character) from++;
    let end = characters.length;
    while (characters.length - end < stop && end > from && characters[end - 1] === character) end--;
    return characters.slice(from, end).join('');
  };
}

/** In the order of the library (decoders/wordpiece.rs: `cleanup`). */
const cleanUps: readonly [string, string][] = [
  [' .', '.'],
  [' ?', '?'],
  [' !', '!'],
  [' ,', ','],
  [" ' ", "'"],
  [" n't", "n't"],
  [" 'm", "'m"],
  [' do not', " don't"],
  [" 's", "'s"],
  [" 've", "'ve"],
  [" 're", "'re"],
];

function cleanUp(text: string): string {
  return cleanUps.reduce((done, [from, to]) => done.replaceAll(from, to), text);
}
