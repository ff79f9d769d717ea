import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DataError, UserError } from '../errors.js';
import type { Merge } from './byte-pairs.js';
import { byteTokenizerFiles } from './byte-tokenizer.js';
import { loadTokenizer } from './load.js';
import {
  hasTokenizerFiles,
  readTokenizerFiles,
  tokenizerFileNames,
  writeTokenizerFiles,
} from './tokenizer-files.js';

const vocab = { a: 0, b: 1, ab: 2, '"': 3, 'ab"': 4 };
const merges: Merge[] = [
  ['a', 'b'],
  ['ab', '"'],
];
const mergeLines = '#version: 0.2\na b\nab "\n';
const files = { vocab: new Map(Object.entries(vocab)), merges };

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tokenizer-'));
});
afterEach(() => rm(folder, { recursive: true }));

const write = (contents: Record<string, string>) =>
  Promise.all(Object.entries(contents).map(([name, text]) => writeFile(join(folder, name), text)));

describe('reading', () => {
  it.each([
    ['gpt1', { 'vocab.json': JSON.stringify(vocab), 'merges.txt': mergeLines }],
    ['gpt2', { 'encoder.json': JSON.stringify(vocab), 'vocab.bpe': mergeLines }],
    ['gpt1', { 'encoder_bpe_40000.json': JSON.stringify(vocab), 'vocab_40000.bpe': mergeLines }],
    ['gpt2', { 'tokenizer.json': JSON.stringify({ model: { vocab, merges } }) }],
    ['gpt1', { 'tokenizer.json': JSON.stringify({ model: { vocab, merges: ['a b', 'ab "'] } }) }],
    ['gpt2', { 'vocab.json': JSON.stringify(vocab), 'merges.txt': mergeLines.replaceAll('\n', '\r\n') }],
  ] as const)('finds a %s vocabulary in %j', async (architecture, contents) => {
    expect(await hasTokenizerFiles(folder, architecture)).toBe(false);
    await write(contents);
    expect(await hasTokenizerFiles(folder, architecture)).toBe(true);
    expect(await readTokenizerFiles(folder, architecture)).toEqual(files);
  });

  it('takes symbols that tokenizer.json lists only among the added ones', async () => {
    const addedTokens = [{ id: 5, content: '<|endoftext|>', special: true }];
    await write({
      'tokenizer.json': JSON.stringify({ added_tokens: addedTokens, model: { vocab, merges } }),
    });
    expect((await readTokenizerFiles(folder, 'gpt2')).vocab.get('<|endoftext|>')).toBe(5);
  });

  it('names what it looked for where half of a layout is missing', async () => {
    await write({ 'vocab.json': '{}' });
    const failure = loadTokenizer(folder, { architecture: 'gpt2' });
    await expect(failure).rejects.toBeInstanceOf(UserError);
    await expect(failure).rejects.toThrow(
      `No gpt2 tokenizer in ${folder}: looked for tokenizer.json, or vocab.json + merges.txt, or encoder.json + vocab.bpe.`,
    );
  });

  it.each([
    ['{"a": 0', mergeLines, /vocab\.json: the file is not JSON \(/],
    ['[]', '', 'vocab.json: not a vocabulary. Expected an object of symbol → id.'],
    ['{"a": "0"}', '', 'vocab.json: symbol "a": bad id. Expected an integer from 0, found "0".'],
    [
      '{"a": 0, "b": 0}',
      '',
      'vocab.json: symbol "b": has the same id as "a". Expected an id of its own, found 0.',
    ],
    [JSON.stringify(vocab), '#version: 0.2\na b\nab\n', 'merges.txt: line 3: "ab": not two symbols.'],
    [JSON.stringify(vocab), 'a b\na b c\n', 'merges.txt: line 2: "a b c": not two symbols.'],
    [JSON.stringify(vocab), 'a b\nb a\n', 'merges.txt: line 2: "b a": the vocabulary lacks the symbol "ba".'],
    [JSON.stringify(vocab), '#version: 0.2\n', 'merges.txt: there is no merge in it'],
    [JSON.stringify(vocab), '', 'merges.txt: there is no merge in it'],
    [JSON.stringify(vocab), 'a x\n', 'merges.txt: line 1: "a x": the vocabulary lacks the symbol "x".'],
    [
      JSON.stringify(vocab),
      'a b\n\na b\n',
      'merges.txt: line 3: "a b": this merge stands here a second time.',
    ],
  ])('says where %s with %j is damaged', async (vocabText, mergesText, message) => {
    await write({ 'vocab.json': vocabText, 'merges.txt': mergesText });
    const failure = readTokenizerFiles(folder, 'gpt1');
    await expect(failure).rejects.toBeInstanceOf(DataError);
    await expect(failure).rejects.toThrow(message);
  });

  it.each([
    ['{"model": {"type": "BPE", "vocab": {}}}', 'tokenizer.json: model: not a tokenizer.'],
    ['{"model": {"merges": []}}', 'tokenizer.json: model.vocab: not a vocabulary.'],
    [
      '{"model": {"vocab": {"a": 0}, "merges": ["a b"]}}',
      'tokenizer.json: model.merges[0]: "a b": the vocabulary lacks the symbol "b".',
    ],
  ])('says where %s is damaged', async (text, message) => {
    await write({ 'tokenizer.json': text });
    await expect(readTokenizerFiles(folder, 'gpt2')).rejects.toThrow(message);
  });
});

describe('writing', () => {
  it('gives back what it wrote, also from tokenizer.json alone', async () => {
    for (const architecture of ['gpt1', 'gpt2'] as const) {
      await writeTokenizerFiles(folder, architecture, files);
      expect(await readTokenizerFiles(folder, architecture)).toEqual(files);
      for (const name of tokenizerFileNames(architecture)) await rm(join(folder, name));
      expect(await readTokenizerFiles(folder, architecture)).toEqual(files);
    }
  });

  it('leaves nothing of another tokenizer, which would be read as its own', async () => {
    await write({ 'added_tokens.json': '{"x": 9}', 'special_tokens_map.json': '{}' });
    await writeTokenizerFiles(folder, 'gpt2', byteTokenizerFiles());
    expect(await readTokenizerFiles(folder, 'gpt2')).toEqual(byteTokenizerFiles());
  });

  it('makes the folder and writes the files that transformers looks for', async () => {
    const inner = join(folder, 'a', 'b');
    await writeTokenizerFiles(inner, 'gpt2', byteTokenizerFiles());
    const json = JSON.parse(await readFile(join(inner, 'tokenizer.json'), 'utf8'));
    expect(json.added_tokens).toMatchObject([{ id: 256, content: '<|endoftext|>', special: true }]);
    expect(json.pre_tokenizer.type).toBe('ByteLevel');
    const config = JSON.parse(await readFile(join(inner, 'tokenizer_config.json'), 'utf8'));
    expect(config).toMatchObject({ tokenizer_class: 'GPT2Tokenizer', eos_token: '<|endoftext|>' });
    expect(await readFile(join(inner, 'merges.txt'), 'utf8')).toBe('#version: 0.2\n');
  });
});
