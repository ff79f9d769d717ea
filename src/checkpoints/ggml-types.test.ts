import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { dequantise, ggmlTypeName, ggmlTypes } from './ggml-types.js';

/** Four blocks of bytes without a pattern, with scales of 0.1, −0.02, 3.5 and a number below the smallest normal one. */
function blocks(width: number, scaleAt: number): Uint8Array {
  const bytes = Uint8Array.from({ length: 4 * width }, (_, i) => i * 37 + 11);
  [0x2e66, 0xa51f, 0x4300, 0x000a].forEach((half, block) => {
    bytes.set([half & 255, half >> 8], block * width + scaleAt);
  });
  return bytes;
}

// dequantize of Python's gguf 0.19.0 on the same bytes.
test.each([
  [8, 0, [8.4979248046875, -6.794929504394531e-5], '2ac7d44b55fe625cc17d8647e5b2cc26'],
  [2, 0, [-0.2999267578125, -2.384185791015625e-6], '30231663f62425e2925d04c76ec7f4d6'],
  [14, 208, [-143.0650634765625, 1.6689300537109375e-5], 'f7a1ae4d977f34d57b96f40d0617136c'],
] as const)(
  'type %i becomes the numbers that ggml computes, to the bit',
  (type, scaleAt, [first, last], sha256) => {
    const known = ggmlTypes.get(type)!;
    const numbers = dequantise(known, blocks(known.bytes, scaleAt));
    expect(numbers).toHaveLength(4 * known.numbers);
    expect([numbers[0], numbers.at(-1)]).toEqual([first, last]);
    expect(createHash('sha256').update(new Uint8Array(numbers.buffer)).digest('hex').slice(0, 32)).toBe(
      sha256,
    );
  },
);

test('types have names, read or not', () => {
  expect([0, 12, 14, 30, 99].map(ggmlTypeName)).toEqual(['F32', 'Q4_K', 'Q6_K', 'BF16', 'type 99']);
});
