/**
 * A decoder on ready-made exports that take past keys and values: what a run answers with goes into the next one, so that each
 * token is read once. Rows of one length run together, without padding: what an export makes of padding on the left is not known.
 */
import { canDecode, type OnnxInterface } from '../checkpoints/onnx-interface.js';
import { DataError } from '../errors.js';
import { type Decoder, PASS_TOKENS } from './decoder.js';
import { type ExportPass, logSumExp, passLogits, runExport } from './export-feeds.js';
import type { ExportedGraph, ExportedSpec } from './protocol.js';
import { type Session, type Tensor, tensor } from './session.js';

/** A loaded graph. */
interface LoadedGraph {
  session: Session;
  graph: ExportedGraph;
}

/** Rows of one length with their keys and values, by the key of the input that takes them. */
interface Group {
  /** Rows of the decoder, in the order of the tensors' rows. */
  rows: number[];
  /** Tokens that each row has been read to. */
  length: number;
  past: ReadonlyMap<string, Tensor>;
}

/** The next token of a row: its logits [V] and log Σ exp of them. */
interface Answer {
  logits: Float32Array;
  logSum: number;
}

/** What a pass over equally long texts gave: an answer for each, and the keys and values of all. */
interface PassResult {
  answers: Answer[];
  past: ReadonlyMap<string, Tensor>;
}

/** Whether a checkpoint's graphs keep keys and values: one that takes its own, or two of which the second goes on. */
export function keepsPast(first: OnnxInterface, withPast: OnnxInterface | undefined): boolean {
  return canDecode(first, withPast ?? first);
}

/** A decoder on an export for which `keepsPast` holds; `second` is its second graph, of an export in two. */
export function exportDecoder(session: Session, spec: ExportedSpec, second?: Session): Decoder {
  const first: LoadedGraph = { session, graph: spec };
  const next: LoadedGraph = second && spec.withPast ? { session: second, graph: spec.withPast.graph } : first;
  const keys = next.graph.interface.past.map(({ key }) => key);
  let groups: Group[] = [];
  let answers: Answer[] = [];

  const run = async (texts: readonly (readonly number[])[], group?: Group): Promise<PassResult> => {
    const { session: loaded, graph } = group === undefined ? first : next;
    const { inputs, logits, present } = graph.interface;
    const [B, T] = [texts.length, texts[0]!.length];
    const ids = BigInt64Array.from(texts.flat(), BigInt);
    const pass: ExportPass = {
      ...{ ids, shape: [B, T], lastLogitsOnly: true },
      ...(group && { before: group.length, past: group.past }),
    };
    const names = [logits.name, ...keys.map((key) => present[key]!)];
    const outputs = await runExport(loaded, graph, pass, names);
    const columns = inputs.some(({ role }) => role === 'kept-logits') ? 1 : T;
    const read = passLogits(outputs[logits.name]!, [B, columns], graph, spec.vocabSize);
    const total = (group?.length ?? 0) + T;
    const past = new Map(
      keys.map((key) => [key, checkPresent(outputs[present[key]!]!, present[key]!, total, graph)]),
    );
    const found = texts.map((_, row): Answer => {
      const last = read.row(row * columns + columns - 1);
      return { logits: Float32Array.from(last), logSum: logSumExp(last, graph) };
    });
    read.dispose();
    return { answers: found, past };
  };

  return {
    async start(prompts) {
      groups = [];
      answers = [];
      const order: number[] = [];
      for (const twins of passesOf(prompts, spec.oneRowAtATime)) {
        const { answers: found, past } = await run(twins.map(([prompt]) => prompts[prompt!]!));
        const length = prompts[twins[0]![0]!]!.length;
        // Equal prompts were read once; each of them goes on by itself.
        const places = twins.flatMap((same, place) => same.map(() => place));
        const rows = places.map((_, i) => order.length + i);
        if (spec.oneRowAtATime) groups.push(...rows.map((row) => ({ rows: [row], length, past })));
        else groups.push({ rows, length, past: selectRows(past, places, twins.length) });
        answers.push(...places.map((place) => found[place]!));
        order.push(...twins.flat());
      }
      return order;
    },
    async step(tokens) {
      for (const group of groups) {
        const { answers: found, past } = await run(
          group.rows.map((row) => [tokens[row]!]),
          group,
        );
        group.past = past;
        group.length++;
        group.rows.forEach((row, place) => {
          answers[row] = found[place]!;
        });
      }
    },
    keep(rows) {
      answers = rows.map((row) => answers[row]!);
      const newRow = new Map(rows.map((row, index) => [row, index]));
      groups = groups.flatMap((group) => {
        const places = group.rows.flatMap((row, place) => (newRow.has(row) ? [place] : []));
        if (places.length === 0) return [];
        const past = selectRows(group.past, places, group.rows.length);
        return [{ ...group, rows: places.map((place) => newRow.get(group.rows[place]!)!), past }];
      });
    },
    logits: (row) => answers[row]!.logits,
    logSum: (row) => answers[row]!.logSum,
    async release() {
      await session.release();
      await second?.release();
    },
  };
}

/** The passes that read the prompts: each a list of different prompts of one length, with the numbers of all that are equal to it. */
function passesOf(prompts: readonly (readonly number[])[], oneRow: boolean): number[][][] {
  const byText = new Map<string, number[]>();
  prompts.forEach((prompt, index) => {
    const key = prompt.join();
    byText.set(key, [...(byText.get(key) ?? []), index]);
  });
  const byLength = new Map<number, number[][]>();
  for (const twins of byText.values()) {
    const { length } = prompts[twins[0]!]!;
    byLength.set(length, [...(byLength.get(length) ?? []), twins]);
  }
  return [...byLength].flatMap(([length, different]) => {
    const most = oneRow ? 1 : Math.max(1, Math.floor(PASS_TOKENS / length));
    const passes: number[][][] = [];
    for (let i = 0; i < different.length; i += most) passes.push(different.slice(i, i + most));
    return passes;
  });
}

function checkPresent(output: Tensor, name: string, total: number, { file }: ExportedGraph): Tensor {
  if (output.dims.at(-2) === total) return output;
  throw new DataError({
    file,
    at: name,
    problem: 'the output does not have the keys and values of all tokens so far.',
    expected: `${total} in the last dimension but one`,
    found: `[${output.dims.join(', ')}]`,
  });
}

/** The rows at those places of `count`, as tensors of their own; the same ones where that is all of them as they are. */
function selectRows(
  past: ReadonlyMap<string, Tensor>,
  places: readonly number[],
  count: number,
): ReadonlyMap<string, Tensor> {
  if (places.length === count && places.every((place, index) => place === index)) return past;
  return new Map([...past].map(([key, all]) => [key, selectOf(all, places, count)]));
}

/** The dimension of rows is the first of [B, heads, P, width] and the second of [2, B, heads, P, width]. */
function selectOf(all: Tensor, places: readonly number[], count: number): Tensor {
  const isStacked = all.dims.length === 5;
  const data = all.data as Float32Array | Uint16Array;
  const halves = isStacked ? 2 : 1;
  const rowSize = data.length / (halves * count);
  const selected =
    data instanceof Float32Array
      ? new Float32Array(halves * places.length * rowSize)
      : new Uint16Array(halves * places.length * rowSize);
  for (let half = 0; half < halves; half++) {
    places.forEach((place, index) => {
      const from = (half * count + place) * rowSize;
      selected.set(data.subarray(from, from + rowSize), (half * places.length + index) * rowSize);
    });
  }
  const dims = [...all.dims];
  dims[isStacked ? 1 : 0] = places.length;
  return selected instanceof Float32Array ? tensor.float32(selected, dims) : tensor.float16(selected, dims);
}
