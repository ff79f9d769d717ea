/** A pair of neighbouring symbols, given by their ids. */
export interface SymbolPair {
  left: number;
  right: number;
  /** Occurrences in the whole text. */
  count: number;
  /** Where the pair stands or once stood, ascending. */
  positions: number[];
}

/** A pair with the count it had when it was put on the heap; the true one may be smaller by now. */
interface HeapEntry {
  pair: SymbolPair;
  count: number;
}

// Ids stay below it, so that a pair has one exact number as its key.
const MAX_ID = 2 ** 26;

/**
 * The pairs of a training with their counts, the most frequent first to be taken; of equal counts the smaller left id,
 * then the smaller right id.
 *
 * A binary heap that is corrected lazily: counts on it are never too small, since a pair gains occurrences only before
 * `enqueueNew` puts it there. An entry that comes to the top with a count that has shrunk goes back with the true one.
 */
export class PairQueue {
  readonly #pairs = new Map<number, SymbolPair>();
  readonly #heap: HeapEntry[] = [];
  #unqueued: SymbolPair[] = [];

  /** Counts `times` occurrences more, all at that position (the same word may occur often). */
  add(left: number, right: number, position: number, times: number): void {
    const key = left * MAX_ID + right;
    const pair = this.#pairs.get(key);
    if (pair !== undefined) {
      pair.count += times;
      pair.positions.push(position);
      return;
    }
    const added = { left, right, count: times, positions: [position] };
    this.#pairs.set(key, added);
    this.#unqueued.push(added);
  }

  /** Counts `times` occurrences less. */
  remove(left: number, right: number, times: number): void {
    const pair = this.#pairs.get(left * MAX_ID + right);
    // Undefined for the pair being merged, which overlaps with itself in `aaa`.
    if (pair !== undefined) pair.count -= times;
  }

  /** Puts the pairs added since the last call on the heap; until then they cannot be taken. */
  enqueueNew(): void {
    for (const pair of this.#unqueued) this.#push({ pair, count: pair.count });
    this.#unqueued = [];
  }

  /** Takes out the pair to merge next; undefined when there is none. */
  takeBest(): SymbolPair | undefined {
    for (;;) {
      const entry = this.#pop();
      if (entry === undefined) return undefined;
      const { pair, count } = entry;
      if (pair.count === count) {
        this.#pairs.delete(pair.left * MAX_ID + pair.right);
        return pair;
      }
      if (pair.count > 0) this.#push({ pair, count: pair.count });
      else this.#pairs.delete(pair.left * MAX_ID + pair.right);
    }
  }

  #push(entry: HeapEntry): void {
    const heap = this.#heap;
    let index = heap.length;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!goesBefore(entry, heap[parent])) break;
      heap[index] = heap[parent];
      index = parent;
    }
    heap[index] = entry;
  }

  #pop(): HeapEntry | undefined {
    const heap = this.#heap;
    const top = heap[0];
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return last;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && goesBefore(heap[child + 1], heap[child])) child++;
      if (!goesBefore(heap[child], last)) break;
      heap[index] = heap[child];
      index = child;
    }
    heap[index] = last;
    return top;
  }
}

function goesBefore(a: HeapEntry, b: HeapEntry): boolean {
  if (a.count !== b.count) return a.count > b.count;
  if (a.pair.left !== b.pair.left) return a.pair.left < b.pair.left;
  return a.pair.right < b.pair.right;
}
