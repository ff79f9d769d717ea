import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { csvLines } from './csv.js';

test('a field is in quotes where a reader would otherwise take it for several, and only there', () => {
  const fields = [
    'plain',
    'a, b',
    'say "no"',
    'two\nlines',
    'a\rb',
    ' kept ',
    '=1+1',
    undefined,
    null,
    0,
    1e-7,
  ];
  expect(csvLines([fields, ['next']])).toBe(
    'plain,"a, b","say ""no""","two\nlines","a\rb", kept ,=1+1,,,0,1e-7\nnext\n',
  );
});

test('csv-parse reads the texts back as they were', () => {
  const text = fc.string({ unit: fc.constantFrom('a', ' ', ',', '"', '\n', '\r', '\t', 'é') });
  const lines = fc.array(fc.tuple(text, text, text), { minLength: 1 });
  fc.assert(
    fc.property(lines, (given) => {
      expect(parse(csvLines(given), { record_delimiter: '\n' })).toEqual(given);
    }),
  );
});
