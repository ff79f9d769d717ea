/**
 * The tokens of a corpus as one array, made once and kept in a file:
 *
 *     {"tokens":1,"idBytes":2,"lengths":[81022,…],"sha256":"…"}\n      the number of tokens of each document
 *     <|endoftext|> first document <|endoftext|> second document …    ids of 2 or 4 bytes, in the machine's byte order
 *
 * The separator comes before a document, so that its first token has something to be predicted from. Where texts begin and end
 * with different tokens, it is the one that ends the document before and the one that begins the next: `</s> <s> document`.
 */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { writeAtomically, writeFully } from '../files/atomic-file.js';
import { makeFolder } from '../files/folder.js';
import { explainWriteError } from '../files/space.js';
import type { Tokenizer } from '../tokenizers/tokenizer.js';
import { type CorpusDocument, readPieces } from './document.js';

/** Ids of one vocabulary: two bytes each where every id fits. */
export type TokenArray = Uint16Array | Uint32Array;

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
  tokens: TokenArray;
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

/** Raised when the same text and tokenizer would give another file. */
const FORMAT = 1;

/**
 * The tokens of the documents, from the cache if it has them: it is looked up by the documents' hashes and the tokenizer's
 * fingerprint, and a damaged file is made again. Throws as `readPieces` does, and UserError when the cache cannot be written.
 */
export async function tokenizeCorpus(
  documents: readonly CorpusDocument[],
  tokenizer: Tokenizer,
  options: TokenizeOptions,
): Promise<TokenizedCorpus> {
  const key = JSON.stringify([FORMAT, tokenizer.fingerprint, documents.map(({ sha256 }) => sha256)]);
  const name = createHash('sha256').update(key).digest('hex').slice(0, 32);
  const file = path.join(options.cacheFolder, `${name}.tokens`);
  const kept = await readTokens(file, tokenizer);
  const { tokens, lengths } = kept ?? (await encodeDocuments(documents, tokenizer, options.onProgress));
  if (kept === undefined) await writeTokens(file, tokens, lengths);
  const separator = separatorOf(tokenizer).length;
  let end = 0;
  const ranges = documents.map(({ name, words }, index): TokenRange => {
    const start = end + separator;
    end = start + lengths[index];
    return { name, start, end, words };
  });
  return { tokens, documents: ranges, file, cached: kept !== undefined };
}

/** Tokens with the number of them in each document, separators not counted. */
interface Encoded {
  tokens: TokenArray;
  lengths: number[];
}

async function encodeDocuments(
  documents: readonly CorpusDocument[],
  tokenizer: Tokenizer,
  onProgress: TokenizeOptions['onProgress'],
): Promise<Encoded> {
  const totalBytes = documents.reduce((bytes, { start, end }) => bytes + end - start, 0);
  const buffer = new TokenBuffer(tokenizer, Math.ceil(totalBytes / 3));
  const lengths: number[] = [];
  let finishedBytes = 0;
  for (const document of documents) {
    buffer.append(separatorOf(tokenizer));
    const before = buffer.length;
    let doneBytes = finishedBytes;
    for await (const piece of encodablePieces(document, tokenizer)) {
      buffer.append(tokenizer.encode(piece));
      doneBytes += Buffer.byteLength(piece);
      onProgress?.({ doneBytes, totalBytes, tokens: buffer.length });
    }
    lengths.push(buffer.length - before);
    finishedBytes += document.end - document.start;
  }
  onProgress?.({ doneBytes: finishedBytes, totalBytes, tokens: buffer.length });
  return { tokens: buffer.tokens(), lengths };
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

/** An array of ids that grows. */
class TokenBuffer {
  readonly #IdArray: ReturnType<typeof idArray>;
  #tokens: TokenArray;
  length = 0;

  constructor(tokenizer: Tokenizer, expected: number) {
    this.#IdArray = idArray(tokenizer);
    this.#tokens = new this.#IdArray(expected);
  }

  append(ids: readonly number[]): void {
    const length = this.length + ids.length;
    if (length > this.#tokens.length) {
      const grown = new this.#IdArray(2 * length);
      grown.set(this.#tokens);
      this.#tokens = grown;
    }
    this.#tokens.set(ids, this.length);
    this.length = length;
  }

  /** A copy of just the ids, so that the room that was too much is freed. */
  tokens(): TokenArray {
    return this.#tokens.slice(0, this.length);
  }
}

const idArray = (tokenizer: Tokenizer) => (tokenizer.vocabSize <= 2 ** 16 ? Uint16Array : Uint32Array);

interface TokensHeader {
  tokens: typeof FORMAT;
  idBytes: number;
  lengths: number[];
  /** Over the lengths and the bytes behind the header. */
  sha256: string;
}

const bytesOf = (tokens: TokenArray) => new Uint8Array(tokens.buffer, tokens.byteOffset, tokens.byteLength);

function checksum(lengths: readonly number[], bytes: Uint8Array): string {
  return createHash('sha256')
    .update(JSON.stringify([lengths]))
    .update(bytes)
    .digest('hex');
}

async function writeTokens(file: string, tokens: TokenArray, lengths: number[]): Promise<void> {
  const bytes = bytesOf(tokens);
  const sha256 = checksum(lengths, bytes);
  const header: TokensHeader = { tokens: FORMAT, idBytes: tokens.BYTES_PER_ELEMENT, lengths, sha256 };
  try {
    await makeFolder(path.dirname(file));
    await writeAtomically(file, async (handle) => {
      await writeFully(handle, Buffer.from(`${JSON.stringify(header)}\n`));
      await writeFully(handle, bytes);
    });
  } catch (cause) {
    const folder = path.dirname(file);
    throw explainWriteError(cause, { path: folder, variable: 'GPT_CACHE' });
  }
}

/** What a file of the cache holds; undefined when there is none or it is damaged. */
async function readTokens(file: string, tokenizer: Tokenizer): Promise<Encoded | undefined> {
  let content: Buffer;
  try {
    content = await readFile(file);
  } catch {
    return undefined;
  }
  const bytes = content.subarray(content.indexOf(0x0a) + 1);
  const header = parseHeader(content.toString('utf8', 0, content.length - bytes.length));
  const IdArray = idArray(tokenizer);
  if (header?.idBytes !== IdArray.BYTES_PER_ELEMENT) return undefined;
  if (header.sha256 !== checksum(header.lengths, bytes)) return undefined;
  const tokens = new IdArray(bytes.length / header.idBytes);
  // Copied because ids must lie at a multiple of their size, which the header does not care for.
  bytesOf(tokens).set(bytes);
  return { tokens, lengths: header.lengths };
}

function parseHeader(text: string): TokensHeader | undefined {
  try {
    return JSON.parse(text) as TokensHeader;
  } catch {
    return undefined;
  }
}
