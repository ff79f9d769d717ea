/**
 * Splits English text into words and punctuation exactly as spaCy's rule-based tokenizer does (spaCy 3.8.16,
 * spacy/tokenizer.pyx, blank English pipeline). GPT-1 was trained on words of this kind: don't → do n't, it's → it 's.
 * The release it used in 2018 is not recorded; where lists of exceptions have grown since, its words were others.
 *
 *   text ─ whitespace ─► chunks ─ prefixes, suffixes, exceptions ─► core ─ address? infixes ─► words
 *        ─ exceptions that punctuation rules tore apart (":" "-" ")") are put together again ─► words
 */
import { rememberWords } from '../library-tokenizer.js';
import { pythonWhitespace } from '../python-whitespace.js';
import { findInfixes, prefixLength, suffixLength } from './affixes.js';
import { loadExceptions } from './exceptions.js';
import { isWebAddress } from './web-address.js';

/** Splits text into words; whitespace other than single spaces between words comes out as words of its own. */
export type SplitWords = (text: string) => string[];

/** The words of a text, one after the other. */
interface Words {
  texts: string[];
  /** Whether each directly follows the one before it in the text, without a dropped space. */
  attached: boolean[];
}

/** A set of word sequences, searched word by word. */
interface SequenceTree {
  next: Map<string, SequenceTree>;
  isEnd: boolean;
}

interface Span {
  start: number;
  end: number;
}

const runOfWhitespace = new RegExp(`[${pythonWhitespace}]+`, 'g');

/** Makes the splitter: builds the table of exceptions once and remembers how frequent chunks were split. */
export function createSplitWords(): SplitWords {
  const exceptions = loadExceptions();
  const tornApart = sequencesOf(exceptions);
  const split = rememberWords((chunk) => splitChunk(chunk, exceptions));
  return (text) => {
    const words: Words = { texts: [], attached: [] };
    forEachChunk(text, (chunk, isAttached) => {
      let attached = isAttached;
      for (const word of split(chunk)) {
        words.texts.push(word);
        words.attached.push(attached);
        attached = true;
      }
    });
    return rejoinExceptions(words, exceptions, tornApart);
  };
}

/** Runs of whitespace and of other characters; a space behind a word belongs to the word and is dropped. */
function forEachChunk(text: string, onChunk: (chunk: string, isAttached: boolean) => void): void {
  let end = 0;
  let attached = false;
  for (const { 0: run, index } of text.matchAll(runOfWhitespace)) {
    if (index > end) onChunk(text.slice(end, index), attached);
    end = index + run.length;
    const isDropped = index > 0 && run.startsWith(' ');
    attached = !isDropped;
    const rest = isDropped ? run.slice(1) : run;
    if (rest === '') continue;
    onChunk(rest, attached);
    attached = true;
  }
  if (end < text.length) onChunk(text.slice(end), attached);
}

/** Words of a chunk; without exceptions, only the rules of punctuation and addresses apply. */
function splitChunk(chunk: string, exceptions: ReadonlyMap<string, string[]> | undefined): string[] {
  const prefixes: string[] = [];
  const suffixes: string[] = [];
  const core = stripAffixes(chunk, prefixes, suffixes, exceptions);
  return [...prefixes, ...splitCore(core, exceptions), ...suffixes.reverse()];
}

/** Cuts prefixes and suffixes off until nothing changes or an exception is left; collects them outermost first. */
function stripAffixes(
  chunk: string,
  prefixes: string[],
  suffixes: string[],
  exceptions: ReadonlyMap<string, string[]> | undefined,
): string {
  let core = chunk;
  while (core !== '' && !exceptions?.has(core)) {
    const before = prefixLength(core);
    const withoutPrefix = core.slice(before);
    if (before > 0 && exceptions?.has(withoutPrefix)) {
      prefixes.push(core.slice(0, before));
      return withoutPrefix;
    }
    // Looked for behind the prefix: a suffix rule must not see the prefix as its left neighbour.
    const behind = suffixLength(withoutPrefix);
    const end = core.length - behind;
    if (behind > 0 && exceptions?.has(core.slice(0, end))) {
      suffixes.push(core.slice(end));
      return core.slice(0, end);
    }
    if (before === 0 && behind === 0) return core;
    if (before > 0) prefixes.push(core.slice(0, before));
    if (behind > 0) suffixes.push(core.slice(end));
    core = core.slice(before, end);
  }
  return core;
}

function splitCore(core: string, exceptions: ReadonlyMap<string, string[]> | undefined): string[] {
  if (core === '') return [];
  const exception = exceptions?.get(core);
  if (exception) return exception;
  if (isWebAddress(core)) return [core];
  const words: string[] = [];
  let start = 0;
  for (const infix of findInfixes(core)) {
    // A separator that opens the core is part of its first word.
    if (infix.start === 0) continue;
    if (infix.start > start) words.push(core.slice(start, infix.start));
    words.push(core.slice(infix.start, infix.end));
    start = infix.end;
  }
  if (start < core.length) words.push(core.slice(start));
  return words;
}

/** The word sequences into which punctuation rules alone split those exceptions that have an affix or infix. */
function sequencesOf(exceptions: ReadonlyMap<string, string[]>): SequenceTree {
  const root: SequenceTree = { next: new Map(), isEnd: false };
  for (const chunk of exceptions.keys()) {
    if (prefixLength(chunk) === 0 && suffixLength(chunk) === 0 && findInfixes(chunk).length === 0) continue;
    let node = root;
    for (const word of splitChunk(chunk, undefined)) {
      let next = node.next.get(word);
      if (!next) {
        next = { next: new Map(), isEnd: false };
        node.next.set(word, next);
      }
      node = next;
    }
    node.isEnd = true;
  }
  return root;
}

/** Replaces every run of words that spells an exception by the words of that exception. */
function rejoinExceptions(
  { texts, attached }: Words,
  exceptions: ReadonlyMap<string, string[]>,
  sequences: SequenceTree,
): string[] {
  const spans = withoutOverlap(findSequences(texts, sequences)).sort((a, b) => a.start - b.start);
  if (spans.length === 0) return texts;
  const result: string[] = [];
  let index = 0;
  for (const { start, end } of spans) {
    while (index < start) result.push(texts[index++]!);
    // Sequences are found across dropped spaces too, as spaCy finds them, but then their text is no exception.
    const isWhole = attached.slice(start + 1, end).every(Boolean);
    const words = texts.slice(start, end);
    const exception = isWhole ? exceptions.get(words.join('')) : undefined;
    result.push(...(exception ?? words));
    index = end;
  }
  while (index < texts.length) result.push(texts[index++]!);
  return result;
}

function findSequences(texts: readonly string[], sequences: SequenceTree): Span[] {
  const spans: Span[] = [];
  for (let start = 0; start < texts.length; start++) {
    let node = sequences.next.get(texts[start]!);
    for (let end = start + 1; node; end++) {
      if (node.isEnd) spans.push({ start, end });
      node = end < texts.length ? node.next.get(texts[end]!) : undefined;
    }
  }
  return spans;
}

/** Longest spans first, then leftmost; a span is dropped if its first or last word was covered, even by a dropped one. */
function withoutOverlap(spans: Span[]): Span[] {
  const longestFirst = spans.toSorted((a, b) => b.end - b.start - (a.end - a.start) || a.start - b.start);
  const covered = new Set<number>();
  return longestFirst.filter(({ start, end }) => {
    const isFree = !covered.has(start) && !covered.has(end - 1);
    for (let index = start; index < end; index++) covered.add(index);
    return isFree;
  });
}
