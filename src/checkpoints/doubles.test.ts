import { describe, expect, it } from 'vitest';
import { roundDoubles } from './doubles.js';

const place = { file: 'w.npy', at: 'wte.weight' };
const bytesOf = (numbers: number[]) => new Uint8Array(Float64Array.from(numbers).buffer);

describe('roundDoubles', () => {
  // numpy 2.4.6: np.array([...], '<f8').astype('<f4').view('<u4')
  it.each([
    ['a tenth', 0.1, 0x3dcccccd],
    ['a third', 1 / 3, 0x3eaaaaab],
    ['a negative number', -2 / 3, 0xbf2aaaab],
    ['a tie, down to even', 1 + 2 ** -24, 0x3f800000],
    ['a little more than a tie', 1 + 2 ** -24 + 2 ** -52, 0x3f800001],
    ['a tie, up to even', 1 + 3 * 2 ** -24, 0x3f800002],
    ['the smallest subnormal number', 1e-45, 0x00000001],
    ['a subnormal number', 1e-40, 0x000116c2],
    ['minus zero', -0, 0x80000000],
    ['the last number below the overflow', 3.4028235677973362e38, 0x7f7fffff],
    ['a number below all others', 2 ** -150, 0x00000000],
    ['pi', Math.PI, 0x40490fdb],
  ])('gives the bits of numpy for %s', (_, number, bits) => {
    expect(Buffer.from(roundDoubles(bytesOf([number]), place)).readUInt32LE()).toBe(bits);
  });

  it('reads numbers that start anywhere in their buffer', () => {
    const shifted = new Uint8Array(19);
    shifted.set(bytesOf([0.5, -2]), 3);
    expect(roundDoubles(shifted.subarray(3), place)).toEqual(new Uint8Array(Float32Array.of(0.5, -2).buffer));
  });

  it.each([1e39, Number.NaN, Number.NEGATIVE_INFINITY])('refuses %d by its place', (number) => {
    expect(() => roundDoubles(bytesOf([1, number]), place)).toThrow(
      expect.objectContaining({
        problem: expect.objectContaining({ ...place, problem: expect.stringContaining('number 1') }),
      }),
    );
  });
});
