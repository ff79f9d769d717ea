/**
 * Splits English text into words and punctuation exactly as spaCy's rule-based tokenizer does (spaCy 3.8.16,
 * spacy/tokenizer.pyx, blank English pipeline). GPT-1 was trained on words of this kind: don't → do n't, it's → it 's.
 * The release it used in 2018 is not recorded; where lists of exceptions have grown since, its words were others.
 *
 *   text ─ whitespace ─► chunks ─ prefixes, suffixes, exceptions ─► core ─ address? infixes ─► words
 *        ─ exceptions that punctuation rules tore apart (":" "-" ")") are put together again ─► words
 */
import { pythonWhitespace } from '../python-whitespace.js';
import { findInfixes, prefixLength, suffixLength } from './affixes.js';
import { loadExceptions } from './exceptions.js';
import { isWebAddress } from './web-address.js';

/** Splits text into words; whitespace other than single spaces between words comes out as words of its own. */
export type SplitWords = (text: string) => string[];

/** A chunk between spaces, or a word of it. */
interface Piece {
  text: string;
  /** Whether it directly follows the one before it in the text, without a dropped space. */
  attached: boolean;
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

/** At most this many chunks are remembered; then the memory starts empty again, so that long runs do not leak. */
const rememberedChunks = 50_000;

// Longer chunks hardly ever come back.
const longestRememberedChunk = 64;

const whitespaceOrNot = new RegExp(`[${pythonWhitespace}]+|[^${pythonWhitespace}]+`, 'g');

/** Makes the splitter: builds the table of exceptions once and remembers how frequent chunks were split. */
export function createSplitWords(): SplitWords {
  const exceptions = loadExceptions();
  const tornApart = sequencesOf(exceptions);
  let remembered = new Map<string, string[]>();

  const split = (chunk: string): string[] => {
    const known = remembered.get(chunk);
    if (known) return known;
    const words = splitChunk(chunk, exceptions);
    if (chunk.length <= longestRememberedChunk) {
      if (remembered.size >= rememberedChunks) remembered = new Map();
      remembered.set(chunk, words);
    }
    return words;
  };

  return (text) => {
    const words: Piece[] = [];
    for (const chunk of chunksOf(text)) {
      split(chunk.text).forEach((word, index) => {
        words.push({ text: word, attached: index > 0 || chunk.attached });
      });
    }
    return rejoinExceptions(words, exceptions, tornApart);
  };
}

/** Runs of whitespace and of other characters; a space behind a word belongs to the word and is dropped. */
function chunksOf(text: string): Piece[] {
  const chunks: Piece[] = [];
  let attached = false;
  for (const [run] of text.matchAll(whitespaceOrNot)) {
    const droppedSpace = chunks.length > 0 && run.startsWith(' ');
    const chunk = droppedSpace ? run.slice(1) : run;
    attached &&= !droppedSpace;
    if (chunk === '') continue;
    chunks.push({ text: chunk, attached });
    attached = true;
  }
  return chunks;
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
  words: Piece[],
  exceptions: ReadonlyMap<string, string[]>,
  sequences: SequenceTree,
): string[] {
  const spans = findSequences(words, sequences);
  if (spans.length === 0) return words.map((word) => word.text);
  const replacements = new Map(withoutOverlap(spans).map((span) => [span.start, span]));
  const result: string[] = [];
  for (let index = 0; index < words.length; ) {
    const span = replacements.get(index);
    const spanWords = words.slice(index, span?.end ?? index + 1);
    // Sequences are found across dropped spaces too, as spaCy finds them, but then their text is no exception.
    const attached = spanWords.every((word, offset) => offset === 0 || word.attached);
    const exception = span && attached && exceptions.get(spanWords.map((word) => word.text).join(''));
    result.push(...(exception || spanWords.map((word) => word.text)));
    index += spanWords.length;
  }
  return result;
}

function findSequences(words: Piece[], sequences: SequenceTree): Span[] {
  const spans: Span[] = [];
  for (let start = 0; start < words.length; start++) {
    let node = sequences.next.get(words[start].text);
    for (let end = start + 1; node; end++) {
      if (node.isEnd) spans.push({ start, end });
      node = end < words.length ? node.next.get(words[end].text) : undefined;
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
