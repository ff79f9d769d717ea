/**
 * The tokens of a corpus as one sequence, made once and kept in a file, from which they are read piece by piece:
 *
 *     <|endoftext|> first document <|endoftext|> second document …
 *
 * The separator comes before a document, so that its first token has something to be predicted from. Where texts begin and end
 * with different tokens, it is the one that ends the document before and the one that begins the next: `</s> <s> document`.
 */
import path from 'node:path';
import { makeFolder } from '../files/folder.js';
import { sha256Of } from '../files/sha256.js';
import { explainWriteError } from '../files/space.js';
import type { Tokenizer } from '../tokenizers/tokenizer.js';
import { type CorpusDocument, readPieces } from './document.js';
import { type AppendTokens, idBytesOf, TokenFile, writeTokenFile } from './token-file.js';

/** A document and where it lies in the tokens. */
export interface TokenRange {
  name: string;
  /** Index of its first token; the one that begins a text, if the tokenizer has one, is at start - 1. */
  start: number;
  /** Index behind its last token. */
  end: number;
  /** Words between white space, for perplexity per word. */
  words: number;
}

/** A corpus as a model reads it. */
export interface TokenizedCorpus {
  tokens: TokenFile;
  documents: TokenRange[];
  /** The file that the tokens are kept in. */
  file: string;
  /** Whether they were taken from it. */
  cached: boolean;
}

/** How far a tokenization is. */
export interface TokenizeProgress {
  /** Bytes of text; those of the document at hand are approximate. */
  doneBytes: number;
  totalBytes: number;
  tokens: number;
}

/** Where to keep tokens, and whom to tell. */
export interface TokenizeOptions {
  /** Made if need be. */
  cacheFolder: string;
  onProgress?: (progress: TokenizeProgress) => void;
}

/** Raised when the same text and tokenizer would give other ids. */
const VERSION = 1;

/**
 * The tokens of the documents, from the cache if it has them: it is looked up by the documents' hashes and the tokenizer's
 * fingerprint, and a damaged file is made again. Memory holds a piece of text at a time (a document, where the tokenizer needs one
 * whole). Throws as `readPieces` does, and UserError when the cache cannot be written.
 */
export async function tokenizeCorpus(
  documents: readonly CorpusDocument[],
  tokenizer: Tokenizer,
  { cacheFolder, onProgress }: TokenizeOptions,
): Promise<TokenizedCorpus> {
  const key = JSON.stringify([VERSION, tokenizer.fingerprint, documents.map(({ sha256 }) => sha256)]);
  const name = sha256Of(key).slice(0, 32);
  const file = path.join(cacheFolder, `${name}.tokens`);
  const idBytes = idBytesOf(tokenizer.vocabSize);
  const kept = TokenFile.open(file, idBytes);
  const tokens = kept ?? (await makeTokenFile());
  const separator = separatorOf(tokenizer).length;
  let end = 0;
  const ranges = documents.map(({ name, words }, index): TokenRange => {
    const start = end + separator;
    end = start + tokens.lengths[index]!;
    return { name, start, end, words };
  });
  return { tokens, documents: ranges, file, cached: kept !== undefined };

  async function makeTokenFile(): Promise<TokenFile> {
    try {
      await makeFolder(cacheFolder);
      await writeTokenFile(file, idBytes, (append) =>
        encodeDocuments(documents, tokenizer, append, onProgress),
      );
    } catch (cause) {
      throw explainWriteError(cause, { path: cacheFolder, variable: 'GPT_CACHE' });
    }
    return TokenFile.open(file, idBytes)!;
  }
}

/** Appends the ids of all documents; returns how many each has. */
async function encodeDocuments(
  documents: readonly CorpusDocument[],
  tokenizer: Tokenizer,
  append: AppendTokens,
  onProgress: TokenizeOptions['onProgress'],
): Promise<number[]> {
  const totalBytes = documents.reduce((bytes, { start, end }) => bytes + end - start, 0);
  const separator = separatorOf(tokenizer);
  const lengths: number[] = [];
  let tokens = 0;
  let finishedBytes = 0;
  for (const document of documents) {
    await append(separator);
    tokens += separator.length;
    const before = tokens;
    let doneBytes = finishedBytes;
    for await (const piece of encodablePieces(document, tokenizer)) {
      const ids = tokenizer.encode(piece);
      await append(ids);
      tokens += ids.length;
      doneBytes += Buffer.byteLength(piece);
      onProgress?.({ doneBytes, totalBytes, tokens });
    }
    lengths.push(tokens - before);
    finishedBytes += document.end - document.start;
  }
  onProgress?.({ doneBytes: finishedBytes, totalBytes, tokens });
  return lengths;
}

/** The tokens before each document: none where nothing begins a text. */
function separatorOf({ beginOfText, endOfText }: Tokenizer): number[] {
  if (beginOfText === undefined) return [];
  return endOfText.length === 0 || endOfText.includes(beginOfText)
    ? [beginOfText]
    : [endOfText[0], beginOfText];
}

/** GPT-2's words can be encoded one by one; what GPT-1 and some others do to a text first reaches across them, so they need all of it. */
async function* encodablePieces(document: CorpusDocument, tokenizer: Tokenizer): AsyncGenerator<string> {
  if (tokenizer.isCuttable) return yield* readPieces(document);
  let text = '';
  for await (const piece of readPieces(document)) text += piece;
  yield text;
}
