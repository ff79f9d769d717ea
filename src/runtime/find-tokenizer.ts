import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Checkpoint } from '../checkpoints/checkpoint.js';
import { UserError } from '../errors.js';
import { cachedCommit, cacheFolder, snapshotPath } from '../hub/cache.js';
import { fetchRepoFiles } from '../hub/download.js';
import type { DownloadOptions } from '../hub/progress.js';
import { findRegisteredModel, registeredModels, type VocabularyKind } from '../models/config.js';
import { vocabularyKind } from '../models/parameters.js';
import { byteTokenizer, byteTokenizerFiles } from '../tokenizers/byte-tokenizer.js';
import type { Gpt1Mode } from '../tokenizers/gpt1.js';
import { createTokenizer } from '../tokenizers/load.js';
import type { Tokenizer } from '../tokenizers/tokenizer.js';
import type { TokenizerFiles } from '../tokenizers/tokenizer-content.js';
import { hasTokenizerFiles, readTokenizerFiles, tokenizerFileNames } from '../tokenizers/tokenizer-files.js';

/** A tokenizer and the vocabulary that it was made from. */
export interface FoundTokenizer {
  tokenizer: Tokenizer;
  files: TokenizerFiles;
  /** What the user should know about it, a sentence each. */
  notes: readonly string[];
}

/** How a tokenizer is looked for. */
export interface FindTokenizerOptions extends DownloadOptions {
  /** The weights are random: where no vocabulary is at hand, single bytes do, and nothing is fetched. */
  isRandom?: boolean;
  /** How GPT-1 splits text. @default 'original' */
  gpt1Tokenizer?: Gpt1Mode;
}

/**
 * The tokenizer that goes with a checkpoint: the one in its own file; the files in its folder or the one above; else, for a model with the size of
 * vocabulary of a published one, that one's. Throws UserError where there is none.
 */
export async function findTokenizer(
  checkpoint: Checkpoint,
  options: FindTokenizerOptions,
): Promise<FoundTokenizer> {
  const { vocabSize } = checkpoint.config;
  const kind = vocabularyKind(checkpoint.config);
  if (checkpoint.kind === 'weights' && checkpoint.tokenizer !== undefined) {
    const [files, [file]] = [checkpoint.tokenizer, checkpoint.files];
    const tokenizer = await createTokenizer(files, { architecture: kind }, file);
    return { tokenizer: withinRows(tokenizer, vocabSize), files, notes: files.notes ?? [] };
  }
  const beside = [checkpoint.folder, path.dirname(checkpoint.folder)];
  const isPublished = registeredModels.some(
    ({ config }) => config.architecture === kind && config.vocabSize === vocabSize,
  );
  const places = isPublished ? [...beside, ...(await releasedPlaces(kind, options))] : beside;
  const folder = await firstWithTokenizer(places, kind);
  if (folder === undefined && options.isRandom && kind === 'gpt2') {
    const note = 'No GPT-2 vocabulary is on this machine, so the random weights read single bytes.';
    return { tokenizer: byteTokenizer(), files: byteTokenizerFiles(), notes: [note] };
  }
  if (folder === undefined && !isPublished) {
    throw new UserError(`There is no tokenizer in ${checkpoint.folder}.`, {
      hint: `Put ${tokenizerFileNames(kind).join(' and ')} beside the weights.`,
    });
  }
  // An ONNX file may lie in a folder of its own below the configuration and the tokenizer.
  const isBelow = folder === beside[1] && !existsSync(path.join(checkpoint.folder, 'config.json'));
  const files = await readTokenizerFiles(folder ?? (await fetchReleased(kind, options)), kind, {
    modelFolder: isBelow ? beside[1] : checkpoint.folder,
    rows: vocabSize,
  });
  const tokenizer = await createTokenizer(files, { architecture: kind, mode: options.gpt1Tokenizer }, folder);
  return { tokenizer: withinRows(tokenizer, vocabSize), files, notes: files.notes ?? [] };
}

/**
 * A tokenizer may have tokens for which the model has no row in its embedding, such as a padding token that was added and never
 * trained. Only a text that needs one cannot be read.
 */
function withinRows(tokenizer: Tokenizer, rows: number): Tokenizer {
  if (tokenizer.vocabSize <= rows) return tokenizer;
  const checked = <Ids extends readonly number[]>(ids: Ids): Ids => {
    const beyond = ids.find((id) => id >= rows);
    if (beyond === undefined) return ids;
    throw new UserError(
      `The text has the token ${JSON.stringify(tokenizer.decode([beyond]))} with the id ${beyond}, but the model has only ${rows} tokens.`,
      { hint: 'Put the tokenizer files that belong to the model into its folder.' },
    );
  };
  return {
    ...tokenizer,
    encode: (text) => checked(tokenizer.encode(text)),
    get promptStart() {
      return checked(tokenizer.promptStart);
    },
  };
}

/** Folder with the released vocabulary of that kind: GPT_DATA_DIR/tokenizers, the hub's cache, the hub. */
export async function findReleasedTokenizer(kind: VocabularyKind, options: DownloadOptions): Promise<string> {
  const found = await firstWithTokenizer(await releasedPlaces(kind, options), kind);
  return found ?? fetchReleased(kind, options);
}

function releasedRepo(kind: VocabularyKind): { repo: string; type: 'model' } {
  // The smallest model of each architecture has its name.
  return { repo: findRegisteredModel(kind)!.hubId, type: 'model' };
}

async function releasedPlaces(
  kind: VocabularyKind,
  { env = process.env }: DownloadOptions,
): Promise<string[]> {
  const repo = releasedRepo(kind);
  const commit = await cachedCommit(repo, env);
  return [
    ...(env.GPT_DATA_DIR ? [path.join(env.GPT_DATA_DIR, 'tokenizers', kind)] : []),
    ...(commit
      ? [path.dirname(snapshotPath(cacheFolder(env), { ...repo, path: 'vocab.json' }, commit))]
      : []),
  ];
}

async function fetchReleased(kind: VocabularyKind, options: DownloadOptions): Promise<string> {
  const names = [...tokenizerFileNames(kind)];
  const [file] = await fetchRepoFiles(releasedRepo(kind), names, options);
  return path.dirname(file!);
}

async function firstWithTokenizer(
  folders: readonly string[],
  kind: VocabularyKind,
): Promise<string | undefined> {
  for (const folder of folders) if (await hasTokenizerFiles(folder, kind)) return folder;
  return undefined;
}
