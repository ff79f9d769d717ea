/**
 * The files that a BPE vocabulary is published in. Four layouts are read, the first complete one wins:
 *
 * | layout                  | vocabulary                | merges           |
 * |-------------------------|---------------------------|------------------|
 * | Hugging Face            | `vocab.json`              | `merges.txt`     |
 * | openai/gpt-2            | `encoder.json`            | `vocab.bpe`      |
 * | finetune-transformer-lm | `encoder_bpe_40000.json`  | `vocab_40000.bpe`|
 * | Hugging Face, one file  | `tokenizer.json` (both)   |                  |
 */
import { mkdir, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { UserError } from '../errors.js';
import { readTextFile } from '../files/decode.js';
import type { VocabularyKind } from '../models/config.js';
import { tokenizerConfigJson, tokenizerJson } from './tokenizer-json.js';
import { parseMerges, parseTokenizerJson, parseVocabulary, type TokenizerFiles } from './vocabulary.js';

const layouts: Record<VocabularyKind, readonly (readonly string[])[]> = {
  gpt1: [['vocab.json', 'merges.txt'], ['encoder_bpe_40000.json', 'vocab_40000.bpe'], ['tokenizer.json']],
  gpt2: [['vocab.json', 'merges.txt'], ['encoder.json', 'vocab.bpe'], ['tokenizer.json']],
};

/** Names of the files that a download from the Hugging Face Hub needs. The same for both architectures. */
export function tokenizerFileNames(architecture: VocabularyKind): readonly string[] {
  return layouts[architecture][0];
}

/** Whether the folder holds a complete tokenizer in one of the published layouts. Contents are not looked at. */
export async function hasTokenizerFiles(folder: string, architecture: VocabularyKind): Promise<boolean> {
  return (await findLayout(folder, architecture)) !== undefined;
}

/**
 * Reads the vocabulary and merges of a folder. Throws UserError naming the files looked for where none of the layouts
 * is complete, DataError with file and place where one is damaged.
 */
export async function readTokenizerFiles(
  folder: string,
  architecture: VocabularyKind,
): Promise<TokenizerFiles> {
  const paths = await findLayout(folder, architecture);
  if (!paths) {
    const wanted = layouts[architecture].map((names) => names.join(' + ')).join(', or ');
    throw new UserError(`No ${architecture} tokenizer in ${folder}: looked for ${wanted}.`, {
      hint: 'Copy the vocabulary and merges that belong to the model into that folder.',
    });
  }
  const texts = await Promise.all(paths.map(readTextFile));
  if (basename(paths[0]) === 'tokenizer.json') return parseTokenizerJson(texts[0], paths[0]);
  const vocab = parseVocabulary(texts[0], paths[0]);
  return { vocab, merges: parseMerges(texts[1], paths[1], vocab) };
}

/**
 * Writes `vocab.json`, `merges.txt`, `tokenizer.json` and `tokenizer_config.json`, from which Hugging Face
 * transformers and `readTokenizerFiles` build the same tokenizer again. Makes the folder if need be.
 */
export async function writeTokenizerFiles(
  folder: string,
  architecture: VocabularyKind,
  files: TokenizerFiles,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  const mergeLines = files.merges.map((merge) => `${merge.join(' ')}\n`);
  const contents: [name: string, text: string][] = [
    ['vocab.json', JSON.stringify(Object.fromEntries(files.vocab))],
    ['merges.txt', `#version: 0.2\n${mergeLines.join('')}`],
    ['tokenizer.json', JSON.stringify(tokenizerJson(architecture, files))],
    ['tokenizer_config.json', JSON.stringify(tokenizerConfigJson(architecture, files))],
  ];
  await Promise.all(contents.map(([name, text]) => writeFile(join(folder, name), text)));
}

async function findLayout(folder: string, architecture: VocabularyKind): Promise<string[] | undefined> {
  for (const names of layouts[architecture]) {
    const paths = names.map((name) => join(folder, name));
    const present = await Promise.all(paths.map(isFile));
    if (present.every(Boolean)) return paths;
  }
  return undefined;
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}
