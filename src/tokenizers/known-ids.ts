/**
 * The ids that have a symbol, as a plain array: those in a gap of the vocabulary stand for nothing. Throws RangeError on one
 * that is not an integer from 0 to vocabSize - 1.
 */
export function knownIds(
  ids: ArrayLike<number>,
  vocabSize: number,
  hasSymbol: (id: number) => boolean = () => true,
): number[] {
  const list = Array.from(ids);
  for (const id of list) {
    if (!Number.isInteger(id) || id < 0 || id >= vocabSize) {
      throw new RangeError(`Token id ${id} is not in the vocabulary of ${vocabSize} symbols.`);
    }
  }
  return list.filter(hasSymbol);
}

/** Symbols by id, and the number of ids: one more than the highest. */
export function symbolsById(vocab: ReadonlyMap<string, number>): {
  symbols: ReadonlyMap<number, string>;
  vocabSize: number;
} {
  const symbols = new Map([...vocab].map(([symbol, id]): [number, string] => [id, symbol]));
  const highest = [...symbols.keys()].reduce((most, id) => Math.max(most, id), -1);
  return { symbols, vocabSize: highest + 1 };
}
