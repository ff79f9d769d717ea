/** The next token after each of several texts, token after token. Lives in the worker thread. */
export interface Decoder {
  /**
   * Begins new texts and forgets the old ones. Prompts have at least one token; `places` is the number of tokens that the
   * longest text may come to, at most nCtx. Returns which prompt each row is: rows may be in another order.
   */
  start(prompts: readonly (readonly number[])[], places: number): Promise<number[]>;
  /** Adds one token to each row. */
  step(tokens: readonly number[]): Promise<void>;
  /** Keeps some rows: row i becomes what row `rows[i]` was, which is i itself or one behind those that stay. */
  keep(rows: readonly number[]): void;
  /** Logits of the token after that row, [V]; the decoder's own memory, until the next call. */
  logits(row: number): Float32Array;
  /** log Σ exp of them. */
  logSum(row: number): number;
  release(): Promise<void>;
}

/** The rows in which prompts are padded on the right to their longest, as a graph takes them. */
export interface PaddedRows {
  /** int64 [B, T], padded with 0: attention is causal, so padding is never seen. */
  ids: BigInt64Array;
  shape: [rows: number, columns: number];
  /** int64 [B]: b·T + t of the last token of each row. */
  lastRows: BigInt64Array;
}

/** Lays texts out side by side. */
export function padRows(texts: readonly (readonly number[])[]): PaddedRows {
  const columns = Math.max(...texts.map((text) => text.length));
  const ids = new BigInt64Array(texts.length * columns);
  texts.forEach((text, row) => {
    for (let t = 0; t < text.length; t++) ids[row * columns + t] = BigInt(text[t]!);
  });
  const lastRows = BigInt64Array.from(texts, (text, row) => BigInt(row * columns + text.length - 1));
  return { ids, shape: [texts.length, columns], lastRows };
}

/** Positions of one pass over prompts or whole texts, padding included: bounds the memory of attention scores and logits. */
export const PASS_TOKENS = 1024;
