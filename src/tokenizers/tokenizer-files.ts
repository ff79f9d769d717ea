/**
 * The files that a tokenizer is published in. Four layouts of vocabulary and merges are read:
 *
 * | layout                  | vocabulary                | merges           |
 * |-------------------------|---------------------------|------------------|
 * | Hugging Face, one file  | `tokenizer.json` (both)   |                  |
 * | Hugging Face            | `vocab.json`              | `merges.txt`     |
 * | openai/gpt-2            | `encoder.json`            | `vocab.bpe`      |
 * | finetune-transformer-lm | `encoder_bpe_40000.json`  | `vocab_40000.bpe`|
 *
 * The first complete one wins. Beside them stand what is added and which tokens have a role: `tokenizer_config.json`,
 * `special_tokens_map.json`, `added_tokens.json`.
 */
import { rm, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { DataError, UserError } from '../errors.js';
import { readTextFile } from '../files/decode.js';
import { makeFolder } from '../files/folder.js';
import { isJsonObject, parseJson } from '../files/json-file.js';
import type { VocabularyKind } from '../models/config.js';
import type { BytePairs } from './byte-pairs.js';
import { readRules } from './rules/read-rules.js';
import { readTextBoundaries, type TextBoundaries } from './text-boundaries.js';
import type { TokenizerFiles } from './tokenizer-content.js';
import { endOfTextSymbol, tokenizerConfigJson, tokenizerJson } from './tokenizer-json.js';
import { parseMerges, parseVocabulary, readTokenizerJson } from './vocabulary.js';

const layouts: Record<VocabularyKind, readonly (readonly string[])[]> = {
  gpt1: [['tokenizer.json'], ['vocab.json', 'merges.txt'], ['encoder_bpe_40000.json', 'vocab_40000.bpe']],
  gpt2: [['tokenizer.json'], ['vocab.json', 'merges.txt'], ['encoder.json', 'vocab.bpe']],
};

/** What stands beside a vocabulary. */
const companions = ['tokenizer_config.json', 'special_tokens_map.json', 'added_tokens.json'];

/** Names of all files that a tokenizer may have. */
export const allTokenizerFiles: readonly string[] = [
  ...new Set([...Object.values(layouts).flat(2), ...companions]),
];

/** Names of the files that a download from the Hugging Face Hub needs. The same for both architectures. */
export function tokenizerFileNames(architecture: VocabularyKind): readonly string[] {
  return layouts[architecture][1];
}

/** Whether the folder holds a complete tokenizer in one of the published layouts. Contents are not looked at. */
export async function hasTokenizerFiles(folder: string, architecture: VocabularyKind): Promise<boolean> {
  return (await findLayout(folder, architecture)) !== undefined;
}

/** For which model a tokenizer is read. */
export interface ReadTokenizerOptions {
  /** Folder of the model, whose configuration says which tokens begin and end a text. @default the same folder */
  modelFolder?: string;
  /** Rows of its token embedding: ids from there on begin and end nothing. */
  rows?: number;
}

/**
 * Reads the tokenizer of a folder. Throws UserError naming the files looked for where none of the layouts is complete,
 * DataError with file and place where one is damaged.
 */
export async function readTokenizerFiles(
  folder: string,
  architecture: VocabularyKind,
  { modelFolder = folder, rows }: ReadTokenizerOptions = {},
): Promise<TokenizerFiles> {
  const paths = await findLayout(folder, architecture);
  if (!paths) {
    const wanted = layouts[architecture].map((names) => names.join(' + ')).join(', or ');
    throw new UserError(`No ${architecture} tokenizer in ${folder}: looked for ${wanted}.`, {
      hint: 'Copy the vocabulary and merges that belong to the model into that folder.',
    });
  }
  const { pairs, json } = await readPairs(paths);
  const { rules, stated, added, notes } = await readRules(folder, architecture, pairs, json);
  const found = await readTextBoundaries(modelFolder, stated, rows);
  const boundaries: TextBoundaries = { begin: found.begin, ends: found.ends };
  const vocab = withAdded(pairs.vocab, added);
  const usual = usualBoundaries(architecture, vocab);
  const isUsual = boundaries.begin === usual.begin && `${boundaries.ends}` === `${usual.ends}`;
  const allNotes = [...notes, ...found.notes];
  return {
    ...{ vocab, merges: pairs.merges },
    ...(rules === undefined ? {} : { rules, copies: await readCopies(folder) }),
    ...(isUsual ? {} : { boundaries }),
    ...(allNotes.length === 0 ? {} : { notes: allNotes }),
  };
}

/** The tokens around a text where nothing is said of them: GPT-2's documents are parted by one, GPT-1's by none. */
export function boundariesOf(
  { vocab, boundaries }: Pick<TokenizerFiles, 'vocab' | 'boundaries'>,
  architecture: VocabularyKind,
): TextBoundaries {
  return boundaries ?? usualBoundaries(architecture, vocab);
}

function usualBoundaries(architecture: VocabularyKind, vocab: ReadonlyMap<string, number>): TextBoundaries {
  const id = architecture === 'gpt2' ? vocab.get(endOfTextSymbol) : undefined;
  return { begin: id, ends: id === undefined ? [] : [id] };
}

async function readPairs(paths: readonly string[]) {
  const texts = await Promise.all(paths.map(readTextFile));
  if (basename(paths[0]) !== 'tokenizer.json') {
    const vocab = parseVocabulary(texts[0], paths[0]);
    const pairs: BytePairs = { vocab, merges: parseMerges(texts[1], paths[1], vocab) };
    return { pairs, json: undefined };
  }
  const json = parseJson(texts[0], paths[0]);
  if (!isJsonObject(json)) {
    throw new DataError({ file: paths[0], problem: 'not a tokenizer.', expected: 'an object' });
  }
  return { pairs: readTokenizerJson(json, paths[0]), json };
}

function withAdded(
  vocab: ReadonlyMap<string, number>,
  added: readonly { content: string; id: number }[],
): ReadonlyMap<string, number> {
  const missing = added.filter(({ content }) => !vocab.has(content));
  if (missing.length === 0) return vocab;
  return new Map([...vocab, ...missing.map(({ content, id }): [string, number] => [content, id])]);
}

/** The tokenizer's files in a folder, whole. */
async function readCopies(folder: string): Promise<Map<string, string>> {
  const texts = await Promise.all(
    allTokenizerFiles.map(async (name): Promise<[string, string][]> => {
      const file = join(folder, name);
      return (await isFile(file)) ? [[name, await readTextFile(file)]] : [];
    }),
  );
  return new Map(texts.flat());
}

/**
 * Writes the files from which Hugging Face transformers and `readTokenizerFiles` build the same tokenizer again: those that it
 * was read from where it has rules of its own, else `vocab.json`, `merges.txt`, `tokenizer.json` and `tokenizer_config.json`.
 * Those of another tokenizer go. Makes the folder if need be.
 */
export async function writeTokenizerFiles(
  folder: string,
  architecture: VocabularyKind,
  files: TokenizerFiles,
): Promise<void> {
  await makeFolder(folder);
  const contents = new Map(files.copies ?? formatFiles(architecture, files));
  // What another tokenizer left there would be read as this one's.
  const others = allTokenizerFiles.filter((name) => !contents.has(name));
  await Promise.all([
    ...[...contents].map(([name, text]) => writeFile(join(folder, name), text)),
    ...others.map((name) => rm(join(folder, name), { force: true })),
  ]);
}

function formatFiles(architecture: VocabularyKind, files: TokenizerFiles): [name: string, text: string][] {
  const mergeLines = files.merges.map((merge) => `${merge.join(' ')}\n`);
  return [
    ['vocab.json', JSON.stringify(Object.fromEntries(files.vocab))],
    ['merges.txt', `#version: 0.2\n${mergeLines.join('')}`],
    ['tokenizer.json', JSON.stringify(tokenizerJson(architecture, files))],
    ['tokenizer_config.json', JSON.stringify(tokenizerConfigJson(architecture, files))],
  ];
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
