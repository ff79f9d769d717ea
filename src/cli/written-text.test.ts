import { expect, test } from 'vitest';
import { byteTokenizer } from '../tokenizers/byte-tokenizer.js';
import { WrittenText } from './written-text.js';

const tokenizer = byteTokenizer();

/** Writes a text token by token; the pieces that were given out, after each token and at the end. */
function write(text: string, stops: string[]) {
  const pieces: string[] = [];
  const written = new WrittenText(tokenizer, tokenizer.encode('prompt'), stops, (piece) =>
    pieces.push(piece),
  );
  let tokens = 0;
  for (const token of tokenizer.encode(text)) {
    if (written.isStopped) break;
    written.add(token);
    tokens++;
  }
  written.finish();
  return { pieces, text: written.text, tokens };
}

test('a text is given out token by token', () => {
  expect(write('abc', []).pieces).toEqual(['a', 'b', 'c']);
});

test('a character is given out when it is whole', () => {
  expect(write('é–😀x', []).pieces).toEqual(['é', '–', '😀', 'x']);
});

test('an unfinished character at the end is replaced', () => {
  const written = new WrittenText(tokenizer, [], [], () => {});
  for (const token of tokenizer.encode('a😀').slice(0, -1)) written.add(token);
  expect(written.text).toBe('a');
  written.finish();
  expect(written.text).toMatch(/^a\uFFFD+$/);
});

test('a text ends before the first of its stops', () => {
  expect(write('one. Two! Three', ['!', '. T', 'Two'])).toMatchObject({ text: 'one', tokens: 6 });
});

test('what may be the beginning of a stop is held back until that is known', () => {
  expect(write('a\nb\n\nc', ['\n\n'])).toEqual({ pieces: ['a', '\nb'], text: 'a\nb', tokens: 5 });
  expect(write('a\n', ['\n\n']).pieces).toEqual(['a', '\n']);
  expect(write('ababac', ['abac']).text).toBe('ab');
});
