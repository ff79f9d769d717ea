import * as ort from 'onnxruntime-node';
import { encodeOnnx, type OnnxModel } from '../graph/onnx.js';
import { joinPieces } from '../graph/protobuf.js';
import type { Dtype } from '../graph/value.js';

/** What an output holds; int64 as plain numbers. */
export interface RunOutput {
  type: string;
  dims: number[];
  data: number[];
}

/** Numbers for an input, row-major. */
export interface RunFeed {
  dims: number[];
  data: readonly number[];
}

/** Encodes a graph, runs it in ONNX Runtime on one thread of the CPU and returns all outputs by name. */
export async function runGraph(
  model: Pick<OnnxModel, 'inputs' | 'outputs' | 'opset'>,
  feeds: Record<string, RunFeed>,
): Promise<Record<string, RunOutput>> {
  const session = await ort.InferenceSession.create(joinPieces(encodeOnnx(model)), { intraOpNumThreads: 1 });
  try {
    const tensors = model.inputs.flatMap(({ dtype, origin }) => {
      const name = origin.kind === 'input' ? origin.name : '';
      return session.inputNames.includes(name) ? [[name, makeTensor(dtype, feeds[name]!)] as const] : [];
    });
    const outputs = await session.run(Object.fromEntries(tensors));
    return Object.fromEntries(
      Object.entries(outputs).map(([name, { type, dims, data }]) => [
        name,
        { type, dims: [...dims], data: Array.from(data as Iterable<number | bigint>, Number) },
      ]),
    );
  } finally {
    await session.release();
  }
}

function makeTensor(dtype: Dtype, { dims, data }: RunFeed): ort.Tensor {
  switch (dtype) {
    case 'float32':
      return new ort.Tensor('float32', Float32Array.from(data), dims);
    case 'int64':
      return new ort.Tensor('int64', BigInt64Array.from(data, BigInt), dims);
    case 'int32':
      return new ort.Tensor('int32', Int32Array.from(data), dims);
    case 'bool':
      return new ort.Tensor('bool', Uint8Array.from(data), dims);
    default:
      throw new TypeError(`no test feeds ${dtype}`);
  }
}
