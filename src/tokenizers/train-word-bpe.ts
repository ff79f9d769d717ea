/**
 * Training of a byte-pair encoding in the manner of GPT-1 (GPT-1 paper §4.1, 40,000 merges): lower-case words as its original
 * pipeline cuts them, made of characters, the last of which carries `</w>`.
 */
import { UserError } from '../errors.js';
import { type BytePairOptions, type CountedWord, learnMerges, MIN_COUNT } from './bpe-merges.js';
import { loadFixText } from './fix-text.js';
import { createSplitWords } from './spacy/words.js';
import { standardizeText } from './standardize.js';
import type { TokenizerFiles } from './tokenizer-content.js';
import { endOfWord, unknownSymbol } from './tokenizer-json.js';

/** The symbol of a line break, which the pipeline turns into a word of its own. */
const lineBreak = `\n${endOfWord}`;

/**
 * Learns a vocabulary laid out as GPT-1's: `<unk>`, characters inside and at the end of words in the order of their code points,
 * merges. A character that occurs once is unknown. Texts are cut as for `trainBytePairs`.
 *
 * Throws UserError when `vocabSize` has no room for the characters of the text.
 */
export async function trainWordPairs(
  texts: AsyncIterable<string> | Iterable<string>,
  { vocabSize, onProgress }: BytePairOptions,
): Promise<TokenizerFiles> {
  const counts = await countWords(texts, onProgress);
  const first = [unknownSymbol, lineBreak, ...charactersOf(counts)];
  if (!Number.isSafeInteger(vocabSize) || vocabSize < first.length) {
    throw new UserError(`A vocabulary of ${vocabSize} symbols is not possible for this text.`, {
      hint: `Give a whole number from ${first.length}, which is every character inside and at the end of words; 8000 suits a small model.`,
    });
  }
  const words = symbolsOf(counts, first);
  const { symbols, merges } = await learnMerges(first, words, vocabSize - first.length, onProgress);
  return { vocab: new Map(symbols.map((symbol, id) => [symbol, id])), merges };
}

/** How often each word occurs. Line breaks are left out: nothing is merged with them. */
async function countWords(
  texts: AsyncIterable<string> | Iterable<string>,
  onProgress: BytePairOptions['onProgress'],
): Promise<Map<string, number>> {
  const fixText = await loadFixText();
  const splitWords = createSplitWords();
  const counts = new Map<string, number>();
  let characters = 0;
  for await (const text of texts) {
    for (const match of splitWords(standardizeText(fixText(text)))) {
      if (match === '\n ') continue;
      const word = match.toLowerCase();
      const count = counts.get(word);
      // A copy: a slice would keep the whole text in memory.
      counts.set(count === undefined ? Buffer.from(word).toString() : word, (count ?? 0) + 1);
    }
    characters += text.length;
    onProgress?.({ phase: 'words', characters, distinctWords: counts.size });
    await new Promise((resolve) => setImmediate(resolve));
  }
  return counts;
}

/** The characters of a word, the last with its marker. */
function spell(word: string): string[] {
  const characters = Array.from(word);
  characters[characters.length - 1] += endOfWord;
  return characters;
}

/** Both forms of every character that occurs twice in either. */
function charactersOf(counts: ReadonlyMap<string, number>): string[] {
  const occurrences = new Map<string, number>();
  for (const [word, count] of counts) {
    for (const character of word) occurrences.set(character, (occurrences.get(character) ?? 0) + count);
  }
  const frequent = [...occurrences].filter(([, count]) => count >= MIN_COUNT).map(([character]) => character);
  frequent.sort((a, b) => a.codePointAt(0)! - b.codePointAt(0)!);
  return [...frequent, ...frequent.map((character) => character + endOfWord)];
}

/** Words in ids; one with an unknown character falls apart there, as nothing is ever merged with `<unk>`. */
function symbolsOf(counts: ReadonlyMap<string, number>, first: readonly string[]): CountedWord[] {
  const idOf = new Map(first.map((symbol, id) => [symbol, id]));
  const words: CountedWord[] = [];
  for (const [word, count] of counts) {
    let ids: number[] = [];
    for (const symbol of spell(word)) {
      const id = idOf.get(symbol);
      if (id !== undefined) ids.push(id);
      else {
        if (ids.length > 0) words.push({ ids, count });
        ids = [];
      }
    }
    if (ids.length > 0) words.push({ ids, count });
  }
  return words;
}
