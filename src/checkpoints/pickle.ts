/**
 * The part of Python's pickle format that tensors are described in. A pickle is a program for a stack machine that may call
 * anything; this machine knows how to make texts, numbers, lists and dictionaries, and hands the few names that it is given to
 * its caller. Nothing is ever executed: any other name and any other instruction is refused.
 */
import { isUtf8 } from 'node:buffer';
import { DataError } from '../errors.js';

/** A name that a pickle calls: `collections.OrderedDict`. */
class PickleName {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

/** What a pickle can hold here. Tuples and lists are arrays, dictionaries are maps. */
export type PickleValue =
  | null
  | boolean
  | number
  | string
  | PickleName
  | PickleValue[]
  | Map<PickleValue, PickleValue>
  | object;

/** What the names in a pickle mean. */
export interface PickleMeaning {
  /** Names that may occur. */
  names: ReadonlySet<string>;
  /** The value of a call of one of them. */
  call(name: string, args: readonly PickleValue[]): PickleValue;
  /** What lies outside of the pickle, by its tuple. */
  persistent(id: PickleValue): PickleValue;
}

const mark = Symbol('mark');

/** Values that stand on the stack of the machine. */
type Slot = PickleValue | typeof mark;

/**
 * Runs the pickle of protocol 2 to 5 that begins at `start` and returns the value it ends with, and where it ends. Throws DataError on a name that `meaning` does not have, an
 * instruction that tensors do not need, and a pickle that is cut or makes no sense.
 */
export function readPickle(
  bytes: Uint8Array,
  meaning: PickleMeaning,
  file: string,
  start = 0,
): { value: PickleValue; end: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const stack: Slot[] = [];
  const memo = new Map<number, PickleValue>();
  let at = start;
  const refuse = (problem: string, found?: string): never => {
    throw new DataError({
      file,
      at: `list of tensors, byte ${at}`,
      problem,
      ...(found === undefined ? {} : { found }),
    });
  };
  const take = (length: number): number => {
    if (at + length > bytes.length) refuse('the list of tensors ends too early.');
    at += length;
    return at - length;
  };
  const text = (length: number) => {
    const start = take(length);
    const found = Buffer.from(bytes.subarray(start, at));
    if (!isUtf8(found)) refuse('a name is not valid UTF-8 text.');
    return found.toString('utf8');
  };
  const line = () => {
    const end = bytes.indexOf(10, at);
    if (end < 0) refuse('the list of tensors ends too early.');
    const read = text(end - at);
    at++;
    return read;
  };
  const pop = (): PickleValue => {
    const value = stack.pop();
    if (value === undefined || value === mark) return refuse('the list of tensors makes no sense.');
    return value as PickleValue;
  };
  const popToMark = (): PickleValue[] => {
    const place = stack.lastIndexOf(mark);
    if (place < 0) refuse('the list of tensors makes no sense.');
    const values = stack.splice(place) as PickleValue[];
    return values.slice(1);
  };
  const top = () => {
    const value = pop();
    stack.push(value);
    return value;
  };
  const remember = (place: number) => void memo.set(place, top());
  const recall = (place: number) => {
    if (!memo.has(place)) refuse('the list of tensors makes no sense.');
    stack.push(memo.get(place)!);
  };
  const name = (module: string, own: string) => {
    const whole = `${module}.${own}`;
    if (!meaning.names.has(whole)) {
      refuse('the file calls something that is no tensor; nothing of it was executed.', whole);
    }
    stack.push(new PickleName(whole));
  };
  const setItems = (values: readonly PickleValue[]) => {
    const map = top();
    if (!(map instanceof Map) || values.length % 2 !== 0)
      return refuse('the list of tensors makes no sense.');
    for (let i = 0; i < values.length; i += 2) map.set(values[i]!, values[i + 1]!);
  };
  const append = (values: readonly PickleValue[]) => {
    const list = top();
    if (!Array.isArray(list)) return refuse('the list of tensors makes no sense.');
    for (const value of values) list.push(value);
  };
  const tuple = (length: number) => {
    const values = Array.from({ length }, pop).reverse();
    stack.push(values);
  };
  const long = (length: number) => {
    if (length > 16) refuse('the list of tensors has a number that is too large.');
    let value = 0n;
    const start = take(length);
    for (let i = 0; i < length; i++) value |= BigInt(bytes[start + i]!) << BigInt(8 * i);
    const signed = length === 0 ? 0n : BigInt.asIntN(8 * length, value);
    stack.push(Number(signed));
  };

  for (;;) {
    const code = bytes[take(1)]!;
    switch (String.fromCharCode(code)) {
      case '\x80': {
        const protocol = bytes[take(1)]!;
        if (protocol > 5) refuse('the protocol of the list of tensors is unknown.', String(protocol));
        break;
      }
      case '\x95': // FRAME
        take(8);
        break;
      case '(':
        stack.push(mark);
        break;
      case '.':
        return { value: pop(), end: at };
      case 'c':
        name(line(), line());
        break;
      case '\x93': {
        const own = pop();
        const module = pop();
        name(String(module), String(own));
        break;
      }
      case 'q':
        remember(bytes[take(1)]!);
        break;
      case 'r':
        remember(view.getUint32(take(4), true));
        break;
      case '\x94': // MEMOIZE
        remember(memo.size);
        break;
      case 'h':
        recall(bytes[take(1)]!);
        break;
      case 'j':
        recall(view.getUint32(take(4), true));
        break;
      case 'N':
        stack.push(null);
        break;
      case '\x88':
        stack.push(true);
        break;
      case '\x89':
        stack.push(false);
        break;
      case 'J':
        stack.push(view.getInt32(take(4), true));
        break;
      case 'K':
        stack.push(bytes[take(1)]!);
        break;
      case 'M':
        stack.push(view.getUint16(take(2), true));
        break;
      case '\x8a':
        long(bytes[take(1)]!);
        break;
      case 'G':
        stack.push(view.getFloat64(take(8), false));
        break;
      case 'X':
        stack.push(text(view.getUint32(take(4), true)));
        break;
      case '\x8c':
        stack.push(text(bytes[take(1)]!));
        break;
      case ')':
      case ']':
        stack.push([]);
        break;
      case '}':
        stack.push(new Map());
        break;
      case 't':
        stack.push(popToMark());
        break;
      case '\x85':
        tuple(1);
        break;
      case '\x86':
        tuple(2);
        break;
      case '\x87':
        tuple(3);
        break;
      case 's': {
        const value = pop();
        setItems([pop(), value]);
        break;
      }
      case 'u':
        setItems(popToMark());
        break;
      case 'a':
        append([pop()]);
        break;
      case 'e':
        append(popToMark());
        break;
      case 'Q':
        stack.push(meaning.persistent(pop()));
        break;
      case 'R': {
        const args = pop();
        const callee = pop();
        if (!(callee instanceof PickleName) || !Array.isArray(args)) {
          return refuse('the list of tensors makes no sense.');
        }
        stack.push(meaning.call(callee.name, args));
        break;
      }
      case 'b': // BUILD: attributes of an object, such as the version notes of a state_dict; none is needed.
        pop();
        top();
        break;
      default:
        refuse(
          'the file has an instruction that no list of tensors needs; nothing of it was executed.',
          `0x${code.toString(16)}`,
        );
    }
  }
}
