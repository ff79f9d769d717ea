import { expect, test } from 'vitest';
import { printable, printableWithBold } from './printable.js';

test('what would do something to a terminal is written out, and nothing else is changed', () => {
  expect(printable('\x1b[2Jgone\x07\r\x9b31m\u202eevil\u2066')).toBe(
    '\\x1b[2Jgone\\x07\\x0d\\x9b31m\\u202eevil\\u2066',
  );
  const text = 'Zoë\tsaid:\n“Größe” – 東京 🙂 a\u200db';
  expect(printable(text)).toBe(text);
});

test('bold is left where it may be our own, any other sequence is not', () => {
  expect(printableWithBold('\x1b[1mhead\x1b[22m \x1b[31mred')).toBe('\x1b[1mhead\x1b[22m \\x1b[31mred');
});
