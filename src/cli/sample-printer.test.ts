import { expect, test } from 'vitest';
import { SamplePrinter } from './sample-printer.js';

function printer(samples: number) {
  const written: string[] = [];
  return { written, printer: new SamplePrinter((text) => void written.push(text), samples) };
}

const title = (number: number) => `${'='.repeat(40)} SAMPLE ${number} ${'='.repeat(40)}\n`;

test('a single text is printed as it comes, and its last line is ended', () => {
  const { written, printer: one } = printer(1);
  one.add(0, 'a');
  one.add(0, ' b');
  expect(written).toEqual(['a', ' b']);
  one.end(0);
  one.close();
  expect(written.join('')).toBe('a b\n');
});

test('several come in order, whichever is ready first', () => {
  const { written, printer: three } = printer(3);
  three.add(2, 'third');
  three.add(0, 'first ');
  three.end(2);
  three.add(1, 'sec');
  expect(written.join('')).toBe(`${title(1)}first `);
  three.add(0, 'one\n');
  three.end(0);
  expect(written.join('')).toBe(`${title(1)}first one\n${title(2)}sec`);
  three.add(1, 'ond');
  three.end(1);
  three.close();
  expect(written.join('')).toBe(`${title(1)}first one\n${title(2)}second\n${title(3)}third\n`);
});

test('what was printed of an interrupted text stays, with its line ended', () => {
  const { written, printer: one } = printer(2);
  one.add(0, 'half a');
  one.add(1, 'unseen');
  one.close();
  expect(written.join('')).toBe(`${title(1)}half a\n`);
});
