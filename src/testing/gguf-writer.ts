/** A small writer of GGUF files, version 3, without any check of what it is given. */

/** A value of the metadata with its type. */
export type GgufEntry = { u32: number } | { f32: number } | { text: string } | { texts: readonly string[] };

/** A tensor to be written; `shape` row-major, the outermost axis first. */
export interface GgufTensorToWrite {
  name: string;
  shape: readonly number[];
  /** Number of the type. */
  type: number;
  bytes: Uint8Array;
}

/** The bytes of a file. */
export function ggufOf(
  metadata: Readonly<Record<string, GgufEntry>>,
  tensors: readonly GgufTensorToWrite[],
  version = 3,
): Buffer {
  const u32 = (value: number) => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32LE(value);
    return bytes;
  };
  const u64 = (value: number) => {
    const bytes = Buffer.alloc(8);
    bytes.writeBigUInt64LE(BigInt(value));
    return bytes;
  };
  const text = (value: string) => Buffer.concat([u64(Buffer.byteLength(value)), Buffer.from(value)]);
  const entry = (value: GgufEntry): Buffer => {
    if ('u32' in value) return Buffer.concat([u32(4), u32(value.u32)]);
    if ('f32' in value) {
      const bytes = Buffer.alloc(4);
      bytes.writeFloatLE(value.f32);
      return Buffer.concat([u32(6), bytes]);
    }
    if ('text' in value) return Buffer.concat([u32(8), text(value.text)]);
    return Buffer.concat([u32(9), u32(8), u64(value.texts.length), ...value.texts.map(text)]);
  };
  const align = (length: number) => Math.ceil(length / 32) * 32;
  let offset = 0;
  const places = tensors.map(({ bytes }) => {
    const own = offset;
    offset += align(bytes.length);
    return own;
  });
  const entries = Object.entries(metadata);
  const header = Buffer.concat([
    ...[Buffer.from('GGUF'), u32(version), u64(tensors.length), u64(entries.length)],
    ...entries.flatMap(([key, value]) => [text(key), entry(value)]),
    ...tensors.flatMap(({ name, shape, type }, place) => [
      ...[text(name), u32(shape.length)],
      ...[...shape].reverse().map(u64),
      ...[u32(type), u64(places[place]!)],
    ]),
  ]);
  const padded = (bytes: Uint8Array) =>
    Buffer.concat([bytes, Buffer.alloc(align(bytes.length) - bytes.length)]);
  return Buffer.concat([padded(header), ...tensors.map(({ bytes }) => padded(bytes))]);
}
