import { describe, expect, test } from 'vitest';
import { readPrinted } from './printed.js';

const place = { file: 'table.csv', at: 'line 3, column questions' };
const read = (text: string) => readPrinted(text, place);

describe('arrays of texts as numpy 2.4.6 prints them', () => {
  // Left: str(np.array(value, dtype=object)), or its JSON; right: the value.
  test.each<[string, string[]]>([
    ['[]', []],
    ["['one']", ['one']],
    ["['one', \"it's\"]", ['one', "it's"]],
    ['["one", "\\u00e9"]', ['one', 'é']],
    ["['one' 'two'\n 'three']", ['one', 'two', 'three']],
    [`["it's" 'say "no"' 'it\\'s "no"']`, ["it's", 'say "no"', 'it\'s "no"']],
    ["['a\\\\' 'b']", ['a\\', 'b']],
    [
      "['75\\xa0km' 'a\\u200bb' 'Zürich 😀' '\\U000e0001']",
      ['75\u00a0km', 'a\u200bb', 'Zürich 😀', '\u{e0001}'],
    ],
    ["['two\\nlines\\ttab\\r' '' '[' ']' ',']", ['two\nlines\ttab\r', '', '[', ']', ',']],
  ])('%s', (printed, value) => {
    expect(read(printed)).toEqual(value);
  });
});

test('lists within lists, and what is no text', () => {
  expect(read("[array(['a', 'b'], dtype=object)\n array(['c'], dtype='<U1')]")).toEqual([['a', 'b'], ['c']]);
  expect(read("{'en': 'It’s', 'fr': None, 'ok': True, 'score': [ 1.   2.5 -3e-05]}")).toEqual({
    ...{ en: 'It’s', fr: null, ok: true },
    score: [1, 2.5, -3e-5],
  });
});

test('a dictionary of arrays gives each under its key, numbers as numbers', () => {
  const printed = `{'input_text': array(['white', "Asta's papa",\n       'no'], dtype=object), 'answer_start': array([  59,   -1,\n        965], dtype=int32), 'none': array([], dtype=object), 'plain': array([1, 2])}`;
  expect(read(printed)).toEqual({
    input_text: ['white', "Asta's papa", 'no'],
    answer_start: [59, -1, 965],
    none: [],
    plain: [1, 2],
  });
});

describe('anything else is refused at the character where it begins', () => {
  test.each<[string, RegExp]>([
    ['', /table\.csv: line 3, column questions, character 1: .*Expected a value, found the end/],
    ["['a''b']", /character 5: .*Expected white space or "\]"/],
    ["['a' ... 'b']", /character 6: .*Expected a value, found "\.\.\. 'b'\]"/],
    ["['a', 'b' 'c']", /character 11: .*Expected ",", found "'c'\]"/],
    ["['a' 'b', 'c']", /character 9: .*found ", 'c'\]"/],
    ["['a", /character 4: .*Expected the closing ', found the end/],
    ["['a\n b']", /character 4: .*Expected the closing '/],
    ["['\\q']", /character 4: .*Expected an escape that Python prints, found "q'\]"/],
    ["['\\xg1']", /character 5: .*2 hexadecimal digits/],
    ["['\\U00110000']", /hexadecimal digits of a character/],
    ["['a'] 'b'", /character 7: .*Expected the end/],
  ])('%j', (printed, message) => {
    expect(() => read(printed)).toThrow(message);
  });

  test.each<[string, RegExp]>([
    ['{1: 2}', /character 2: .*a text in quotation marks/],
    ["{'a': array(1)}", /character 13: .*Expected "\["/],
    ["{'a': array([1], dtype=)}", /character 24: .*the type of the elements/],
    ["{'a': array([1], dtype=int32)", /character 30: .*Expected "}", found the end/],
    ["{'a': array([1, ..., 9], dtype=int32)}", /character 17: .*found "\.\.\., 9\], dtype=int32"/],
  ])('%j', (printed, message) => {
    expect(() => read(printed)).toThrow(message);
  });
});
