/**
 * Training of a byte-level byte-pair encoding in the manner of GPT-2 (GPT-2 paper §2.2): words of its split pattern, made of the
 * 256 bytes.
 */
import { UserError } from '../errors.js';
import { type BytePairOptions, type CountedWord, learnMerges } from './bpe-merges.js';
import { byteSymbols, symbolBytes } from './byte-symbols.js';
import { forEachGpt2Word } from './gpt2-words.js';
import type { TokenizerFiles } from './tokenizer-content.js';
import { endOfTextSymbol } from './tokenizer-json.js';

/**
 * Learns a vocabulary of bytes, merges and `<|endoftext|>`, which is the last id. Each text stands for itself: no word reaches
 * from one into the next, so a stream must be cut where no word is (`readAllPieces` of a corpus gives such pieces). The order of
 * the texts does not matter.
 *
 * Throws UserError when `vocabSize` has no room for the bytes.
 */
export async function trainBytePairs(
  texts: AsyncIterable<string> | Iterable<string>,
  { vocabSize, onProgress }: BytePairOptions,
): Promise<TokenizerFiles> {
  const smallest = byteSymbols.length + 1;
  if (!Number.isSafeInteger(vocabSize) || vocabSize < smallest) {
    throw new UserError(`A byte-level vocabulary of ${vocabSize} symbols is not possible.`, {
      hint: `Give a whole number from ${smallest}, which is every byte and ${endOfTextSymbol}; 8000 suits a small model.`,
    });
  }
  const words = bytesOf(await countWords(texts, onProgress));
  const { symbols, merges } = await learnMerges(byteSymbols, words, vocabSize - smallest, onProgress);
  return { vocab: new Map([...symbols, endOfTextSymbol].map((symbol, id) => [symbol, id])), merges };
}

/** How often each word of GPT-2's split pattern occurs. */
async function countWords(
  texts: AsyncIterable<string> | Iterable<string>,
  onProgress: BytePairOptions['onProgress'],
): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  let characters = 0;
  for await (const text of texts) {
    forEachGpt2Word(text, (start, end) => {
      const piece = text.slice(start, end);
      const count = counts.get(piece);
      if (count !== undefined) counts.set(piece, count + 1);
      else {
        // A piece is a view of its text and would keep all of it in memory. (Half surrogates turn into U+FFFD here, as
        // they do when text is encoded.)
        const word = Buffer.from(piece).toString();
        counts.set(word, (counts.get(word) ?? 0) + 1);
      }
    });
    characters += text.length;
    onProgress?.({ phase: 'words', characters, distinctWords: counts.size });
  }
  return counts;
}

function bytesOf(counts: ReadonlyMap<string, number>): CountedWord[] {
  const idOfByte = new Uint8Array(256);
  symbolBytes.forEach((byte, id) => {
    idOfByte[byte] = id;
  });
  return Array.from(counts, ([text, count]) => ({
    ids: Buffer.from(text).map((byte) => idOfByte[byte]),
    count,
  }));
}
