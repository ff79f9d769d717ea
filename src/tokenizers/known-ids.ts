/** The ids as a plain array; throws RangeError on one that is not an integer from 0 to vocabSize - 1. */
export function knownIds(ids: ArrayLike<number>, vocabSize: number): number[] {
  const list = Array.from(ids);
  for (const id of list) {
    if (!Number.isInteger(id) || id < 0 || id >= vocabSize) {
      throw new RangeError(`Token id ${id} is not in the vocabulary of ${vocabSize} symbols.`);
    }
  }
  return list;
}
