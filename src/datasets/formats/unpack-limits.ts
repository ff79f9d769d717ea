import { DataError } from '../../errors.js';

/** Most that a file may unpack to: the largest archive of a benchmark (1BW) has 4 GB. */
const MAX_UNPACKED_BYTES = 8 * 2 ** 30;

/** How many times larger than packed a file may get: text packs to a third or a tenth; 1,000 times is what bombs are made of. */
const MAX_RATIO = 200;

/** Below this size the ratio says nothing: a small file of equal lines is harmless. */
const RATIO_FROM_BYTES = 16 * 2 ** 20;

/** Throws DataError when a file unpacks to more than is believable, naming the limit. */
export function checkUnpacked(unpackedBytes: number, packedBytes: number, file: string): void {
  if (unpackedBytes > MAX_UNPACKED_BYTES) {
    throw new DataError({
      file,
      problem: 'the file unpacks to more than any benchmark has.',
      expected: `at most ${MAX_UNPACKED_BYTES} bytes`,
      found: unpackedBytes,
    });
  }
  if (unpackedBytes > RATIO_FROM_BYTES && unpackedBytes > MAX_RATIO * packedBytes) {
    throw new DataError({
      file,
      problem: 'the file unpacks to far more than text does.',
      expected: `at most ${MAX_RATIO} times its ${packedBytes} packed bytes`,
      found: unpackedBytes,
    });
  }
}

/** Passes unpacked bytes on and checks them against the packed ones that were read for them. */
export async function* limitUnpacked(
  chunks: AsyncIterable<Uint8Array>,
  packedBytes: () => number,
  file: string,
): AsyncGenerator<Uint8Array> {
  let unpackedBytes = 0;
  for await (const chunk of chunks) {
    unpackedBytes += chunk.length;
    checkUnpacked(unpackedBytes, packedBytes(), file);
    yield chunk;
  }
}
