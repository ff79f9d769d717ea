import { expect, test } from 'vitest';
import { murmur3 } from './murmur3.js';

const hash = (bytes: Uint8Array, start = 0, end = bytes.length) => {
  const lanes = new Uint32Array(4);
  murmur3(bytes, start, end, lanes);
  return [...lanes];
};

test.each([
  ['', [0, 0, 0, 0]],
  ['a', [0xa794933c, 0x5556b01b, 0x5556b01b, 0x5556b01b]],
  ['hello world', [0xc0b21a88, 0x14f3c1e1, 0x1c0d151a, 0x9b0c9e2c]],
  ['the cat sat on the mat and then it', [0x6656fbff, 0xd0d79f34, 0xf69f2343, 0x17a3f4b3]],
  ['ééééééé', [0x1c188d19, 0x6932d70b, 0x248e2018, 0x16fbec1a]],
  ['0123456789abcdef', [0xfb7d4409, 0x36aed30a, 0x48ad1d9b, 0x572b3bfd]],
  ['0123456789abcdefg', [0x7f1f9836, 0x516b3876, 0xac29c030, 0xf9d6f374]],
  ['x'.repeat(31), [0x6f01597a, 0x40788fe2, 0x2e1bf366, 0xc04f22f7]],
])('%j (mmh3 5.3.0, hash128 with x64arch=False)', (text, lanes) => {
  expect(hash(Buffer.from(text))).toEqual(lanes);
});

test('a part of a buffer has the hash of a copy of it', () => {
  const bytes = Buffer.from('before the middle part of some text after');
  expect(hash(bytes, 7, 35)).toEqual(hash(Buffer.from('the middle part of some text')));
});
