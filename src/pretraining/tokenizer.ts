/** The vocabulary of a model to be trained: a released one, one of the user's, or one learned from the text itself. */
import { rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { readAllPieces } from '../datasets/corpus.js';
import type { CorpusDocument } from '../datasets/document.js';
import { UsageError } from '../errors.js';
import { sha256Of } from '../files/sha256.js';
import { ownCacheFolder } from '../hub/cache.js';
import type { DownloadOptions } from '../hub/progress.js';
import type { Architecture, VocabularyKind } from '../models/config.js';
import { vocabularyKind } from '../models/parameters.js';
import { findReleasedTokenizer } from '../runtime/find-tokenizer.js';
import type { BytePairProgress } from '../tokenizers/bpe-merges.js';
import { byteSymbols } from '../tokenizers/byte-symbols.js';
import { createTokenizer } from '../tokenizers/load.js';
import type { Tokenizer } from '../tokenizers/tokenizer.js';
import type { TokenizerFiles } from '../tokenizers/tokenizer-content.js';
import { hasTokenizerFiles, readTokenizerFiles, writeTokenizerFiles } from '../tokenizers/tokenizer-files.js';
import { trainBytePairs } from '../tokenizers/train-bpe.js';
import { trainWordPairs } from '../tokenizers/train-word-bpe.js';

/** Where a vocabulary comes from. */
export type TokenizerSource =
  | { kind: 'released'; architecture: VocabularyKind }
  | { kind: 'folder'; folder: string }
  | { kind: 'train'; vocabSize: number };

/** A vocabulary, and the tokenizer that it makes. */
export interface ChosenTokenizer {
  kind: VocabularyKind;
  files: TokenizerFiles;
  tokenizer: Tokenizer;
}

/** How to find or learn a vocabulary. */
export interface ChooseTokenizerOptions extends DownloadOptions {
  onTrain?: (progress: BytePairProgress) => void;
}

/** Raised when the same text would give another vocabulary. */
const TRAINER_VERSION = 1;

/** Reads `gpt2`, `gpt1`, `train:8000`, or the path of a folder. Throws UsageError when it is none of them. */
export async function parseTokenizerSource(text: string): Promise<TokenizerSource> {
  if (text === 'gpt1' || text === 'gpt2') return { kind: 'released', architecture: text };
  const [, vocabSize] = /^train:(\d+)$/.exec(text) ?? [];
  if (vocabSize !== undefined) return { kind: 'train', vocabSize: Number(vocabSize) };
  const found = await stat(text).catch(() => undefined);
  if (found?.isDirectory()) return { kind: 'folder', folder: text };
  throw new UsageError(`--tokenizer ${text}: no such folder.`, {
    hint: 'Say gpt2 or gpt1 for a released vocabulary, train:8000 to learn one of that size, or name a folder.',
  });
}

/**
 * Finds, reads or learns the vocabulary. A learned one is kept in the cache, by the texts it was learned from; it is of the kind
 * of the architecture's release, an LSTM's of GPT-2's. One that is found may be of either kind: the configuration of the model
 * names it.
 */
export async function chooseTokenizer(
  source: TokenizerSource,
  architecture: Architecture,
  documents: readonly CorpusDocument[],
  options: ChooseTokenizerOptions = {},
): Promise<ChosenTokenizer> {
  const kind = await kindOf(source, architecture);
  const folder = await folderOf(source, kind, documents, options);
  const files = await readTokenizerFiles(folder, kind);
  return { kind, files, tokenizer: await createTokenizer(files, { architecture: kind }, folder) };
}

async function kindOf(source: TokenizerSource, architecture: Architecture): Promise<VocabularyKind> {
  if (source.kind === 'released') return source.architecture;
  if (source.kind === 'train') return vocabularyKind({ architecture });
  // Only GPT-2's kind has a symbol for every byte.
  if (!(await hasTokenizerFiles(source.folder, 'gpt2'))) return 'gpt1';
  const { vocab } = await readTokenizerFiles(source.folder, 'gpt2');
  return byteSymbols.every((symbol) => vocab.has(symbol)) ? 'gpt2' : 'gpt1';
}

async function folderOf(
  source: TokenizerSource,
  kind: VocabularyKind,
  documents: readonly CorpusDocument[],
  options: ChooseTokenizerOptions,
): Promise<string> {
  switch (source.kind) {
    case 'folder':
      return source.folder;
    case 'released':
      return findReleasedTokenizer(kind, options);
    case 'train':
      return learnedFolder(source.vocabSize, kind, documents, options);
  }
}

async function learnedFolder(
  vocabSize: number,
  kind: VocabularyKind,
  documents: readonly CorpusDocument[],
  { env = process.env, onTrain }: ChooseTokenizerOptions,
): Promise<string> {
  const texts = documents.map(({ sha256 }) => sha256);
  const key = JSON.stringify([TRAINER_VERSION, vocabSize, texts, ...(kind === 'gpt1' ? [kind] : [])]);
  const name = sha256Of(key).slice(0, 32);
  const folder = path.join(ownCacheFolder(env), 'vocabularies', name);
  if (await hasTokenizerFiles(folder, kind)) return folder;
  const train = kind === 'gpt1' ? trainWordPairs : trainBytePairs;
  const files = await train(readAllPieces(documents), { vocabSize, onProgress: onTrain });
  // Written beside and moved, so that a folder of that name is always whole.
  const temporary = `${folder}.${process.pid}.tmp`;
  await writeTokenizerFiles(temporary, kind, files);
  await rm(folder, { recursive: true, force: true });
  await rename(temporary, folder);
  return folder;
}
