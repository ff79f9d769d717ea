/**
 * PyTorch's own files, `pytorch_model.bin`, in both forms that `torch.save` has written:
 *
 * - since version 1.6 a zip archive, not compressed: the numbers of each storage in a member `data/…`, and a pickle `data.pkl` that
 *   says which tensor is which;
 * - before that five pickles, of which the fourth says which tensor is which and the fifth in which order the storages follow, each
 *   with its length before it.
 *
 * Pickles are read by a machine that knows tensors and nothing else (pickle.ts); the numbers are used where they lie.
 */
import { realpath } from 'node:fs/promises';
import type { Entry } from 'yauzl';
import { DataError } from '../errors.js';
import type { FoundTensor } from './parameters.js';
import { type PickleValue, readPickle } from './pickle.js';
import { fileSize, readRange } from './read-range.js';

/** Number types by the name of their storage, and the bytes of one number. */
const storageTypes: Readonly<Record<string, readonly [dtype: string, bytes: number]>> = {
  'torch.FloatStorage': ['F32', 4],
  'torch.HalfStorage': ['F16', 2],
  'torch.BFloat16Storage': ['BF16', 2],
  'torch.DoubleStorage': ['F64', 8],
  'torch.LongStorage': ['I64', 8],
  'torch.IntStorage': ['I32', 4],
  'torch.ShortStorage': ['I16', 2],
  'torch.CharStorage': ['I8', 1],
  'torch.ByteStorage': ['U8', 1],
  'torch.BoolStorage': ['BOOL', 1],
};

const orderedDict = 'collections.OrderedDict';
const rebuildTensor = 'torch._utils._rebuild_tensor_v2';
const rebuildParameter = 'torch._utils._rebuild_parameter';
const names = new Set([orderedDict, rebuildTensor, rebuildParameter, ...Object.keys(storageTypes)]);

/** Keys under which training programs keep the weights among other things. */
const wrappers = ['state_dict', 'model', 'model_state_dict'];

/** Largest list of tensors that is believed; that of the largest GPT-2 has 60 kB. */
const longestPickle = 16e6;

/** A member of the archive: where its bytes lie in the file. */
interface Member {
  offset: number;
  lengthBytes: number;
}

class Storage {
  readonly type: string;
  readonly key: string;

  constructor(type: string, key: string) {
    this.type = type;
    this.key = key;
  }
}

class Tensor {
  readonly storage: Storage;
  /** In numbers, not bytes. */
  readonly offset: number;
  readonly shape: number[];
  readonly strides: number[];

  constructor(storage: Storage, offset: number, shape: number[], strides: number[]) {
    this.storage = storage;
    this.offset = offset;
    this.shape = shape;
    this.strides = strides;
  }
}

/**
 * The tensors of a file under the names they have there. Throws DataError when it is no such file, is damaged, or has anything but tensors
 * in it; nothing in it is ever executed.
 */
export async function readPytorchTensors(file: string): Promise<FoundTensor[]> {
  const sizeBytes = await fileSize(file);
  const start = sizeBytes < 2 ? new Uint8Array(2) : await readRange(file, 0, 2);
  const isZip = start[0] === 0x50 && start[1] === 0x4b;
  // A pickle begins with the number of its protocol.
  if (!isZip && start[0] !== 0x80) {
    throw new DataError({
      file,
      problem: 'this is no file of PyTorch.',
      expected: 'a zip archive or pickles, as torch.save writes them',
      hint: 'Load it with PyTorch and save it with save_pretrained(folder) of transformers, which writes safetensors.',
    });
  }
  const { value, memberOf } = isZip ? await readArchive(file) : await readPickles(file, sizeBytes);
  const real = await realpath(file);
  return [...stateDict(value, file)].map(([name, tensor]) => locate(name, tensor, memberOf, real, file));
}

/** What a file holds: its list of tensors, and where the numbers of a storage lie. */
interface Contents {
  value: PickleValue;
  memberOf(key: string): Member | undefined;
}

async function readArchive(file: string): Promise<Contents> {
  const members = await readMembers(file);
  const list = [...members.keys()].find((name) => /^[^/]+\/data\.pkl$/.test(name));
  if (list === undefined) {
    throw new DataError({
      file,
      problem: 'this is a zip archive, but not one of PyTorch.',
      expected: 'a member data.pkl',
      found: [...members.keys()].slice(0, 4).join(', ') || 'nothing',
    });
  }
  const folder = list.slice(0, -'data.pkl'.length);
  const order = members.get(`${folder}byteorder`);
  if (order !== undefined && order.lengthBytes < 16) {
    const bytes = await readRange(file, order.offset, order.lengthBytes);
    refuseBigEndian(file, new TextDecoder().decode(bytes).trim() !== 'big');
  }
  const { offset, lengthBytes } = members.get(list)!;
  if (lengthBytes > longestPickle) throw tooLong(file);
  const { value } = readPickle(await readRange(file, offset, lengthBytes), meaningIn(file), file);
  return { value, memberOf: (key) => members.get(`${folder}data/${key}`) };
}

/** Number that files before version 1.6 begin with, as far as a float has it. */
const magicNumber = 0x1950a86a20f9469cfc6cn;

async function readPickles(file: string, sizeBytes: number): Promise<Contents> {
  const bytes = await readRange(file, 0, Math.min(sizeBytes, longestPickle));
  let at = 0;
  const storages = new Map<string, Storage>();
  const meaning = meaningIn(file, (storage) => void storages.set(storage.key, storage));
  const next = () => {
    const { value, end } = readPickle(bytes, meaning, file, at);
    at = end;
    return value;
  };
  if (next() !== Number(magicNumber)) {
    throw new DataError({ file, problem: 'this is a pickle, but not one of PyTorch.' });
  }
  next();
  const system = next();
  refuseBigEndian(file, system instanceof Map && system.get('little_endian') === true);
  const value = next();
  const keys = next();
  const members = new Map<string, Member>();
  for (const key of Array.isArray(keys) ? keys : []) {
    const storage = typeof key === 'string' ? storages.get(key) : undefined;
    if (storage === undefined)
      throw new DataError({ file, problem: 'a storage belongs to no tensor.', found: String(key) });
    const [, width] = storageTypes[storage.type]!;
    const count = Number(new DataView((await readRange(file, at, 8)).buffer).getBigInt64(0, true));
    const member = { offset: at + 8, lengthBytes: count * width };
    if (!isCount(count) || member.offset + member.lengthBytes > sizeBytes) {
      throw new DataError({
        file,
        at: `storage ${storage.key}`,
        problem: 'the file ends before its numbers do, so it was cut short.',
        expected: `at least ${member.offset + member.lengthBytes} bytes`,
        found: sizeBytes,
      });
    }
    members.set(storage.key, member);
    at = member.offset + member.lengthBytes;
  }
  return { value, memberOf: (key) => members.get(key) };
}

function tooLong(file: string): DataError {
  return new DataError({
    file,
    problem: 'the list of tensors is too long.',
    expected: `at most ${longestPickle} bytes`,
  });
}

async function readMembers(file: string): Promise<Map<string, Member>> {
  const { openPromise } = (await import('yauzl')).default;
  const members = new Map<string, Member>();
  try {
    const zip = await openPromise(file, { autoClose: false });
    try {
      for await (const entry of zip.eachEntry()) {
        if (entry.fileName.endsWith('/')) continue;
        refuseCompressed(entry, file);
        const { fileDataStart } = await zip.readLocalFileHeaderPromise(entry, { minimal: true });
        members.set(entry.fileName, { offset: fileDataStart, lengthBytes: entry.uncompressedSize });
      }
    } finally {
      zip.close();
    }
  } catch (cause) {
    if (cause instanceof DataError) throw cause;
    const reason = (cause as Error).message.replace(/\.$/, '');
    throw new DataError(
      { file, problem: `the archive is damaged: ${reason}.`, hint: 'Fetch the file again.' },
      { cause },
    );
  }
  return members;
}

function refuseCompressed({ fileName, compressionMethod }: Entry, file: string): void {
  if (compressionMethod === 0) return;
  throw new DataError({
    file,
    at: fileName,
    problem: 'the numbers are compressed, which PyTorch never does.',
    expected: 'a member that is stored as it is',
    found: `compression method ${compressionMethod}`,
  });
}

function refuseBigEndian(file: string, isLittle: boolean): void {
  if (isLittle) return;
  throw new DataError({ file, problem: 'the numbers are stored big-endian, which is not supported.' });
}

/** `onStorage` is told of each storage that a tensor has. */
function meaningIn(file: string, onStorage: (storage: Storage) => void = () => {}) {
  const senseless = (what: string) =>
    new DataError({ file, at: 'list of tensors', problem: `${what} makes no sense.` });
  return {
    names,
    call(name: string, args: readonly PickleValue[]): PickleValue {
      if (name === orderedDict) return new Map();
      if (name === rebuildParameter) return args[0] ?? null;
      const [storage, offset, shape, strides] = args;
      const isTensor = storage instanceof Storage && isCount(offset) && isCounts(shape) && isCounts(strides);
      if (name !== rebuildTensor || !isTensor || shape.length !== strides.length) throw senseless('a tensor');
      return new Tensor(storage, offset, shape, strides);
    },
    /** `('storage', FloatStorage, '0', 'cpu', 15360)`, in the old form with a view of another storage, which none has. */
    persistent(id: PickleValue): PickleValue {
      const [kind, type, key, , , view] = Array.isArray(id) ? id : [];
      const name = typeof type === 'object' && type !== null && 'name' in type ? String(type.name) : '';
      if (
        kind !== 'storage' ||
        !Object.hasOwn(storageTypes, name) ||
        typeof key !== 'string' ||
        (view ?? null) !== null
      ) {
        throw senseless('a storage');
      }
      const storage = new Storage(name, key);
      onStorage(storage);
      return storage;
    },
  };
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
const isCounts = (value: unknown): value is number[] => Array.isArray(value) && value.every(isCount);

/** The dictionary of the weights: the whole value, or what training programs call `state_dict` in it. */
function stateDict(value: PickleValue, file: string): Map<string, Tensor> {
  const tensorsOf = (map: PickleValue | undefined) =>
    new Map(
      [...(map instanceof Map ? map : [])].flatMap(([name, tensor]) =>
        typeof name === 'string' && tensor instanceof Tensor ? [[name, tensor] as const] : [],
      ),
    );
  const candidates = [value, ...wrappers.map((key) => (value instanceof Map ? value.get(key) : undefined))];
  const found = candidates.map(tensorsOf).find(({ size }) => size > 0);
  if (found !== undefined) return found;
  throw new DataError({
    file,
    at: 'data.pkl',
    problem: 'there are no named tensors.',
    expected: 'a state_dict',
  });
}

function locate(
  name: string,
  { storage, offset, shape, strides }: Tensor,
  memberOf: (key: string) => Member | undefined,
  real: string,
  file: string,
): FoundTensor {
  const [dtype, width] = storageTypes[storage.type]!;
  const member = memberOf(storage.key);
  const wrong = (problem: string, expected?: string | number, found?: string | number) =>
    new DataError({ file, at: name, problem, expected, found });
  if (member === undefined) throw wrong('its numbers are missing.', `storage ${storage.key}`, 'none');
  const rowMajor = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, size) => product * size, 1));
  // The stride of an axis of length 1 is never used.
  if (shape.some((size, axis) => size !== 1 && strides[axis] !== rowMajor[axis])) {
    throw wrong(
      'the tensor is stored transposed or in steps, which is not read.',
      `strides ${rowMajor}`,
      `${strides}`,
    );
  }
  const lengthBytes = shape.reduce((product, size) => product * size, width);
  const begin = offset * width;
  if (begin + lengthBytes > member.lengthBytes) {
    throw wrong('its numbers end too early.', `${begin + lengthBytes} bytes`, member.lengthBytes);
  }
  return {
    name,
    dtype,
    shape,
    data: { file: real, offset: member.offset + begin, lengthBytes },
    source: file,
  };
}
