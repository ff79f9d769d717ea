/** One published fact held against what is at hand. */

/** `not checked` says why in `note`. */
type FactVerdict = 'holds' | 'fails' | 'not checked';

/** Which step of a verification a fact belongs to, in the order in which they are taken. */
type Step = 'files' | 'weights' | 'tokenizer' | 'greedy' | 'loss' | 'training' | 'benchmark';

/** A fact with its verdict. */
export interface CheckedFact {
  step: Step;
  /** What it is about: a file, a prompt, a task with its metric. */
  what: string;
  expected: string;
  /** Absent where nothing was computed. */
  found?: string;
  /** How far the two may lie apart, in words; absent where they must be equal. */
  tolerance?: string;
  /** Who published it. */
  source: string;
  verdict: FactVerdict;
  /** Why it was not checked, or what the difference is. */
  note?: string;
  seconds: number;
}

/** A fact about a number: it holds within the tolerance. A value that is no number fails. */
export function numberFact(
  fact: Pick<CheckedFact, 'step' | 'what' | 'source' | 'seconds'> & {
    expected: number;
    found: number;
    tolerance: number;
  },
  show: (value: number) => string,
): CheckedFact {
  const { expected, found, tolerance, ...rest } = fact;
  const holds = Math.abs(found - expected) <= tolerance;
  return {
    ...rest,
    expected: show(expected),
    found: show(found),
    tolerance: `± ${tolerance}`,
    verdict: holds ? 'holds' : 'fails',
  };
}

/** Seconds since a time of `performance.now()`. */
export function secondsSince(start: number): number {
  return (performance.now() - start) / 1000;
}
