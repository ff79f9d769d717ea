/**
 * What a ready-made ONNX graph asks for and answers with: each input is recognised by its name, checked by its type and shape, and
 * served accordingly (runtime/export-feeds.ts). A graph that asks for anything else is refused.
 */
import { DataError } from '../errors.js';
import type { OnnxScan, OnnxValue } from './onnx-scan.js';

/** What an input other than past keys and values is for. B rows, T new tokens in each, P tokens before them. */
type OnnxRole =
  /** [B, T]: the tokens. */
  | 'ids'
  /** [B, P + T]: 1 where there is a token. */
  | 'mask'
  /** [B, T]: P, P + 1, … */
  | 'positions'
  /** [T]: the same, once for all rows. */
  | 'cache-positions'
  /** [B, T]: 0, as tokenizers give it for a single text. */
  | 'token-types'
  /** One number: of how many last tokens logits are wanted. */
  | 'kept-logits'
  /** One bool: whether there are past keys and values. */
  | 'cache-branch';

/** Types that inputs may have, as tensors are made of them. */
export type OnnxInputType = 'int64' | 'int32' | 'float32' | 'float16' | 'bool';

/** An input that is not past keys and values. */
export interface OnnxInput {
  name: string;
  role: OnnxRole;
  type: OnnxInputType;
  /** Number of dimensions. */
  rank: number;
}

/** Past keys, values or both of one layer. */
export interface OnnxPast {
  name: string;
  type: 'float32' | 'float16';
  /** `0.key`, `0.value`, or `0` for both stacked: the present output of that key has what the next run takes. */
  key: string;
  /** Both in one tensor [2, B, heads, P, width] instead of [B, heads, P, width]. */
  isStacked: boolean;
  /** Where the graph says them. */
  heads?: number;
  headWidth?: number;
}

/** The inputs and outputs of a graph that a language model needs. */
export interface OnnxInterface {
  inputs: OnnxInput[];
  past: OnnxPast[];
  logits: { name: string; type: 'float32' | 'float16' | 'float64' };
  /** Names of the outputs with keys and values, by the key of the input that takes them. */
  present: Record<string, string>;
  /** The graph takes a single row at a time. */
  takesOneRow: boolean;
}

/** How an input of each role may look. */
const roles: Readonly<
  Record<OnnxRole, { names: RegExp; types: readonly OnnxInputType[]; ranks: readonly number[] }>
> = {
  ids: { names: /^input_ids$/, types: ['int64', 'int32'], ranks: [2] },
  mask: {
    names: /^(attention_mask|input_mask)$/,
    types: ['int64', 'int32', 'float32', 'float16', 'bool'],
    ranks: [2],
  },
  positions: { names: /^position_ids$/, types: ['int64', 'int32'], ranks: [2] },
  'cache-positions': { names: /^cache_position$/, types: ['int64', 'int32'], ranks: [1] },
  'token-types': { names: /^(token_type_ids|segment_ids)$/, types: ['int64', 'int32'], ranks: [2] },
  'kept-logits': { names: /^(num_)?logits_to_keep$/, types: ['int64', 'int32'], ranks: [0, 1] },
  'cache-branch': { names: /^use_cache(_branch)?$/, types: ['bool'], ranks: [0, 1] },
};

/**
 * The interface of a graph; `vocabSize` helps to find the logits where they have another name. Throws DataError, naming
 * input or output and its shape, when an input is unknown or looks different from what its name says, and when no
 * output can be the logits.
 */
export function interfaceOf(scan: OnnxScan, file: string, vocabSize: number | undefined): OnnxInterface {
  const inputs: OnnxInput[] = [];
  const past: OnnxPast[] = [];
  const unknown: OnnxValue[] = [];
  let tokens: OnnxValue | undefined;
  for (const value of scan.inputs) {
    const role = (Object.keys(roles) as OnnxRole[]).find((name) => roles[name].names.test(value.name));
    const cacheKey = cacheKeyOf('past', value.name);
    if (role !== undefined) inputs.push(inputOf(value, role, file));
    else if (cacheKey !== undefined) past.push(pastOf(value, cacheKey, file));
    else unknown.push(value);
    if (role === 'ids') tokens = value;
  }
  // The tokens may be called anything; a single input of whole numbers in rows can be nothing else.
  if (tokens === undefined) {
    const index = unknown.findIndex(({ type, shape }) => /^int(32|64)$/.test(type) && shape?.length === 2);
    if (index < 0)
      throw new DataError({ file, problem: 'the graph has no input for tokens.', ...seen(scan.inputs) });
    [tokens] = unknown.splice(index, 1);
    inputs.unshift(inputOf(tokens!, 'ids', file));
  }
  if (unknown[0] !== undefined) {
    throw new DataError({
      file,
      at: unknown[0].name,
      problem: 'the graph asks for an input that this tool does not know.',
      expected:
        'input_ids, attention_mask, position_ids, cache_position, token_type_ids, num_logits_to_keep, use_cache_branch, or past keys and values',
      found: describe(unknown[0]),
    });
  }
  const [rows, columns] = tokens?.shape ?? [];
  if (typeof columns === 'number' || (typeof rows === 'number' && rows !== 1)) {
    throw new DataError({
      file,
      at: tokens!.name,
      problem: 'the graph takes texts of one size only.',
      expected: 'a free number of rows and tokens',
      found: describe(tokens!),
    });
  }
  const present: Record<string, string> = {};
  for (const { name } of scan.outputs) {
    const cacheKey = cacheKeyOf('present', name);
    if (cacheKey !== undefined) present[cacheKey] = name;
  }
  return { inputs, past, logits: findLogits(scan, file, vocabSize), present, takesOneRow: rows === 1 };
}

/** Whether a graph can go on from the keys and values that `first` left, and then from its own. */
export function canDecode(first: OnnxInterface, next: OnnxInterface): boolean {
  return (
    next.past.length > 0 &&
    next.past.every(({ key }) => first.present[key] !== undefined && next.present[key] !== undefined)
  );
}

function inputOf(value: OnnxValue, role: OnnxRole, file: string): OnnxInput {
  const { types, ranks } = roles[role];
  const type = types.find((candidate) => candidate === value.type);
  // Without a shape the usual one is meant; a wrong guess ends with ONNX Runtime's own message.
  const rank = value.shape?.length ?? ranks[0]!;
  if (type !== undefined && ranks.includes(rank)) return { name: value.name, role, type, rank };
  throw new DataError({
    file,
    at: value.name,
    problem: 'the input looks different from what its name says.',
    expected: `${types.join(', ')} in ${ranks.join(' or ')} dimensions`,
    found: describe(value),
  });
}

/**
 * `0.key` for `past_key_values.0.key`, `past.0.key` or `past_key_0`, `0` for `past_0`: one number, the layer, and at most one of
 * key and value. Undefined for other names, such as the keys of an encoder.
 */
function cacheKeyOf(time: 'past' | 'present', name: string): string | undefined {
  const match =
    new RegExp(`^${time}(?:_key_values)?[._](\\d+)(?:[._](key|value)s?)?$`).exec(name) ??
    new RegExp(`^${time}[._](?=key|value)(key|value)s?[._](\\d+)$`).exec(name);
  if (match === null) return undefined;
  const [first, second] = [match[1]!, match[2]];
  if (second === undefined) return first;
  return /\d/.test(first) ? `${first}.${second}` : `${second}.${first}`;
}

function pastOf(value: OnnxValue, key: string, file: string): OnnxPast {
  const isStacked = !key.includes('.');
  const { name, type, shape } = value;
  const [heads, , headWidth] = shape?.slice(isStacked ? 2 : 1) ?? [];
  const hasShape =
    shape === undefined ||
    ((isStacked
      ? shape.length === 5 && !(typeof shape[0] === 'number' && shape[0] !== 2)
      : shape.length === 4) &&
      typeof shape.at(-2) !== 'number');
  if (hasShape && (type === 'float32' || type === 'float16')) {
    return {
      ...{ name, type, key, isStacked },
      ...(typeof heads === 'number' && { heads }),
      ...(typeof headWidth === 'number' && { headWidth }),
    };
  }
  throw new DataError({
    file,
    at: name,
    problem: 'the keys and values are laid out in a way that this tool does not know.',
    expected: `float32 or float16 [${isStacked ? '2, ' : ''}rows, heads, tokens, width]`,
    found: describe(value),
  });
}

function findLogits(scan: OnnxScan, file: string, vocabSize: number | undefined): OnnxInterface['logits'] {
  const isFree = (size: number | string | undefined) => typeof size !== 'number';
  const others = scan.outputs.filter(({ name }) => cacheKeyOf('present', name) === undefined);
  const named = others.find(({ name }) => name === 'logits');
  const shaped = others.filter(
    ({ shape }) => shape?.length === 3 && !isFree(shape[2]) && shape[2] === vocabSize,
  );
  // Where the last size is free, a single output of three dimensions can still be it: its size is seen when it runs.
  const free = others.filter(({ shape }) => shape === undefined || (shape.length === 3 && isFree(shape[2])));
  const found = named ?? (shaped.length > 0 ? shaped : free).find((_, __, all) => all.length === 1);
  const size = vocabSize ?? 'vocabulary';
  if (found === undefined) {
    throw new DataError({
      file,
      problem: 'no output of the graph can be the logits.',
      expected: `one of shape [rows, tokens, ${size}]`,
      ...seen(scan.outputs),
    });
  }
  const { name, type, shape } = found;
  const hasType = type === 'float32' || type === 'float16' || type === 'float64';
  if (hasType && (shape === undefined || shape.length === 3)) return { name, type };
  throw new DataError({
    file,
    at: name,
    problem: 'the output cannot be used as logits.',
    expected: `float32, float16 or float64 [rows, tokens, ${size}]`,
    found: describe(found),
    ...(type === 'bfloat16' && {
      hint: 'ONNX Runtime for Node.js hands over no bfloat16: export the model with logits of float32.',
    }),
  });
}

function describe({ type, shape }: OnnxValue): string {
  return `${type} ${shape === undefined ? 'of unknown shape' : `[${shape.join(', ')}]`}`;
}

function seen(values: readonly OnnxValue[]): { found: string } {
  return { found: values.map((value) => `${value.name} ${describe(value)}`).join('; ') || 'none' };
}
