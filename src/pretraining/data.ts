/** From text files to tokens: what a pre-training run learns from and what it is measured on. */
import path from 'node:path';
import { type Corpus, readCorpus } from '../datasets/corpus.js';
import type { HoldOut } from '../datasets/hold-out.js';
import { type TokenizedCorpus, type TokenizeProgress, tokenizeCorpus } from '../datasets/tokenized-corpus.js';
import { ownCacheFolder } from '../hub/cache.js';
import type { DownloadOptions } from '../hub/progress.js';
import type { Architecture } from '../models/config.js';
import type { BytePairProgress } from '../tokenizers/bpe-merges.js';
import { type ChosenTokenizer, chooseTokenizer, type TokenizerSource } from './tokenizer.js';

/** Text ready for training. */
export interface PretrainData extends ChosenTokenizer {
  training: TokenizedCorpus;
  /** Absent when nothing is held out. */
  heldOut?: TokenizedCorpus;
  /** Files that were left out, with the reason. */
  skipped: Corpus['skipped'];
}

/** How to read the text. */
export interface PretrainDataOptions extends DownloadOptions {
  holdOut: HoldOut;
  tokenizer: TokenizerSource;
  architecture: Architecture;
  onVocabulary?: (progress: BytePairProgress) => void;
  onTokens?: (progress: TokenizeProgress) => void;
}

/**
 * Reads files and folders, holds some text out, finds or learns the vocabulary (from the training part alone), and turns both
 * parts into tokens. Throws as `readCorpus`, `chooseTokenizer` and `tokenizeCorpus` do, and the signal's reason when aborted.
 */
export async function preparePretrainData(
  paths: readonly string[],
  options: PretrainDataOptions,
): Promise<PretrainData> {
  const { env = process.env, signal } = options;
  const corpus = await readCorpus(paths, { holdOut: options.holdOut });
  signal?.throwIfAborted();
  const chosen = await chooseTokenizer(options.tokenizer, options.architecture, corpus.training, {
    ...options,
    onTrain(progress) {
      signal?.throwIfAborted();
      options.onVocabulary?.(progress);
    },
  });
  const tokenizing = {
    cacheFolder: path.join(ownCacheFolder(env), 'corpora'),
    onProgress(progress: TokenizeProgress) {
      signal?.throwIfAborted();
      options.onTokens?.(progress);
    },
  };
  const training = await tokenizeCorpus(corpus.training, chosen.tokenizer, tokenizing);
  const data: PretrainData = { ...chosen, training, skipped: corpus.skipped };
  if (corpus.heldOut.length === 0) return data;
  return { ...data, heldOut: await tokenizeCorpus(corpus.heldOut, chosen.tokenizer, tokenizing) };
}

/** Lets go of the files that the tokens are read from. */
export function closePretrainData({ training, heldOut }: PretrainData): void {
  training.tokens.close();
  heldOut?.tokens.close();
}
