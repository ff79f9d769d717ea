import { writeAtomically, writeFully } from '../files/atomic-file.js';
import { dtypeBytes, type WeightDtype } from './checkpoint.js';

/** Bytes of one number of the types that are written. */
const writtenBytes: Record<WeightDtype | 'U8', number> = { ...dtypeBytes, U8: 1 };

/** A tensor to be written. */
export interface TensorToWrite {
  name: string;
  dtype: keyof typeof writtenBytes;
  shape: number[];
  /** The numbers, little-endian: all at once, or a function that makes them in pieces, called when their turn comes. */
  data: Uint8Array | (() => AsyncIterable<Uint8Array> | Iterable<Uint8Array>);
}

/**
 * Writes a safetensors file, tensors in the given order, holding no more than one piece of data in memory. The file
 * appears under its name only when it is whole. The header is padded so that the data starts at a multiple of 8.
 *
 * `metadata` should have `format: 'pt'`, without which Hugging Face transformers refuses the file. Throws RangeError when
 * a name comes twice or a tensor's data is not as long as type and shape say.
 */
export async function writeSafetensors(
  file: string,
  tensors: readonly TensorToWrite[],
  metadata: Record<string, string> = { format: 'pt' },
): Promise<void> {
  const header: Record<string, unknown> = { __metadata__: metadata };
  let end = 0;
  for (const { name, dtype, shape } of tensors) {
    if (Object.hasOwn(header, name)) {
      throw new RangeError(`${file}: two tensors to be written are called ${name}`);
    }
    const begin = end;
    end += lengthOf(dtype, shape);
    header[name] = { dtype, shape, data_offsets: [begin, end] };
  }
  const json = new TextEncoder().encode(JSON.stringify(header));
  const padded = new Uint8Array(Math.ceil(json.length / 8) * 8).fill(0x20);
  padded.set(json);
  const prefix = new Uint8Array(8);
  new DataView(prefix.buffer).setBigUint64(0, BigInt(padded.length), true);

  await writeAtomically(file, async (handle) => {
    await writeFully(handle, prefix);
    await writeFully(handle, padded);
    for (const { name, dtype, shape, data } of tensors) {
      let written = 0;
      for await (const piece of data instanceof Uint8Array ? [data] : data()) {
        await writeFully(handle, piece);
        written += piece.byteLength;
      }
      const expected = lengthOf(dtype, shape);
      if (written !== expected) {
        throw new RangeError(
          `${name}: ${written} bytes given for ${dtype} [${shape}], which takes ${expected}`,
        );
      }
    }
  });
}

function lengthOf(dtype: TensorToWrite['dtype'], shape: number[]): number {
  return shape.reduce((product, size) => product * size, writtenBytes[dtype]);
}
