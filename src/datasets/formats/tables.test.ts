import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { zipOf } from '../../testing/archives.js';
import { makeTemporaryFolder } from '../../testing/tiny-model.js';
import { readCsv } from './csv.js';
import { integerField, textField, textListField } from './fields.js';
import { readTsv, type TsvOptions } from './tsv.js';

let folder: string;
beforeAll(async () => {
  folder = await makeTemporaryFolder();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function write(name: string, content: string | Uint8Array): Promise<string> {
  const file = path.join(folder, name);
  await writeFile(file, content);
  return file;
}

describe('readTsv', () => {
  const read = async (content: string, options?: TsvOptions) =>
    readTsv(await write('table.tsv', content), ['a', 'b'] as const, options);
  const line = (number: number, a: string, b: string) => ({ at: `line ${number}`, cells: { a, b } });

  test('takes the wanted columns by their names, in any order', async () => {
    expect(await read('\ufeffx\tb\ta\r\n1\t2\t3\r\n\r\n4\t\t6')).toEqual([
      line(2, '3', '2'),
      line(4, '6', ''),
    ]);
  });

  test('takes the first columns where no line names them', async () => {
    expect(await read('1\t2\n3\t4\n', { header: false })).toEqual([line(1, '1', '2'), line(2, '3', '4')]);
    await expect(read('1\t2\t3\n', { header: false })).rejects.toThrow(/line 1: .*Expected 2, found 3/);
  });

  test('takes more cells than columns only where that is how the file is', async () => {
    expect(await read('1\t2\tlicence\n3\t4\n', { header: false, extraColumns: true })).toHaveLength(2);
    await expect(read('1\n', { header: false, extraColumns: true })).rejects.toThrow(
      /line 1: .*Expected 2, found 1/,
    );
  });

  test('leaves out lines that are too short only where every reader does', async () => {
    expect(await read('a\tb\n1\n2\t3\n', { dropShortLines: true })).toEqual([line(3, '2', '3')]);
    await expect(read('a\tb\n1\n2\t3\n')).rejects.toThrow(/line 2: .*Expected 2, found 1/);
    await expect(read('a\tb\n1\t2\t3\n', { dropShortLines: true })).rejects.toThrow(/line 2: .*found 3/);
  });

  test.each([
    ['"a" is "b"', '"a" is "b"'],
    ['"He said ""no""."', 'He said "no".'],
    ['"""No""', '"""No""'],
    ['"quoted"', '"quoted"'],
    ['"', '"'],
    ['""', '""'],
    ['6" ""', '6" ""'],
  ])('reads the cell %s as %s', async (cell, text) => {
    expect((await read(`${cell}\tx\n`, { header: false }))[0]!.cells.a).toBe(text);
  });

  test('reads quoted cells with tabs and line ends where a CSV library wrote the file', async () => {
    const content = 'a\tb\n"one ""two""\tthree\nfour"\tfive\n"quoted"\tsix 6\' tall\n';
    expect(await read(content, { quotes: 'csv' })).toEqual([
      line(3, 'one "two"\tthree\nfour', 'five'),
      line(4, 'quoted', "six 6' tall"),
    ]);
    await expect(read('a\tb\n"open\tx\n', { quotes: 'csv' })).rejects.toThrow(/table\.tsv: .*quoted cells/);
  });

  test('reads a member of an archive and names both', async () => {
    const file = await write('t.zip', zipOf([{ name: 'd/t.tsv', content: 'a\tb\n1\n' }]));
    await expect(readTsv(file, ['a'], { member: 't.tsv' })).rejects.toThrow(/t\.zip \(t\.tsv\): line 2: /);
  });

  test.each([
    ['', /line 1: the column a is missing.*found an empty file/],
    ['a\n1\n', /line 1: the column b is missing.*found "a"/],
    ['A\tB\n', /the column a is missing.*with tabs between/],
  ])('refuses the file %j', async (content, message) => {
    await expect(read(content)).rejects.toThrow(message);
  });
});

describe('readCsv', () => {
  const read = async (content: string | Uint8Array) =>
    readCsv(await write('table.csv', content), ['a', 'b'] as const);

  test('reads quotation marks, commas and line ends in cells', async () => {
    expect(await read('\ufeffb,x,a\r\n"1, ""one""",,"two\r\nlines"\r\n3,,4\r\n')).toEqual([
      { at: 'line 3', cells: { a: 'two\r\nlines', b: '1, "one"' } },
      { at: 'line 4', cells: { a: '4', b: '3' } },
    ]);
  });

  test.each([
    ['', /line 1: the column a is missing: .*commas/],
    ['a\n1\n', /the column b is missing/],
    ['a,b\n1,2\n3\n', /line 3: the line has a wrong number of columns\. Expected 2, found 1/],
    ['a,b\n1,2,3\n', /line 2: .*found 3/],
    ['a,b\n1,"2\n3,4\n', /table\.csv: line \d: not a table with quoted cells/],
    ['a,b\n1,x"y"\n', /not a table with quoted cells/],
    [Buffer.from('a,b\ncaf\xe9,2\n', 'latin1'), /byte 7: the file is not valid UTF-8/],
  ])('refuses the file %j', async (content, message) => {
    await expect(read(content)).rejects.toThrow(message);
  });
});

describe('fields', () => {
  const place = { file: 'a.jsonl', at: 'line 3' };
  const value = { text: 'x', list: ['a'], mixed: ['a', 1], count: 3, part: 0.5, nothing: null };

  test('are taken by key', () => {
    expect(textField(value, 'text', place)).toBe('x');
    expect(textListField(value, 'list', place)).toEqual(['a']);
    expect(integerField(value, 'count', place)).toBe(3);
  });

  test.each([
    [textField, 'count', 'no text under "count". Expected text, found 3.'],
    [textField, 'gone', 'no text under "gone". Expected text, found the keys text, list,'],
    [textField, 'toString', 'no text under "toString"'],
    [textField, 'nothing', 'found null'],
    [textListField, 'mixed', 'no list of texts under "mixed". Expected a list of texts, found ["a",1].'],
    [textListField, 'text', 'found "x"'],
    [integerField, 'part', 'no whole number under "part". Expected a whole number, found 0.5.'],
  ])('%o of %s is refused', (read: (...given: Parameters<typeof textField>) => unknown, key, message) => {
    expect(() => read(value, key, place)).toThrow(message);
    expect(() => read(value, key, place)).toThrow(/^a\.jsonl: line 3: /);
  });
});
