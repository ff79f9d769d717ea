import type { Placement } from '../graph/onnx.js';
import type { Piece } from '../graph/protobuf.js';
import { pieceBytes } from './file-pieces.js';

/** A tensor starts at a multiple of this, so that a reader can map it: a page of memory on nearly every machine. */
const ALIGNMENT = 4096;

/** A file of weights beside a model, while the model that refers to it is being encoded. */
export interface ExternalData {
  /** Gives every parameter its place in the file. */
  placement: Placement;
  /** What the file consists of, in order; complete once the model is encoded. */
  pieces: Piece[];
}

/** An empty file of weights under the name by which the model, in the same folder, refers to it. */
export function externalDataFile(location: string): ExternalData {
  const pieces: Piece[] = [];
  let end = 0;
  const append = (piece: Piece) => {
    pieces.push(piece);
    end += pieceBytes(piece);
  };
  return {
    pieces,
    placement(_name, data) {
      const padding = (ALIGNMENT - (end % ALIGNMENT)) % ALIGNMENT;
      if (padding > 0) append(new Uint8Array(padding));
      const offset = end;
      append(data);
      return { external: { location, offset, lengthBytes: end - offset } };
    },
  };
}
