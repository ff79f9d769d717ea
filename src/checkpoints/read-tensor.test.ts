import { expect, it } from 'vitest';
import type { WeightTensor } from './checkpoint.js';
import { readTensor, toFloat32 } from './read-tensor.js';

it('converts every half as IEEE 754 defines it', () => {
  const halves = Uint16Array.from({ length: 65536 }, (_, i) => i);
  const numbers = toFloat32(new Uint8Array(halves.buffer), 'F16');
  for (let bits = 0; bits < 65536; bits++) {
    const exponent = (bits >> 10) & 31;
    const fraction = (bits & 1023) / 1024;
    const sign = bits < 0x8000 ? 1 : -1;
    const finite = exponent === 0 ? fraction * 2 ** -14 : (1 + fraction) * 2 ** (exponent - 15);
    const expected = sign * (exponent < 31 ? finite : fraction === 0 ? Infinity : NaN);
    if (!Object.is(numbers[bits], expected))
      expect.fail(`half ${bits.toString(16)}: ${numbers[bits]}, not ${expected}`);
  }
});

it('takes a bfloat16 for the upper half of a float', () => {
  const bits = Uint16Array.of(0x3f80, 0xbf80, 0x4049, 0x0001, 0x7f80, 0x8000);
  const numbers = toFloat32(new Uint8Array(bits.buffer), 'BF16');
  expect([...numbers]).toEqual([1, -1, 3.140625, 2 ** -133, Infinity, -0]);
});

it('gives a copy of numbers in memory, wherever they start', async () => {
  const bytes = new Uint8Array(9);
  bytes.set(new Uint8Array(Float32Array.of(0.5, -2).buffer), 1);
  const tensor: WeightTensor = { name: 'x', dtype: 'F32', shape: [2], data: { bytes: bytes.subarray(1) } };
  const numbers = await readTensor(tensor);
  bytes.fill(0);
  expect([...numbers]).toEqual([0.5, -2]);
});
