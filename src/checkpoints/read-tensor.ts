import type { WeightDtype, WeightTensor } from './checkpoint.js';
import { readRange } from './read-range.js';

/**
 * The numbers of a tensor as 32-bit floats, in a buffer of their own. F16 and BF16 convert without loss. Numbers are
 * stored little-endian, as is every machine that ONNX Runtime's Node binding exists for.
 */
export async function readTensor(tensor: WeightTensor): Promise<Float32Array<ArrayBuffer>> {
  const { data } = tensor;
  const bytes =
    'bytes' in data ? new Uint8Array(data.bytes) : await readRange(data.file, data.offset, data.lengthBytes);
  return toFloat32(bytes, tensor.dtype);
}

/** Stored numbers as 32-bit floats. F32 is not copied; `bytes` must then start at a multiple of 4 in its buffer. */
export function toFloat32(bytes: Uint8Array<ArrayBuffer>, dtype: WeightDtype): Float32Array<ArrayBuffer> {
  if (dtype === 'F32') return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
  const halves = new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 2);
  const bits = new Uint32Array(halves.length);
  // A bfloat16 is the upper half of a 32-bit float.
  if (dtype === 'BF16') for (let i = 0; i < halves.length; i++) bits[i] = halves[i]! << 16;
  else for (let i = 0; i < halves.length; i++) bits[i] = float32Bits(halves[i]!);
  return new Float32Array(bits.buffer);
}

/** Bits of the 32-bit float equal to an IEEE 754 half: 1 sign bit, 5 exponent bits (bias 15), 10 fraction bits. */
function float32Bits(half: number): number {
  const sign = (half & 0x8000) << 16;
  const exponent = (half >> 10) & 31;
  const fraction = half & 1023;
  if (exponent === 31) return sign | 0x7f800000 | (fraction << 13);
  if (exponent > 0) return sign | ((exponent + 112) << 23) | (fraction << 13);
  if (fraction === 0) return sign;
  // Subnormal: fraction × 2^-24. Shift its leading bit to where the implicit one stands.
  const shift = Math.clz32(fraction) - 21;
  return sign | ((113 - shift) << 23) | (((fraction << shift) & 1023) << 13);
}
