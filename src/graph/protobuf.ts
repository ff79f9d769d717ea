import type { FileSlice } from './value.js';

/** What a message consists of once written: bytes, and runs of files that are copied only when the model is stored. */
export type Piece = Uint8Array | FileSlice;

// Wire types of protocol buffers (protobuf.dev/programming-guides/encoding).
const VARINT = 0;
const LENGTH_DELIMITED = 2;
const FIXED32 = 5;

/** Appends the fields of one protocol-buffer message. Only what ONNX needs. */
export class MessageWriter {
  private readonly pieces: Piece[] = [];
  private size = 0;
  private pending: number[] = [];

  /** Length of what was written so far, files included. */
  get byteLength(): number {
    return this.size + this.pending.length;
  }

  /** A whole number; negative ones take ten bytes, as int64 fields have it. */
  int(field: number, value: number | bigint): this {
    this.tag(field, VARINT);
    this.varint(BigInt.asUintN(64, BigInt(value)));
    return this;
  }

  float(field: number, value: number): this {
    this.tag(field, FIXED32);
    this.pending.push(...new Uint8Array(Float32Array.of(value).buffer));
    return this;
  }

  string(field: number, value: string): this {
    return this.bytes(field, new TextEncoder().encode(value));
  }

  bytes(field: number, value: Piece): this {
    const length = value instanceof Uint8Array ? value.byteLength : value.lengthBytes;
    this.tag(field, LENGTH_DELIMITED);
    this.varint(BigInt(length));
    this.append(value, length);
    return this;
  }

  message(field: number, value: MessageWriter): this {
    this.tag(field, LENGTH_DELIMITED);
    this.varint(BigInt(value.byteLength));
    for (const piece of value.finish()) {
      this.append(piece, piece instanceof Uint8Array ? piece.byteLength : piece.lengthBytes);
    }
    return this;
  }

  /** The message in order. */
  finish(): Piece[] {
    this.flush();
    return this.pieces;
  }

  private tag(field: number, wireType: number): void {
    this.varint(BigInt((field << 3) | wireType));
  }

  private varint(value: bigint): void {
    let rest = value;
    while (rest > 0x7fn) {
      this.pending.push(Number(rest & 0x7fn) | 0x80);
      rest >>= 7n;
    }
    this.pending.push(Number(rest));
  }

  private append(piece: Piece, length: number): void {
    this.flush();
    this.pieces.push(piece);
    this.size += length;
  }

  private flush(): void {
    if (this.pending.length === 0) return;
    this.pieces.push(Uint8Array.from(this.pending));
    this.size += this.pending.length;
    this.pending = [];
  }
}

/** The pieces as one array. Throws TypeError when one of them is a run of a file. */
export function joinPieces(pieces: readonly Piece[]): Uint8Array {
  return Buffer.concat(
    pieces.map((piece) => {
      if (piece instanceof Uint8Array) return piece;
      throw new TypeError(`the message refers to ${piece.file}; store it piece by piece`);
    }),
  );
}
