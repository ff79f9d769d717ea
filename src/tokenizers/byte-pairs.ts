/** Two symbols that become one; the earlier in the list, the sooner they are joined. */
export type Merge = readonly [left: string, right: string];

/** A byte-pair encoding: symbols with their ids, in the order of the ids, and merges by priority. */
export interface BytePairs {
  vocab: ReadonlyMap<string, number>;
  merges: readonly Merge[];
}
