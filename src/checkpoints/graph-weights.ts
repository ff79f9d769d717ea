import { cast } from '../graph/ops.js';
import { type Dtype, parameter, type TensorData, type Value } from '../graph/value.js';
import type { Weights } from '../models/weights.js';
import { dtypeBytes, type WeightsCheckpoint, type WeightTensor } from './checkpoint.js';

const graphDtypes: Record<WeightTensor['dtype'], Dtype> = {
  F32: 'float32',
  F16: 'float16',
  BF16: 'bfloat16',
};

/** Values that refer to where the checkpoint's numbers lie. Throws Error (a bug) on a name that it does not have. */
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
  return {
    get: (name) =>
      remember(name, () => {
        const { dtype, shape, data } = find(name);
        const whole = 'bytes' in data ? data.bytes : data;
        return cast(parameter(name, graphDtypes[dtype], shape, whole), 'float32');
      }),
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
  };
}
