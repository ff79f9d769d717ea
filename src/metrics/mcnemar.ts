/** How two models that answered the same questions differ. */
export interface McNemar {
  /** Questions that the first alone got right, and the second alone. */
  onlyFirst: number;
  onlySecond: number;
  /** Two-sided: how probable so uneven a split of these questions is, if both models were equally good. */
  p: number;
}

/** McNemar's test in its exact form: the questions that one of two models got right are split as by a fair coin. */
export function mcnemar(first: readonly boolean[], second: readonly boolean[]): McNemar {
  const onlyFirst = first.filter((right, place) => right && !second[place]).length;
  const onlySecond = second.filter((right, place) => right && !first[place]).length;
  const n = onlyFirst + onlySecond;
  // log C(n, i) − n·log 2 from one i to the next: the terms themselves are too small for large n.
  let logTerm = -n * Math.LN2;
  let tail = 0;
  for (let i = 0; i <= Math.min(onlyFirst, onlySecond); i++) {
    tail += Math.exp(logTerm);
    logTerm += Math.log((n - i) / (i + 1));
  }
  return { onlyFirst, onlySecond, p: Math.min(1, 2 * tail) };
}
