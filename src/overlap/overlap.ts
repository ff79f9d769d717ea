/**
 * How much of a test set stands word for word in a training set: the share of its word n-grams that are there as well
 * (GPT-2 paper §4 and Table 6, with n = 8).
 */
import { setImmediate } from 'node:timers/promises';
import { UserError } from '../errors.js';
import { formatCount } from '../format.js';
import { xoshiro128 } from '../random/random-numbers.js';
import { type BloomFilter, bloomSize, createBloomFilter } from './bloom-filter.js';
import { type DocumentOptions, streamDocuments, type TextFile } from './documents.js';
import { createExactSet, MAX_EXACT_NGRAMS, type NgramSet } from './ngram-set.js';
import { type NgramReader, readNgrams } from './ngrams.js';
import { createPassages, type Passage } from './passages.js';

/** What is compared, and how. */
export interface OverlapSettings extends DocumentOptions {
  /** Words of an n-gram. */
  n: number;
  /** Most that the filter may err: probability that an n-gram is found that is not there. */
  falsePositiveRate: number;
  /** Keep the n-grams themselves instead of a filter. For small texts. */
  exact: boolean;
  /** Random strings that the filter is checked with. @default 1,000,000, as in the paper */
  probes?: number;
}

/** What was done when, for a progress line. Bytes of the files, each counted as often as it is read. */
export interface OverlapProgress {
  phase: 'counting' | 'filling' | 'checking' | 'testing';
  doneBytes: number;
  totalBytes: number;
}

/** Who watches and who can stop it. */
export interface OverlapWatch {
  signal?: AbortSignal;
  onProgress?: (progress: OverlapProgress) => void;
}

/** The overlap of one document of the test set. */
export interface DocumentOverlap {
  document: string;
  words: number;
  ngrams: number;
  /** How many of them are in the training text. */
  found: number;
  /** 100 · found / ngrams; 0 for a document that is shorter than n words. */
  percent: number;
  /** The longest runs of words that are there, longest first. */
  passages: Passage[];
}

/** How the training n-grams were kept, and how far that can be trusted. */
type SetReport =
  | { kind: 'exact'; distinct: number }
  | {
      kind: 'bloom';
      bits: number;
      hashes: number;
      /** As asked for, and as it follows from the share of set bits. */
      falsePositiveRate: number;
      estimatedRate: number;
      /** The check: so many random strings were looked up, and so many were found. */
      probes: number;
      hits: number;
    };

/** What was found. */
export interface Overlap {
  n: number;
  train: { files: number; documents: number; sizeBytes: number; words: number; ngrams: number };
  set: SetReport;
  /** All test n-grams together. */
  total: { ngrams: number; found: number; percent: number };
  /** In the order of the files. */
  documents: DocumentOverlap[];
}

/**
 * Measures the overlap. Texts are streamed; memory holds the filter and what is kept of the test documents. The training
 * text is read twice, since the filter's size depends on its number of n-grams. Throws as `streamDocuments` does, UserError
 * where the test or the training text has no n-gram, and the signal's reason once it is aborted.
 */
export async function measureOverlap(
  test: readonly TextFile[],
  train: readonly TextFile[],
  settings: OverlapSettings,
  { signal, onProgress }: OverlapWatch = {},
): Promise<Overlap> {
  const trainBytes = sizeOf(train);
  const totalBytes = (settings.exact ? 1 : 2) * trainBytes + sizeOf(test);
  let before = 0;
  const pass = async (
    phase: OverlapProgress['phase'],
    files: readonly TextFile[],
    reader: NgramReader,
    onDocument: (document: string, words: number) => void,
  ) => {
    for (const file of files) {
      let read = 0;
      await readDocuments(file, settings, reader, onDocument, (units) => {
        signal?.throwIfAborted();
        // Characters stand for bytes: near enough, and all there is of a packed file.
        read = Math.min(file.sizeBytes, read + units);
        onProgress?.({ phase, doneBytes: before + read, totalBytes });
      });
      before += file.sizeBytes;
    }
  };

  const ngramsOf = (words: number) => Math.max(0, words - settings.n + 1);
  const counts = { files: train.length, documents: 0, sizeBytes: trainBytes, words: 0, ngrams: 0 };
  const count = (_: string, words: number) => {
    counts.documents++;
    counts.words += words;
    counts.ngrams += ngramsOf(words);
    if (settings.exact) checkExactSize(counts.ngrams);
  };

  let kept: NgramSet;
  let set: SetReport;
  if (settings.exact) {
    const exact = createExactSet();
    await pass('filling', train, readNgrams(settings.n, exact.add), count);
    kept = exact;
    set = { kind: 'exact', distinct: exact.size() };
  } else {
    await pass('counting', train, readNgrams(settings.n), count);
    const filter = createBloomFilter(bloomSize(counts.ngrams, settings.falsePositiveRate));
    await pass('filling', train, readNgrams(settings.n, filter.add), () => {});
    const { probes = 1_000_000 } = settings;
    onProgress?.({ phase: 'checking', doneBytes: before, totalBytes });
    kept = filter;
    set = {
      kind: 'bloom',
      bits: filter.bits,
      hashes: filter.hashes,
      falsePositiveRate: settings.falsePositiveRate,
      estimatedRate: filter.falsePositiveRate(),
      probes,
      hits: await countHits(filter, probes, signal),
    };
  }
  if (counts.ngrams === 0) throw tooShort('training', settings.n);

  const documents: DocumentOverlap[] = [];
  const passages = createPassages();
  let [ngrams, found] = [0, 0];
  const look = (bytes: Uint8Array, start: number, end: number) => {
    const isFound = kept.has(bytes, start, end);
    if (isFound) found++;
    passages.add(isFound, bytes, start, end);
  };
  await pass('testing', test, readNgrams(settings.n, look), (document, words) => {
    ngrams = ngramsOf(words);
    documents.push({
      document,
      words,
      ngrams,
      found,
      percent: percentOf(found, ngrams),
      passages: passages.end(),
    });
    found = 0;
  });
  const total = documents.reduce(
    (sum, document) => ({ ngrams: sum.ngrams + document.ngrams, found: sum.found + document.found }),
    { ngrams: 0, found: 0 },
  );
  if (total.ngrams === 0) throw tooShort('test', settings.n);
  const percent = percentOf(total.found, total.ngrams);
  return { n: settings.n, train: counts, set, total: { ...total, percent }, documents };
}

const sizeOf = (files: readonly TextFile[]) => files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);

const percentOf = (found: number, ngrams: number) => (ngrams === 0 ? 0 : (100 * found) / ngrams);

/** Sends the pieces of a file to the reader and ends it after each document. `onPiece` gets the length of each piece. */
async function readDocuments(
  file: TextFile,
  options: DocumentOptions,
  reader: NgramReader,
  onDocument: (document: string, words: number) => void,
  onPiece: (length: number) => void,
): Promise<void> {
  let current: string | undefined;
  for await (const { document, text } of streamDocuments(file, options)) {
    onPiece(text.length);
    if (current !== undefined && current !== document) onDocument(current, reader.end());
    current = document;
    reader.add(text);
  }
  if (current !== undefined) onDocument(current, reader.end());
}

/** How many random strings of 20 to 60 letters and spaces the filter takes for one of its own. The same in every run. @internal */
export async function countHits(
  filter: Pick<BloomFilter, 'has'>,
  probes: number,
  signal?: AbortSignal,
): Promise<number> {
  const next = xoshiro128([1, 2, 3, 4]);
  const alphabet = Buffer.from('abcdefghijklmnopqrstuvwxyz     ');
  const text = new Uint8Array(60);
  let hits = 0;
  for (let probe = 0; probe < probes; probe++) {
    // Gives Ctrl-C and the progress line a chance.
    if (probe % 50_000 === 0) {
      await setImmediate();
      signal?.throwIfAborted();
    }
    const length = 20 + ((next() >>> 0) % 41);
    for (let i = 0; i < length; i++) text[i] = alphabet[(next() >>> 0) % alphabet.length]!;
    if (filter.has(text, 0, length)) hits++;
  }
  return hits;
}

function checkExactSize(ngrams: number): void {
  if (ngrams <= MAX_EXACT_NGRAMS) return;
  throw new UserError(
    `The training text has more than ${formatCount(MAX_EXACT_NGRAMS)} n-grams, too many to keep them themselves.`,
    { hint: 'Leave out --exact.' },
  );
}

function tooShort(which: string, n: number): UserError {
  return new UserError(`The ${which} text has no run of ${n} words.`, {
    hint: 'A document has to have at least --n words; no n-gram reaches from one document into the next.',
  });
}
