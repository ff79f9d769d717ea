import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DataError } from '../../errors.js';
import { byteTokenizer, byteTokenizerFiles } from '../byte-tokenizer.js';
import { createTokenizer, loadTokenizer } from '../load.js';
import { readTokenizerFiles, writeTokenizerFiles } from '../tokenizer-files.js';
import { tokenizerJson } from '../tokenizer-json.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'rules-'));
});
afterEach(() => rm(folder, { recursive: true }));

const bytes = byteTokenizerFiles();

async function write(files: Record<string, unknown>): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    const text = typeof content === 'string' ? content : JSON.stringify(content);
    await writeFile(path.join(folder, name), text);
  }
}

const slowFiles = { 'vocab.json': Object.fromEntries(bytes.vocab), 'merges.txt': '#version: 0.2\n' };
const slow = { tokenizer_class: 'GPT2Tokenizer' };
const fast = { tokenizer_class: 'PreTrainedTokenizerFast' };
const token = (content: string, flags: object = {}) => {
  const none = { lstrip: false, rstrip: false, single_word: false, normalized: false, special: false };
  return { content, ...none, ...flags };
};

const template = {
  type: 'TemplateProcessing',
  single: [{ SpecialToken: { id: '<s>', type_id: 0 } }, { Sequence: { id: 'A', type_id: 0 } }],
  pair: [{ Sequence: { id: 'A', type_id: 0 } }, { Sequence: { id: 'B', type_id: 1 } }],
  special_tokens: { '<s>': { id: '<s>', ids: [257], tokens: ['<s>'] } },
};
const fastFile = {
  ...tokenizerJson('gpt2', bytes),
  added_tokens: [
    { id: 257, ...token('<s>', { special: true }) },
    { id: 258, ...token('a b\n😀') },
  ],
  normalizer: { type: 'Lowercase' },
  post_processor: template,
};

interface Case {
  files: Record<string, unknown>;
  text: string;
  ids: number[];
  begin: number | undefined;
  ends: number[];
  promptStart?: number[];
}

// Ids and roles of transformers 5.18.0, AutoTokenizer, add_special_tokens=False; where it has no bos_token, a text begins with
// what ends one, or with <|endoftext|>.
const cases: Record<string, Case> = {
  'a token of added_tokens.json': {
    files: { ...slowFiles, 'tokenizer_config.json': slow, 'added_tokens.json': { foo: 257 } },
    text: 'a foo',
    ids: [64, 220, 257],
    begin: 256,
    ends: [256],
  },
  'ids of new tokens in the order of the file’s': {
    files: { ...slowFiles, 'tokenizer_config.json': slow, 'added_tokens.json': { foo: 290, bar: 280 } },
    text: 'a foo b bar',
    ids: [64, 220, 258, 220, 65, 220, 257],
    begin: 256,
    ends: [256],
  },
  'added_tokens_decoder with its flags': {
    files: {
      ...slowFiles,
      'tokenizer_config.json': {
        ...slow,
        added_tokens_decoder: {
          257: token('foo', { lstrip: true }),
          258: token('bar', { single_word: true }),
        },
      },
    },
    text: 'a foo bar',
    ids: [64, 257, 220, 258],
    begin: 256,
    ends: [256],
  },
  'special_tokens_map.json, and a bos_token before a prompt': {
    files: {
      ...slowFiles,
      'tokenizer_config.json': { ...slow, add_bos_token: true },
      'special_tokens_map.json': { bos_token: '<s>', eos_token: token('</s>', { normalized: true }) },
      'added_tokens.json': { '<s>': 257, '</s>': 258 },
    },
    text: 'a</s>é',
    ids: [64, 258, 127, 102],
    begin: 257,
    ends: [258],
    promptStart: [257],
  },
  'a space before the text': {
    files: { ...slowFiles, 'tokenizer_config.json': { ...slow, add_prefix_space: true } },
    text: 'a b',
    ids: [220, 64, 220, 65],
    begin: 256,
    ends: [256],
  },
  'tokens with a role, of this model alone, and without': {
    files: {
      ...slowFiles,
      'tokenizer_config.json': {
        ...slow,
        ...{ pad_token: 'P', bos_token: '<s>', my_token: 'Q', extra_special_tokens: ['<e>'] },
      },
    },
    text: '<s>P Q<e> ',
    ids: [257, 47, 220, 48, 258, 220],
    begin: 257,
    ends: [256],
  },
  'an eos_token as an object, and no bos_token': {
    files: {
      ...slowFiles,
      'tokenizer_config.json': {
        ...slow,
        bos_token: null,
        eos_token: { __type: 'AddedToken', ...token('</s>') },
      },
    },
    text: '</s>a',
    ids: [257, 64],
    begin: 257,
    ends: [257],
  },
  'tokenizer.json': {
    files: { 'tokenizer.json': fastFile, 'tokenizer_config.json': { ...fast, bos_token: '<s>' } },
    text: 'A<s>a b\n😀B',
    ids: [64, 257, 258, 65],
    begin: 257,
    ends: [256],
    promptStart: [257],
  },
  'tokenizer.json, with flags and a role from tokenizer_config.json': {
    files: {
      'tokenizer.json': fastFile,
      'tokenizer_config.json': {
        ...fast,
        eos_token: 'foo',
        added_tokens_decoder: { 257: token('<s>', { lstrip: true, special: true }) },
      },
    },
    text: 'a <s> foo',
    ids: [64, 257, 220, 259],
    begin: 259,
    ends: [259],
    promptStart: [257],
  },
};

describe('the files of a folder against transformers 5.18.0', () => {
  it.each(Object.entries(cases))('%s', async (_name, { files, text, ids, begin, ends, promptStart = [] }) => {
    await write(files);
    const tokenizer = await loadTokenizer(folder, { architecture: 'gpt2' });
    expect(tokenizer.encode(text)).toEqual(ids);
    expect([tokenizer.beginOfText, tokenizer.endOfText, tokenizer.promptStart]).toEqual([
      begin,
      ends,
      promptStart,
    ]);
    expect(tokenizer.name).toBe('huggingface');
    // Written and read again it is the same, whole.
    const copy = path.join(folder, 'copy');
    await writeTokenizerFiles(copy, 'gpt2', await readTokenizerFiles(folder, 'gpt2'));
    const again = await loadTokenizer(copy, { architecture: 'gpt2' });
    expect(again).toMatchObject({ fingerprint: tokenizer.fingerprint, beginOfText: begin, endOfText: ends });
  });
});

describe('what is said of it', () => {
  const notes = async () => (await readTokenizerFiles(folder, 'gpt2')).notes;

  it('is nothing for a released tokenizer, whatever file it stands in', async () => {
    await write({ 'tokenizer.json': tokenizerJson('gpt2', bytes), 'tokenizer_config.json': slow });
    expect(await readTokenizerFiles(folder, 'gpt2')).toEqual(bytes);
    const tokenizer = await loadTokenizer(folder, { architecture: 'gpt2' });
    expect(tokenizer.fingerprint).toBe(byteTokenizer().fingerprint);
  });

  it('is the released rules where a file has a model and added tokens alone', async () => {
    const { model } = tokenizerJson('gpt2', bytes);
    await write({ 'tokenizer.json': { model, added_tokens: [{ id: 257, content: '<x>' }] } });
    const tokenizer = await loadTokenizer(folder, { architecture: 'gpt2' });
    expect(tokenizer.encode("it's <x>é")).toEqual([...byteTokenizer().encode("it's "), 257, 127, 102]);
    expect(tokenizer.decode([127, 102, 257])).toBe('é<x>');
  });

  it('names ids that are not those of the file, rules that a class leaves out, and a setting that means nothing', async () => {
    await write({ ...slowFiles, 'tokenizer_config.json': { ...slow, do_lower_case: true } });
    expect(await notes()).toEqual([
      expect.stringContaining('has do_lower_case in its tokenizer_config.json'),
    ]);
    await write({ 'added_tokens.json': { foo: 290 }, 'tokenizer_config.json': slow });
    expect(await notes()).toEqual([
      'The token "foo" has the id 257 here, as in Python, not 290 as its file says.',
    ]);
    await write({ 'tokenizer.json': fastFile, 'added_tokens.json': {} });
    expect(await notes()).toEqual([expect.stringContaining('tokenizer.json are followed; transformers 5')]);
  });
});

describe('what is no token', () => {
  it.each([
    [
      { 'added_tokens.json': { foo: '290' } },
      'foo: not the id of a token. Expected an integer from 0, found "290".',
    ],
    [
      { 'tokenizer_config.json': { ...slow, eos_token: 3 } },
      'eos_token: not a token. Expected a text, or an object',
    ],
    [
      { 'tokenizer_config.json': { ...slow, added_tokens_decoder: { 257: { lstrip: true } } } },
      'added_tokens_decoder.257: not a token.',
    ],
    [
      { 'tokenizer.json': { ...fastFile, added_tokens: { foo: 257 } } },
      'tokenizer.json: added_tokens: not a list.',
    ],
  ])('is refused in %j', async (files, message) => {
    await write({ ...slowFiles, ...files });
    const failure = readTokenizerFiles(folder, 'gpt2');
    await expect(failure).rejects.toBeInstanceOf(DataError);
    await expect(failure).rejects.toThrow(message);
  });
});

describe('vocabularies with gaps', () => {
  it('give a new token the id of its file where Python would take that of another symbol', async () => {
    const vocab = Object.fromEntries([...bytes.vocab].filter(([symbol]) => symbol !== '<|endoftext|>'));
    await write({ ...slowFiles, 'vocab.json': { ...vocab, 'two words': 257 } });
    await write({ 'tokenizer_config.json': slow, 'added_tokens.json': { foo: 260 } });
    const tokenizer = await loadTokenizer(folder, { architecture: 'gpt2' });
    expect(tokenizer.encode('afoo')).toEqual([64, 260]);
    expect(tokenizer.decode([64, 258, 260, 257])).toBe('afootwo words');
    expect(tokenizer.vocabSize).toBe(261);
  });
});

it('GPT-1’s own preparation stays where tokens were added to its vocabulary', async () => {
  const symbols = ['<unk>', 'a</w>', "n't</w>", 'n', "'", 't</w>', "n'", 'do</w>', 'd', 'o</w>'];
  const files = {
    vocab: new Map(symbols.map((symbol, id): [string, number] => [symbol, id])),
    merges: [
      ['n', "'"],
      ["n'", 't</w>'],
      ['d', 'o</w>'],
    ] as const,
  };
  await writeTokenizerFiles(folder, 'gpt1', files);
  await write({ 'added_tokens.json': { '[x]': 10 } });
  const original = await loadTokenizer(folder, { architecture: 'gpt1' });
  const plain = await createTokenizer(files, { architecture: 'gpt1' });
  expect(original.name).toBe('gpt1-original');
  expect(original.encode("A [x] don't")).toEqual([...plain.encode('a'), 10, ...plain.encode("don't")]);
  expect(original.decode([1, 10])).toBe('a [x]');
  const huggingface = await loadTokenizer(folder, { architecture: 'gpt1', mode: 'huggingface' });
  expect(huggingface.encode('A [x] a')).toEqual([1, 10, 1]);
});
