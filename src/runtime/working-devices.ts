import { encodeOnnx } from '../graph/onnx.js';
import { add } from '../graph/ops.js';
import { joinPieces } from '../graph/protobuf.js';
import { input } from '../graph/value.js';
import type { Device } from './devices.js';
import { createSession, timeRun } from './session.js';

/** Whether a sum of two numbers comes out on a device. What ONNX Runtime says about one that does not work is not told. */
export async function deviceWorks(device: Device): Promise<boolean> {
  const x = input('x', 'float32', [1]);
  const model = joinPieces(encodeOnnx({ inputs: [x], outputs: { sum: add(x, x) } }));
  try {
    const session = await createSession({ model, provider: device, threads: 1 });
    await timeRun(session, { x: { type: 'float32', data: Float32Array.of(1), dims: [1] } });
    await session.release();
    return true;
  } catch {
    return false;
  }
}
