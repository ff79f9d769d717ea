const C1 = 0x239b961b;
const C2 = 0xab0e9789;
const C3 = 0x38b34ae5;
const C4 = 0xa1e38b93;

const rotate = (x: number, bits: number) => (x << bits) | (x >>> (32 - bits));

/** The last mixing of a lane: every bit of the input changes every bit of the output half of the time. */
function finish(x: number): number {
  const y = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  const z = Math.imul(y ^ (y >>> 13), 0xc2b2ae35);
  return z ^ (z >>> 16);
}

/**
 * MurmurHash3_x86_128 (Appleby, public domain), seed 0, of the bytes from `start` to before `end`; written to `lanes` as four
 * unsigned 32-bit numbers. Of its variants this one needs no 64-bit products, so it is fast here. Not for input that somebody
 * chose to collide.
 */
export function murmur3(bytes: Uint8Array, start: number, end: number, lanes: Uint32Array): void {
  let [h1, h2, h3, h4] = [0, 0, 0, 0];
  const word = (at: number) =>
    bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
  let at = start;
  for (; at + 16 <= end; at += 16) {
    h1 ^= Math.imul(rotate(Math.imul(word(at), C1), 15), C2);
    h1 = (Math.imul(rotate(h1, 19) + h2, 5) + 0x561ccd1b) | 0;
    h2 ^= Math.imul(rotate(Math.imul(word(at + 4), C2), 16), C3);
    h2 = (Math.imul(rotate(h2, 17) + h3, 5) + 0x0bcaa747) | 0;
    h3 ^= Math.imul(rotate(Math.imul(word(at + 8), C3), 17), C4);
    h3 = (Math.imul(rotate(h3, 15) + h4, 5) + 0x96cd1c35) | 0;
    h4 ^= Math.imul(rotate(Math.imul(word(at + 12), C4), 18), C1);
    h4 = (Math.imul(rotate(h4, 13) + h1, 5) + 0x32ac3b17) | 0;
  }
  // The last 0 to 15 bytes, filled up with zeros.
  const rest = (from: number) => {
    let value = 0;
    for (let i = Math.min(end, from + 4) - 1; i >= from; i--) value = (value << 8) | bytes[i]!;
    return value;
  };
  h4 ^= Math.imul(rotate(Math.imul(rest(at + 12), C4), 18), C1);
  h3 ^= Math.imul(rotate(Math.imul(rest(at + 8), C3), 17), C4);
  h2 ^= Math.imul(rotate(Math.imul(rest(at + 4), C2), 16), C3);
  h1 ^= Math.imul(rotate(Math.imul(rest(at), C1), 15), C2);

  const length = end - start;
  h1 = (h1 ^ length) + (h2 ^ length) + (h3 ^ length) + (h4 ^ length);
  h2 = (h2 ^ length) + h1;
  h3 = (h3 ^ length) + h1;
  h4 = (h4 ^ length) + h1;
  h2 = finish(h2);
  h3 = finish(h3);
  h4 = finish(h4);
  h1 = finish(h1) + h2 + h3 + h4;
  lanes[0] = h1;
  lanes[1] = h2 + h1;
  lanes[2] = h3 + h1;
  lanes[3] = h4 + h1;
}
