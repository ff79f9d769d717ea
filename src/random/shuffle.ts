/** Whole numbers drawn below a limit, each alike likely, from a generator of 32 random bits (`keyedRandom`). */
export function drawBelow(next: () => number): (limit: number) => number {
  return (limit) => Math.floor((next() >>> 0) * 2 ** -32 * limit);
}

/**
 * Brings items into an order drawn at random, in place (Fisher and Yates), and returns them. `below(limit)` draws a whole number
 * from 0 to limit − 1.
 */
export function shuffle<Items extends unknown[] | Uint32Array>(
  items: Items,
  below: (limit: number) => number,
): Items {
  for (let last = items.length - 1; last > 0; last--) {
    const other = below(last + 1);
    const moved = items[last]!;
    items[last] = items[other]!;
    items[other] = moved;
  }
  return items;
}
