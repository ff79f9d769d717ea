/**
 * Results written into arrays that are there, and nowhere else.
 *
 * The Node binding of ONNX Runtime fills a result that is given to `run` in place, but then copies it into a fresh array as
 * well: for the gradients of GPT-1 half a gigabyte at every update, for the keys and values of GPT-2 up to 75 MB at every
 * token of a text, once in memory and once as garbage. The copying starts
 * with the first output and stops with an error where that is not a tensor. So the graph gets a first output that is a
 * sequence, and the error, which comes when all has been computed, is expected.
 *
 * That is how the binding is made, not what it promises. Therefore `createInPlaceSession` proves it with the very version
 * that is installed, on a small graph, and otherwise does what everybody does.
 */
import { encodeOnnx } from '../graph/onnx.js';
import * as ops from '../graph/ops.js';
import { joinPieces, MessageWriter } from '../graph/protobuf.js';
import { input } from '../graph/value.js';
import { createSession, type Session, type Tensor, tensor } from './session.js';

type Feeds = Readonly<Record<string, Tensor>>;

/** A loaded graph whose float32 results go into the caller's arrays. */
export interface InPlaceSession {
  /** Whether results are spared the copy. */
  readonly isWithoutCopies: boolean;
  readonly inputNames: readonly string[];
  /** Runs the graph; `results` has an array of the right size for every output. */
  run(feeds: Feeds, results: ReadonlyMap<string, ResultArray>): Promise<void>;
  release(): Promise<void>;
}

/** Where a result goes. */
export interface ResultArray {
  data: Float32Array<ArrayBuffer>;
  dims: readonly number[];
}

/**
 * Loads an ONNX ModelProto with `create`, which decides on the settings of the session. `tryWithoutCopies` is for tests,
 * which compare both ways.
 */
export async function createInPlaceSession(
  model: Uint8Array,
  create: (model: Uint8Array) => Promise<Session>,
  tryWithoutCopies = true,
): Promise<InPlaceSession> {
  const withoutCopies = tryWithoutCopies && (await isFilledInPlace());
  const session = await create(withoutCopies ? withSequenceFirst(model) : model);
  return {
    isWithoutCopies: withoutCopies,
    inputNames: session.inputNames,
    run: (feeds, results) => (withoutCopies ? runInPlace : runWithCopies)(session, feeds, results),
    release: () => session.release(),
  };
}

async function runWithCopies(
  session: Session,
  feeds: Feeds,
  results: ReadonlyMap<string, ResultArray>,
): Promise<void> {
  const outputs = await session.run(feeds);
  for (const [name, { data }] of results) data.set(outputs[name]!.data as Float32Array);
}

async function runInPlace(
  session: Session,
  feeds: Feeds,
  results: ReadonlyMap<string, ResultArray>,
): Promise<void> {
  const fetches = [...results].map(([name, { data, dims }]) => [name, tensor.float32(data, dims)]);
  try {
    await session.run(feeds, { [sequenceName]: null, ...Object.fromEntries(fetches) });
  } catch (error) {
    if (error instanceof Error && error.message.includes(expectedMessage)) return;
    throw error;
  }
  throw new Error('ONNX Runtime returned a sequence, which it could not when the session was made');
}

const sequenceName = 'not_a_tensor';
const expectedMessage = 'Non tensor type is temporarily not supported';

let proof: Promise<boolean> | undefined;

/** Whether the installed binding fills given arrays although the run ends with the expected error. Tried once. */
function isFilledInPlace(): Promise<boolean> {
  proof ??= proveFilling();
  return proof;
}

async function proveFilling(): Promise<boolean> {
  const x = input('x', 'float32', [3]);
  const outputs = { square: ops.mul(x, x), twice: ops.add(x, x) };
  const model = withSequenceFirst(joinPieces(encodeOnnx({ inputs: [x], outputs })));
  const session = await createSession({ model, provider: 'cpu', threads: 1 });
  try {
    for (const numbers of [
      [1, 2, 3],
      [-4, 5, 0.5],
    ]) {
      const [square, twice] = [new Float32Array(3), new Float32Array(3)];
      const results = { square: { data: square, dims: [3] }, twice: { data: twice, dims: [3] } };
      const feeds = { x: tensor.float32(Float32Array.from(numbers), [3]) };
      await runInPlace(session, feeds, new Map(Object.entries(results)));
      if (numbers.some((value, i) => square[i] !== value * value || twice[i] !== 2 * value)) return false;
    }
    return true;
  } catch {
    return false;
  } finally {
    await session.release();
  }
}

/**
 * A ModelProto with one more node and output in front. Protocol buffers that stand one after another are read as one, whose
 * lists are joined, so the model itself need not be taken apart. ModelProto: graph 7. GraphProto: node 1, initializer 5,
 * output 12. NodeProto: input 1, output 2, op_type 4. TensorProto: dims 1, data_type 2, name 8, raw_data 9.
 * ValueInfoProto: name 1, type 2 → TypeProto: sequence_type 4 → elem_type 1 → tensor_type 1 → elem_type 1.
 */
function withSequenceFirst(model: Uint8Array): Uint8Array {
  const element = `${sequenceName}_element`;
  const node = new MessageWriter().string(1, element).string(2, sequenceName).string(4, 'SequenceConstruct');
  const tensor = new MessageWriter().int(1, 1).int(2, 1).string(8, element).bytes(9, new Uint8Array(4));
  const tensorType = new MessageWriter().message(1, new MessageWriter().int(1, 1));
  const type = new MessageWriter().message(4, new MessageWriter().message(1, tensorType));
  const output = new MessageWriter().string(1, sequenceName).message(2, type);
  const graph = new MessageWriter().message(1, node).message(5, tensor).message(12, output);
  return joinPieces([...new MessageWriter().message(7, graph).finish(), model]);
}
