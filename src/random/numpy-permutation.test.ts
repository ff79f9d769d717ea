import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { numpyPermutation } from './numpy-permutation.js';

/** Golden values of NumPy 2.4.6, `RandomState(seed).permutation(length)`. */
test.each([
  [0, 10, [2, 8, 4, 9, 1, 6, 7, 3, 0, 5]],
  [3535999445, 12, [4, 3, 9, 6, 11, 2, 5, 0, 7, 8, 1, 10]],
  [1, 0, []],
  [1, 1, [0]],
])('seed %i, length %i', (seed, length, expected) => {
  expect([...numpyPermutation(length, seed)]).toEqual(expected);
});

test('more numbers than the generator makes at a time', () => {
  const text = [...numpyPermutation(1871, 3535999445)].join(',');
  expect(text.slice(0, 17)).toBe('1058,198,1174,806');
  expect(createHash('sha256').update(text).digest('hex')).toBe(
    'f333edc121871bced3cd707af4383cc2fb8007228c74831e06b0c7602b6d54e7',
  );
});
