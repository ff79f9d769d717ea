/** A question to a model: how probable are the tokens from `from` on, each given all tokens before it? */
export interface ScoreRequest {
  /** The whole sequence, at least `from` + 1 and at most nCtx + 1 tokens. */
  ids: readonly number[];
  /** Index of the first token that is scored; at least 1. */
  from: number;
}

/** Sequences that go through the model together. */
export interface Batch {
  /** Which requests, as indices into the list that was planned. */
  members: number[];
  /** T: columns, the longest member's number of input tokens. */
  columns: number;
}

/** Input tokens of a request: the last token is only predicted, never read. */
export function inputLength(request: ScoreRequest): number {
  return request.ids.length - 1;
}

/**
 * Cuts requests into batches of at most `tokenBudget` positions, padding included: sorted by length, longest first, so that
 * rows of a batch are nearly equally long, memory peaks at the start and the estimate of the remaining time errs
 * towards too long. The plan depends on nothing but lengths and budget, so a resumed run makes the same batches.
 * A request longer than the budget is a batch of its own. `rows` tells how many sequences of that length a request consists of;
 * they stay together.
 */
export function planBatches(
  lengths: readonly number[],
  tokenBudget: number,
  rows: readonly number[] = lengths.map(() => 1),
): Batch[] {
  const order = lengths.map((_, index) => index).sort((a, b) => lengths[b]! - lengths[a]! || a - b);
  const batches: Batch[] = [];
  let current: Batch | undefined;
  let currentRows = 0;
  for (const index of order) {
    if (current === undefined || (currentRows + rows[index]!) * current.columns > tokenBudget) {
      current = { members: [], columns: lengths[index]! };
      currentRows = 0;
      batches.push(current);
    }
    current.members.push(index);
    currentRows += rows[index]!;
  }
  return batches;
}

/** A batch as the scoring graph takes it. Letters: B rows, T columns, S scored positions. */
export interface PackedBatch {
  /** [B, T], padded with 0 on the right: attention is causal, so padding is never seen. */
  ids: BigInt64Array;
  shape: [rows: number, columns: number];
  /** [S]: scored positions as b·T + t, member after member. */
  rows: BigInt64Array;
  /** [S]: the token that follows each of them. */
  targets: BigInt64Array;
  /** For graphs that take trees (models/graphs.ts, treeScoringGraph): both [B, T]. */
  tree?: { positions: BigInt64Array; branch: BigInt64Array };
}

/**
 * The batch with an even number of rows for every matrix product: another column of padding where there is an odd number of
 * positions (another row of it where there is no more column), and the first question once more behind an odd number of them. Products
 * with matrices of few bits take rows two by two, and round the last of an odd number otherwise.
 */
export function evenBatch(batch: PackedBatch, nCtx: number): PackedBatch {
  const [B, T] = batch.shape;
  let { ids, rows, targets, tree } = batch;
  let shape = batch.shape;
  if ((B * T) % 2 === 1) {
    const [columns, count] = T < nCtx ? [T + 1, B] : [T, B + 1];
    const widened = (from: BigInt64Array, padding: bigint) => {
      const to = new BigInt64Array(count * columns).fill(padding);
      for (let b = 0; b < B; b++) to.set(from.subarray(b * T, (b + 1) * T), b * columns);
      return to;
    };
    shape = [count, columns];
    ids = widened(ids, 0n);
    rows = rows.map((row) => (row / BigInt(T)) * BigInt(columns) + (row % BigInt(T)));
    tree = tree && { positions: widened(tree.positions, 0n), branch: widened(tree.branch, -1n) };
  }
  if (rows.length % 2 === 1) {
    rows = BigInt64Array.from([...rows, rows[0]!]);
    targets = BigInt64Array.from([...targets, targets[0]!]);
  }
  return { ids, shape, rows, targets, ...(tree && { tree }) };
}

/** Lays the members of a batch out as tensors. */
export function packBatch(batch: Batch, requests: readonly ScoreRequest[]): PackedBatch {
  const { members, columns } = batch;
  const ids = new BigInt64Array(members.length * columns);
  const rows: bigint[] = [];
  const targets: bigint[] = [];
  members.forEach((member, row) => {
    const request = requests[member]!;
    for (let t = 0; t < inputLength(request); t++) ids[row * columns + t] = BigInt(request.ids[t]!);
    for (let t = request.from; t < request.ids.length; t++) {
      rows.push(BigInt(row * columns + t - 1));
      targets.push(BigInt(request.ids[t]!));
    }
  });
  return {
    ids,
    shape: [members.length, columns],
    rows: BigInt64Array.from(rows),
    targets: BigInt64Array.from(targets),
  };
}
