import { cast, gather } from '../graph/ops.js';
import { type Dtype, parameter, type TensorData, type Value } from '../graph/value.js';
import { blockFormats, blocksOf } from '../models/block-matrix.js';
import type { Weights } from '../models/weights.js';
import { dtypeBytes, type WeightsCheckpoint, type WeightTensor } from './checkpoint.js';

const graphDtypes: Record<WeightTensor['dtype'], Dtype> = {
  F32: 'float32',
  F16: 'float16',
  BF16: 'bfloat16',
};

/**
 * Values that refer to where the checkpoint's numbers lie; matrices that are kept in few bits as well (`checkpoint.blocks`) also come as
 * those. Throws Error (a bug) on a name that it does not have.
 */
export function checkpointWeights(checkpoint: WeightsCheckpoint): Weights {
  const known = new Map<string, Value>();
  const remember = (name: string, make: () => Value) => {
    let value = known.get(name);
    if (value === undefined) {
      value = make();
      known.set(name, value);
    }
    return value;
  };
  const find = (name: string) => {
    const tensor = checkpoint.tensors.get(name);
    if (tensor === undefined) throw new Error(`the checkpoint has no tensor ${name}`);
    return tensor;
  };
  /** As stored. */
  const stored = (name: string) =>
    remember(`stored/${name}`, () => {
      const { dtype, shape, data } = find(name);
      return parameter(name, graphDtypes[dtype], shape, 'bytes' in data ? data.bytes : data);
    });
  return {
    get: (name) => remember(name, () => cast(stored(name), 'float32')),
    rows: (name, start, end) =>
      remember(`${name}[${start}:${end}]`, () => {
        const { dtype, shape, data } = find(name);
        const rowBytes = shape.slice(1).reduce((product, size) => product * size, dtypeBytes[dtype]);
        const part: TensorData =
          'bytes' in data
            ? data.bytes.subarray(start * rowBytes, end * rowBytes)
            : {
                file: data.file,
                offset: data.offset + start * rowBytes,
                lengthBytes: (end - start) * rowBytes,
              };
        const rowShape = [end - start, ...shape.slice(1)];
        return cast(parameter(`${name}[${start}:${end}]`, graphDtypes[dtype], rowShape, part), 'float32');
      }),
    // Only the rows that are looked up become 32 bits wide.
    lookup: (name, ids) => cast(gather(stored(name), ids), 'float32'),
    blocks: (name, rows) => {
      const matrix = checkpoint.blocks?.matrices.get(name);
      if (checkpoint.blocks === undefined || matrix === undefined) return undefined;
      const { file, format } = checkpoint.blocks;
      const [start, end] = rows ?? [0, matrix.rows];
      const perRow = blocksOf(matrix.columns, format);
      const { bits, block } = blockFormats[format];
      const part = (kind: string, offset: number, rowBytes: number, dtype: Dtype, shape: number[]) =>
        remember(`${name}.${kind}[${start}:${end}]`, () =>
          parameter(`${name}.${kind}[${start}:${end}]`, dtype, shape, {
            ...{ file, offset: offset + start * rowBytes, lengthBytes: (end - start) * rowBytes },
          }),
        );
      const blockBytes = (block * bits) / 8;
      return {
        ...{ format, rows: end - start, columns: matrix.columns },
        numbers: part('numbers', matrix.numbers, perRow * blockBytes, 'uint8', [
          ...[end - start, perRow, blockBytes],
        ]),
        scales: part('scales', matrix.scales, 4 * perRow, 'float32', [(end - start) * perRow]),
      };
    },
  };
}
