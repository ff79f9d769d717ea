import { expect, test } from 'vitest';
import { toFloat32 } from '../checkpoints/read-tensor.js';
import { seededUniform } from '../testing/random.js';
import { toFloat16 } from './model-files.js';

const bitsOf = (value: number) => toFloat16(Float32Array.of(value))[0]!;

// Bits from numpy 2.4.6: np.float32(x).astype(np.float16).view(np.uint16).
test.each([
  [0, 0x0000],
  [-0, 0x8000],
  [1, 0x3c00],
  [-2, 0xc000],
  [0.1, 0x2e66],
  [1 + 2 ** -11, 0x3c00],
  [1 + 3 * 2 ** -11, 0x3c02],
  [2 - 2 ** -12, 0x4000],
  [65504, 0x7bff],
  [65519.996, 0x7bff],
  [65520, 0x7c00],
  [-1e9, 0xfc00],
  [2 ** -14, 0x0400],
  [2 ** -15, 0x0200],
  [2 ** -24, 0x0001],
  [2 ** -25, 0x0000],
  [2 ** -25 * 1.0001, 0x0001],
  [3 * 2 ** -25, 0x0002],
  [2 ** -14 - 2 ** -26, 0x0400],
  [Number.POSITIVE_INFINITY, 0x7c00],
])('%d is the half 0x%s', (value, bits) => {
  expect(bitsOf(value)).toBe(bits);
});

test('a number that is no number stays one', () => {
  expect(bitsOf(Number.NaN) & 0x7c00).toBe(0x7c00);
  expect(bitsOf(Number.NaN) & 0x03ff).not.toBe(0);
});

test('every half survives the way to 32 bits and back, and others go to the nearest', () => {
  const halves = Uint16Array.from({ length: 1 << 16 }, (_, bits) => bits).filter(
    (bits) => (bits & 0x7c00) !== 0x7c00,
  );
  const floats = toFloat32(new Uint8Array(halves.buffer), 'F16');
  expect(toFloat16(floats)).toEqual(halves);
  const random = seededUniform(1);
  const between = Float32Array.from({ length: 2000 }, () => (random() - 0.5) * 2 ** (random() * 40 - 26));
  const back = toFloat32(new Uint8Array(toFloat16(between).buffer), 'F16');
  between.forEach((value, index) => {
    const step = Math.max(2 ** -24, 2 ** (Math.floor(Math.log2(Math.abs(value))) - 10));
    expect(Math.abs(back[index]! - value)).toBeLessThanOrEqual(step / 2);
  });
});
