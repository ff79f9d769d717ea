import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { UserError } from '../errors.js';
import { byteTokenizer } from '../tokenizers/byte-tokenizer.js';
import { createTokenizer } from '../tokenizers/load.js';
import type { Tokenizer } from '../tokenizers/tokenizer.js';
import { trainBytePairs } from '../tokenizers/train-bpe.js';
import { readAllPieces, readCorpus } from './corpus.js';
import { type TokenizeProgress, tokenizeCorpus } from './tokenized-corpus.js';

let folder: string;
let cacheFolder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'gpt-tokens-'));
  cacheFolder = path.join(folder, 'cache', 'tokens');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function corpusOf(...texts: string[]) {
  await mkdir(path.join(folder, 'text'), { recursive: true });
  for (const [i, text] of texts.entries()) await writeFile(path.join(folder, 'text', `${i}.txt`), text);
  return (await readCorpus([path.join(folder, 'text')])).training;
}

const bytes = byteTokenizer();

describe('tokenizeCorpus', () => {
  it('puts the documents end to end, the separator before each', async () => {
    const documents = await corpusOf('H é', 'two\r\nlines');
    const { tokens, documents: ranges, cached } = await tokenizeCorpus(documents, bytes, { cacheFolder });
    expect(tokens.slice()).toBeInstanceOf(Uint16Array);
    expect(bytes.decode(tokens.slice())).toBe('<|endoftext|>H é<|endoftext|>two\nlines');
    expect(ranges).toEqual([
      { name: '0.txt', start: 1, end: 5, words: 2 },
      { name: '1.txt', start: 6, end: 15, words: 2 },
    ]);
    expect(cached).toBe(false);
  });

  it('gives the ids of the whole text although it encodes piece by piece', async () => {
    const text = `It's the ${'1,000 cafés\n\n  and '.repeat(15_000)}`;
    const documents = await corpusOf(text);
    const files = await trainBytePairs(readAllPieces(documents), { vocabSize: 290 });
    expect(files).toEqual(await trainBytePairs([text], { vocabSize: 290 }));
    const tokenizer = await createTokenizer(files, { architecture: 'gpt2' });
    const { tokens } = await tokenizeCorpus(documents, tokenizer, { cacheFolder });
    const whole = [files.vocab.get('<|endoftext|>')!, ...tokenizer.encode(text)];
    expect(tokens.slice()).toEqual(Uint16Array.from(whole));
  });

  it('needs four bytes for a large vocabulary, and no separator where the tokenizer has none', async () => {
    const large: Tokenizer = {
      ...bytes,
      vocabSize: 70_000,
      beginOfText: undefined,
      endOfText: [],
      encode: (text) => [text.length, 69_999],
    };
    const documents = await corpusOf('abc', 'de');
    for (const cached of [false, true]) {
      const made = await tokenizeCorpus(documents, large, { cacheFolder });
      expect(made.tokens.slice()).toEqual(Uint32Array.of(3, 69_999, 2, 69_999));
      expect(made.documents.map(({ start, end }) => [start, end])).toEqual([
        [0, 2],
        [2, 4],
      ]);
      expect(made.cached).toBe(cached);
    }
  });

  it('parts documents by the end of one and the begin of the next where these are two tokens', async () => {
    const documents = await corpusOf('a', 'b');
    const two: Tokenizer = { ...bytes, name: 'huggingface', beginOfText: 3, endOfText: [4, 5] };
    const made = await tokenizeCorpus(documents, { ...two, fingerprint: 'two' }, { cacheFolder });
    expect([...made.tokens.slice()]).toEqual([4, 3, ...bytes.encode('a'), 4, 3, ...bytes.encode('b')]);
    expect(made.documents.map(({ start, end }) => [start, end])).toEqual([
      [2, 3],
      [5, 6],
    ]);
  });

  it('encodes the documents of GPT-1 whole, because its preparation reaches across words', async () => {
    const symbols = ['<unk>', '\n</w>', 'a</w>', 'b</w>'];
    const vocab = new Map(symbols.map((symbol, id) => [symbol, id]));
    const gpt1 = await createTokenizer({ vocab, merges: [] }, { architecture: 'gpt1' });
    const text = 'a \n\n b\n'.repeat(38_000);
    const { tokens } = await tokenizeCorpus(await corpusOf(text), gpt1, { cacheFolder });
    expect(tokens.slice()).toEqual(Uint16Array.from(gpt1.encode(text)));
  });

  it('takes the tokens from its file the second time, whatever the documents are called', async () => {
    const first = await tokenizeCorpus(await corpusOf('one', 'two'), bytes, { cacheFolder });
    const { training } = await readCorpus([path.join(folder, 'text/0.txt'), path.join(folder, 'text/1.txt')]);
    const refusing = { ...bytes, encode: () => expect.unreachable('the text is encoded again') };
    const second = await tokenizeCorpus(training, refusing, { cacheFolder });
    expect(second).toMatchObject({ documents: first.documents, file: first.file, cached: true });
    expect(second.tokens.slice()).toEqual(first.tokens.slice());
    expect(await readdir(cacheFolder)).toEqual([path.basename(first.file)]);
  });

  it('makes another file for another text, order or tokenizer', async () => {
    const documents = await corpusOf('one', 'two');
    const other = { ...bytes, fingerprint: 'other' };
    const fileOf = async (...args: Parameters<typeof tokenizeCorpus>) => (await tokenizeCorpus(...args)).file;
    const files = [
      await fileOf(documents, bytes, { cacheFolder }),
      await fileOf(documents.toReversed(), bytes, { cacheFolder }),
      await fileOf(documents, other, { cacheFolder }),
      await fileOf(await corpusOf('one', 'Two'), bytes, { cacheFolder }),
    ];
    expect(new Set(files).size).toBe(4);
  });

  it.each([
    ['a changed id', (content: Buffer) => content.fill(7, 2, 3)],
    [
      'a changed length',
      (content: Buffer) => Buffer.from(content.toString('latin1').replace('[3,', '[2,'), 'latin1'),
    ],
    ['a missing end', (content: Buffer) => content.subarray(0, -3)],
    ['nothing', () => Buffer.alloc(0)],
    ['something else', () => Buffer.from('not tokens')],
    ['null', () => Buffer.concat([Buffer.from('null'), Buffer.from([4, 0, 0, 0])])],
    ['a size beyond its start', () => Buffer.from([255, 255, 255, 127])],
  ])('makes a cache file with %s again', async (_, damage) => {
    const documents = await corpusOf('one', 'two');
    const whole = await tokenizeCorpus(documents, bytes, { cacheFolder });
    const ids = whole.tokens.slice();
    whole.tokens.close();
    const content = await readFile(whole.file);
    const damaged = damage(Buffer.from(content));
    expect(damaged.equals(content)).toBe(false);
    await writeFile(whole.file, damaged);
    const again = await tokenizeCorpus(documents, bytes, { cacheFolder });
    expect(again).toMatchObject({ documents: whole.documents, cached: false });
    expect(again.tokens.slice()).toEqual(ids);
    expect(await readFile(whole.file)).toEqual(content);
  });

  it('tells how far it is, up to all bytes', async () => {
    const documents = await corpusOf('one\r\n', 'two');
    const events: TokenizeProgress[] = [];
    await tokenizeCorpus(documents, bytes, { cacheFolder, onProgress: (event) => events.push(event) });
    expect(events.at(-1)).toEqual({ doneBytes: 8, totalBytes: 8, tokens: 9 });
  });

  it('says which folder cannot be written, and leaves nothing behind when the text changed meanwhile', async () => {
    const documents = await corpusOf('one');
    await writeFile(path.join(folder, 'file'), '');
    const failure = await tokenizeCorpus(documents, bytes, {
      cacheFolder: path.join(folder, 'file', 'x'),
    }).catch((error) => error);
    expect(failure).toBeInstanceOf(UserError);
    expect(failure.message).toContain(path.join(folder, 'file', 'x'));
    await writeFile(documents[0].file, 'two');
    await expect(tokenizeCorpus(documents, bytes, { cacheFolder })).rejects.toThrow('the file has changed');
    expect(await readdir(cacheFolder)).toEqual([]);
  });
});
