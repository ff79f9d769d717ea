/**
 * Several options after one context, laid out so that the context is computed once (models/tree-attention.ts), or, where
 * that cannot be done, as full sequences.
 */
import { type Batch, inputLength, type PackedBatch, planBatches, type ScoreRequest } from './batch.js';

/** A question to a model: how probable are the tokens of each option, right after the context? */
export interface ChoiceScoreRequest {
  /** At least one token: it predicts the first token of every option. */
  context: readonly number[];
  /** At least one, each of at least one token; context and longest option have at most nCtx + 1 tokens together. */
  options: readonly (readonly number[])[];
}

/** Columns that a request takes: its context, and each option without its last token, which is only predicted. */
export function packedLength({ context, options }: ChoiceScoreRequest): number {
  return options.reduce((sum, option) => sum + option.length - 1, context.length);
}

/** The same question as full sequences, one for each option. @internal */
export function expandChoices(request: ChoiceScoreRequest): ScoreRequest[] {
  checkRequest(request);
  const { context, options } = request;
  return options.map((option) => ({ ids: [...context, ...option], from: context.length }));
}

/**
 * Lays out the members of a batch as trees, one in a row, with the scored tokens member after member and option after
 * option. `columns` of the batch is the packed length of its longest member.
 */
export function packChoices(
  { members, columns }: Batch,
  requests: readonly ChoiceScoreRequest[],
): PackedBatch {
  const size = members.length * columns;
  const [ids, positions] = [new BigInt64Array(size), new BigInt64Array(size)];
  const branch = new BigInt64Array(size).fill(-1n);
  const rows: bigint[] = [];
  const targets: bigint[] = [];
  members.forEach((member, row) => {
    const request = requests[member]!;
    checkRequest(request);
    let at = row * columns;
    /** Writes one more column and gives its number. */
    const put = (token: number, position: number, ofBranch: number): bigint => {
      ids[at] = BigInt(token);
      positions[at] = BigInt(position);
      branch[at] = BigInt(ofBranch);
      return BigInt(at++);
    };
    let lastOfContext = 0n;
    request.context.forEach((token, position) => {
      lastOfContext = put(token, position, 0);
    });
    request.options.forEach((option, number) => {
      let before = lastOfContext;
      option.forEach((token, place) => {
        rows.push(before);
        targets.push(BigInt(token));
        if (place < option.length - 1) before = put(token, request.context.length + place, number + 1);
      });
    });
  });
  return {
    ids,
    shape: [members.length, columns],
    rows: BigInt64Array.from(rows),
    targets: BigInt64Array.from(targets),
    tree: { positions, branch },
  };
}

/** A batch of plain sequences for the graph that takes trees: each is a context without options. */
export function asTrees(batch: PackedBatch): PackedBatch {
  const [, columns] = batch.shape;
  const positions = batch.ids.map((_, i) => BigInt(i % columns));
  return { ...batch, tree: { positions, branch: new BigInt64Array(batch.ids.length) } };
}

/**
 * Batches of full sequences for a batch of choices that cannot be packed; none has more positions than the packed batch,
 * whose size the caller has chosen by the memory there is, unless a single sequence has.
 */
export function planFullSequences(
  { members, columns }: Batch,
  requests: readonly ChoiceScoreRequest[],
): { sequences: ScoreRequest[]; batches: Batch[] } {
  const sequences = members.flatMap((member) => expandChoices(requests[member]!));
  return { sequences, batches: planBatches(sequences.map(inputLength), members.length * columns) };
}

// An empty option would silently get probability 1, and behind an empty context the first tokens the answers to
// another request.
function checkRequest({ context, options }: ChoiceScoreRequest): void {
  if (context.length === 0) throw new RangeError('a choice needs at least one token of context');
  if (options.length === 0) throw new RangeError('a choice needs at least one option');
  if (options.some((option) => option.length === 0)) throw new RangeError('an option has no tokens');
}
