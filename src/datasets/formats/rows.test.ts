import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tarOf, zipOf } from '../../testing/archives.js';
import { makeTemporaryFolder } from '../../testing/tiny-model.js';
import { integer, object, optional, structure, text, textField, texts, word } from './fields.js';
import { findRows, Row, type RowOptions, readRows } from './rows.js';

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

const fields = { a: text('a'), b: text('b') };
const read = async (name: string, content: string | Uint8Array, options?: RowOptions) =>
  (await readRows(await write(name, content), fields, options)).map(({ place, values }) => ({
    at: place.at,
    ...values,
  }));
const row = (at: string, a: string, b: string) => ({ at, a, b });

describe('tables with tabs', () => {
  const tsv = (content: string, options?: RowOptions) => read('table.tsv', content, options);
  const bare = { columns: ['a', 'b'] };

  test('have the wanted columns anywhere', async () => {
    expect(await tsv('\ufeffx\tb\ta\r\n1\t2\t3\r\n\r\n4\t\t6')).toEqual([
      row('line 2', '3', '2'),
      row('line 4', '6', ''),
    ]);
  });

  test('have known columns where no line names them', async () => {
    expect(await tsv('1\t2\n3\t4\n', bare)).toEqual([row('line 1', '1', '2'), row('line 2', '3', '4')]);
    expect(await tsv('b\ta\n3\t4\n', bare)).toEqual([row('line 2', '4', '3')]);
    await expect(tsv('1\t2\t3\n', bare)).rejects.toThrow(/line 1: .*Expected 2, found 3/);
  });

  test('have more cells than columns only where that is how the file is', async () => {
    expect(await tsv('1\t2\tlicence\n3\t4\n', { ...bare, extraColumns: true })).toHaveLength(2);
    await expect(tsv('1\n', { ...bare, extraColumns: true })).rejects.toThrow(
      /line 1: .*Expected 2, found 1/,
    );
  });

  test('lose lines that are too short only where every reader leaves them out', async () => {
    expect(await tsv('a\tb\n1\n2\t3\n', { dropShortLines: true })).toEqual([row('line 3', '2', '3')]);
    await expect(tsv('a\tb\n1\n2\t3\n')).rejects.toThrow(/line 2: .*Expected 2, found 1/);
    await expect(tsv('a\tb\n1\t2\t3\n', { dropShortLines: true })).rejects.toThrow(/line 2: .*found 3/);
  });

  test.each([
    ['"a" is "b"', '"a" is "b"'],
    ['"He said ""no""."', 'He said "no".'],
    ['"""No""', '"""No""'],
    ['"quoted"', '"quoted"'],
    ['"', '"'],
    ['""', '""'],
    ['6" ""', '6" ""'],
  ])('have the text %s as %s', async (cell, value) => {
    expect((await tsv(`${cell}\tx\n`, bare))[0]!.a).toBe(value);
  });

  test('have quoted cells with tabs and line ends where a CSV library wrote them', async () => {
    const content = 'a\tb\n"one ""two""\t\tthree\n\nfour"\tfive\n"quoted"\tsix 6\' tall\n';
    const expected = [
      row('line 4', 'one "two"\t\tthree\n\nfour', 'five'),
      row('line 5', 'quoted', "six 6' tall"),
    ];
    expect(await tsv(content)).toEqual(expected);
    expect(await tsv(content, { dropShortLines: true })).toEqual(expected);
    expect(await tsv('"a"\t"b"\n"1"\t"2"\n')).toEqual([row('line 2', '1', '2')]);
    await expect(tsv('a\tb\n"open\nx\n')).rejects.toThrow(/table\.tsv: line 2: the line has a wrong number/);
  });

  test('of one column have lines that go on where all of the file fits so', async () => {
    const one = async (content: string) =>
      (await readRows(await write('one.tsv', content), { a: text('a') })).map(({ values }) => values.a);
    expect(await one('a\n" x \n"\n"y ""z""\n\nz"\nlast\n')).toEqual([' x \n', 'y "z"\n\nz', 'last']);
    expect(await one('a\n"x\ny" z\n"\n')).toEqual(['"x', 'y" z', '"']);
  });

  test('lose the space at the end of every line, but not one that is text', async () => {
    expect(await tsv('a\tb \n1\t2 \n \n3\t4 ')).toEqual([row('line 2', '1', '2'), row('line 4', '3', '4')]);
    expect(await tsv('a\tb\n1\t2 \n')).toEqual([row('line 2', '1', '2 ')]);
  });

  test.each([
    ['', /line 1: the column a is missing.*found an empty file/],
    ['a\n1\n', /line 1: the column b is missing.*found a/],
    ['A\tB\n', /the column a is missing.*with tabs between/],
  ])('are refused: %j', async (content, message) => {
    await expect(tsv(content)).rejects.toThrow(message);
  });
});

describe('tables with commas', () => {
  const csv = (content: string | Uint8Array) => read('table.csv', content);

  test('have quotation marks, commas and line ends in cells', async () => {
    expect(await csv('\ufeffb,x,a\n"1, ""one""",,"two\r\nlines"\n3,,4\n')).toEqual([
      row('line 3', 'two\r\nlines', '1, "one"'),
      row('line 4', '4', '3'),
    ]);
  });

  test('have the line ends of the file in cells, and none but those', async () => {
    const lines = ['b,a', '1,"two', 'lines"', '3,4', ''];
    for (const end of ['\n', '\r\n', '\r']) {
      expect(await csv(lines.join(end))).toEqual([row('line 3', 'two\nlines', '1'), row('line 4', '4', '3')]);
    }
    // Spaces behind a closing quotation mark are none of its cell.
    expect(await csv('b,a \n1,"2" \n')).toEqual([row('line 2', '2', '1')]);
  });

  test('are told by what the first line names, whatever the file is called', async () => {
    const expected = [row('line 2', '1', 'x, y')];
    expect(await read('tabs.csv', 'a\tb\n1\tx, y\n')).toEqual(expected);
    expect(await read('commas.tsv', 'a,b\n1,"x, y"\n')).toEqual(expected);
    expect(await read('commas.txt', 'a,b\n1,"x, y"\n')).toEqual(expected);
  });

  test.each([
    ['', /line 1: the column a is missing: .*commas|tabs/],
    ['a\n1\n', /the column b is missing/],
    ['a,b\n1,2\n3\n', /line 3: the line has a wrong number of columns\. Expected 2, found 1/],
    ['a,b\n1,2,3\n', /line 2: .*found 3/],
    ['a,b\n1,"2\n3,4\n', /table\.csv: line \d: not a table with quoted cells/],
    ['a,b\n1,x"y"\n', /not a table with quoted cells/],
    [Buffer.from('a,b\ncaf\xe9,2\n', 'latin1'), /byte 7: the file is not valid UTF-8/],
  ])('are refused: %j', async (content, message) => {
    await expect(csv(content)).rejects.toThrow(message);
  });
});

describe('JSON', () => {
  const object1 = '{"a": "1", "b": "2"}';

  test.each([
    ['lines.jsonl', `${object1}\r\n\r\n${object1}`, ['line 1', 'line 3']],
    ['lines.json', `${object1}\r${object1}\r`, ['line 1', 'line 2']],
    ['lines.txt', `\n${object1}\n${object1}\n`, ['line 2', 'line 3']],
    ['list.jsonl', `[${object1},\n${object1}]`, ['element 1', 'element 2']],
    ['list.txt', ` [ ${object1}, ${object1} ]`, ['element 1', 'element 2']],
    ['data.json', `{"version": "1.0", "data": [${object1}, ${object1}]}`, ['element 1', 'element 2']],
    ['one.json', '\ufeff{\n  "a": "1",\n  "b": "2"\n}\n', ['line 1']],
    ['none.jsonl', '\n', []],
  ])('%s', async (name, content, places) => {
    expect(await read(name, content)).toEqual(places.map((at) => row(at, '1', '2')));
  });

  test.each([
    [`${object1}\n{"a"`, /line 2: the line is not JSON/],
    [`${object1}\n\n7`, /line 3: not an object.*found 7/],
    ['[1]', /element 1: not an object/],
    ['null', /line 1: not an object/],
    ['{"a": "1"}', /line 1: no text under "b"\. Expected text, found the keys a/],
    [`${object1}\n{"a": "x", "b": "y\\uD83Dz"}`, /line 2: the line has half a character, which is no text/],
  ])('is refused: %j', async (content, message) => {
    for (const name of ['rows.jsonl', 'rows.json'])
      await expect(read(name, content)).rejects.toThrow(message);
  });
});

describe('archives', () => {
  const line = '{"a": "1", "b": "2"}';

  test('hold the member that is looked for first, or an only one', async () => {
    const members = ['dev.tsv', 'dev.jsonl'];
    const both = zipOf([
      { name: 'x/train.jsonl', content: '' },
      { name: 'x/dev.jsonl', content: line },
    ]);
    expect(await read('both.zip', both, { members })).toEqual([row('line 1', '1', '2')]);
    const only = gzipSync(await tarOf([{ name: 'any.csv', content: 'a,b\n1,2\n' }]));
    expect(await read('only.tar.gz', only, { members })).toEqual([row('line 2', '1', '2')]);
    await expect(read('both.zip', both, { members: ['test.tsv'] })).rejects.toThrow(
      /both\.zip: the archive does not hold the file that is wanted\. Expected test\.tsv, found x\/train\.jsonl, x\/dev\.jsonl/,
    );
    await expect(read('both.zip', both)).rejects.toThrow(/several files in the archive could be meant/);
  });

  test('are named with their member', async () => {
    const file = zipOf([{ name: 'd/t.tsv', content: 'a\tb\n1\n' }]);
    await expect(read('t.zip', file)).rejects.toThrow(/t\.zip \(d\/t\.tsv\): line 2: /);
  });
});

test('what is running text has no rows', async () => {
  expect(await findRows(await write('plain.txt', 'a, b\n'), fields)).toBeUndefined();
  expect(await findRows(await write('rows.txt', '{"a": "1", "b": "2"}'), fields)).toHaveLength(1);
});

describe('fields', () => {
  const place = { file: 'a.jsonl', at: 'line 3' };
  const raw = { text: 'x', list: ['a'], mixed: ['a', 1], count: 3, part: 0.5, nothing: null, id: ' 7 ' };

  test('are taken by the first name that is there', () => {
    const taken = new Row(
      raw,
      {
        text: text('words', 'text'),
        list: texts('list'),
        count: integer('count'),
        id: word('id'),
        part: word('part'),
        gone: optional(text('gone')),
        nothing: optional(integer('nothing')),
        mixed: structure('mixed'),
      },
      place,
    );
    expect(taken.values).toEqual({
      ...{ text: 'x', list: ['a'], count: 3, id: '7', part: '0.5', nothing: undefined, mixed: ['a', 1] },
    });
    expect(taken.nameOf('text')).toBe('text');
    expect(taken.need('part')).toBe('0.5');
    expect(() => taken.need('gone')).toThrow(
      /no text under "gone"\. Expected text, found the keys text, list,/,
    );
    expect(textField(raw, 'text', place)).toBe('x');
  });

  test('in tables are read from what is printed', () => {
    const cells = { list: "['a' 'b']", count: ' 12', pair: "{'en': 'x'}" };
    const wanted = { list: texts('list'), count: integer('count'), pair: object('pair') };
    expect(new Row(cells, wanted, place).values).toEqual({ list: ['a', 'b'], count: 12, pair: { en: 'x' } });
    expect(() => new Row({ ...cells, list: "['a'" }, wanted, place)).toThrow(
      /^a\.jsonl: line 3, column list, character 5: the printed list is damaged/,
    );
  });

  test.each([
    [text('count'), 'no text under "count". Expected text, found 3.'],
    [text('gone'), 'no text under "gone". Expected text, found the keys text, list,'],
    [text('gone', 'lost'), 'no text under "gone". Expected text under gone or lost, found the keys text,'],
    [text('toString'), 'no text under "toString"'],
    [text('nothing'), 'found null'],
    [texts('mixed'), 'no list of texts under "mixed". Expected a list of texts, found ["a",1].'],
    [texts('text'), 'found "x"'],
    [integer('part'), 'no whole number under "part". Expected a whole number, found 0.5.'],
    [object('list'), 'no object under "list". Expected an object, found ["a"].'],
  ])('%o are refused', (field, message) => {
    expect(() => new Row(raw, { field }, place)).toThrow(message);
    expect(() => new Row(raw, { field }, place)).toThrow(/^a\.jsonl: line 3: /);
  });
});
