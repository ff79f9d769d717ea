/** Does a claim hold? Decided from numbers and their standard errors alone. */
import type { ClaimTest, Measure, ModelGroup } from './claim.js';
import type { Lookup, Measured, Wanted } from './measure.js';

/** Normal quantile of a two-sided interval of 95 %. */
const Z = 1.959963984540054;

/** A verdict with what it rests on. */
export interface Verdict {
  /**
   * `holds`, `does not hold`: the interval leaves no other choice, or there is none and the values say so. `undecided`: the
   * interval has both in it. `not run`: a number is missing.
   */
  verdict: 'holds' | 'does not hold' | 'undecided' | 'not run';
  /** The numbers, in the order of the test; of a list its mean. */
  values: number[];
  /** How much better the first (the largest) is than the second (the smallest), positive for better. */
  gain?: number;
  /** 95 % interval of the gain, from standard errors taken as independent: too wide where both saw the same examples. */
  interval?: [low: number, high: number];
  /** What is missing. */
  missing: Wanted[];
}

/** The verdict on a group of models. */
export function judge(test: ClaimTest, group: ModelGroup, lookUp: Lookup): Verdict {
  switch (test.kind) {
    case 'sizes':
      return judgeSizes(test, group, lookUp);
    case 'better': {
      const [first, second] = [test.first, test.second].map((list) => meanOf(list, group, lookUp));
      const verdict = judgePair(first!, second!);
      return test.opposite === 'yes' ? turnAround(verdict) : verdict;
    }
    case 'beats': {
      const first = meanOf(test.first, group, lookUp);
      return judgePair(first, { ...first, missing: [], value: test.value, standardError: 0 });
    }
  }
}

interface Mean extends Measured {
  missing: Wanted[];
}

/** The model that plays a part. `largest` and `smallest` are among the sizes. */
function withModel({ model, ...rest }: Measure, { sizes, parts }: ModelGroup): Wanted {
  const named = { largest: sizes.at(-1)!, smallest: sizes[0]!, ...parts }[model];
  return { ...rest, model: named ?? model };
}

function meanOf(list: readonly Measure[], group: ModelGroup, lookUp: Lookup): Mean {
  const wanted = list.map((measure) => withModel(measure, group));
  const found = wanted.map((one) => lookUp(one));
  const missing = wanted.filter((_, place) => found[place] === undefined);
  const there = found.filter((one) => one !== undefined);
  const sum = (pick: (one: Measured) => number) => there.reduce((total, one) => total + pick(one), 0);
  const hasErrors = there.every(({ standardError }) => standardError !== null);
  return {
    value: sum(({ value }) => value) / list.length,
    standardError: hasErrors
      ? Math.sqrt(sum(({ standardError }) => standardError! ** 2)) / list.length
      : null,
    higherIsBetter: there[0]?.higherIsBetter ?? true,
    missing,
  };
}

function judgePair(first: Mean, second: Mean): Verdict {
  const missing = [...first.missing, ...second.missing];
  if (missing.length > 0) return { verdict: 'not run', values: [], missing };
  const values = [first.value, second.value];
  const gain = (first.higherIsBetter ? 1 : -1) * (first.value - second.value);
  if (first.standardError === null || second.standardError === null) {
    const verdict = gain > 0 ? 'holds' : gain < 0 ? 'does not hold' : 'undecided';
    return { verdict, values, gain, missing };
  }
  const half = Z * Math.hypot(first.standardError, second.standardError);
  const interval: [number, number] = [gain - half, gain + half];
  const verdict = interval[0] > 0 ? 'holds' : interval[1] < 0 ? 'does not hold' : 'undecided';
  return { verdict, values, gain, interval, missing };
}

function turnAround({ verdict, gain, interval, ...rest }: Verdict): Verdict {
  const turned = {
    holds: 'does not hold',
    'does not hold': 'holds',
    undecided: 'undecided',
    'not run': 'not run',
  };
  return {
    verdict: turned[verdict] as Verdict['verdict'],
    ...rest,
    ...(gain !== undefined && { gain: -gain }),
    ...(interval !== undefined && { interval: [-interval[1], -interval[0]] as [number, number] }),
  };
}

/** Holds where the largest is better than the smallest and no step goes the other way beyond doubt. */
function judgeSizes(
  { task, metric, variant }: Extract<ClaimTest, { kind: 'sizes' }>,
  group: ModelGroup,
  lookUp: Lookup,
): Verdict {
  const means = group.sizes.map((model) => meanOf([{ task, metric, variant, model }], group, lookUp));
  const missing = means.flatMap((mean) => mean.missing);
  if (missing.length > 0) return { verdict: 'not run', values: [], missing };
  const ends = judgePair(means.at(-1)!, means[0]!);
  const steps = means.slice(1).map((mean, place) => judgePair(mean, means[place]!));
  const reversed = steps.some(({ verdict }) => verdict === 'does not hold');
  const values = means.map(({ value }) => value);
  return { ...ends, values, verdict: reversed ? 'does not hold' : ends.verdict };
}
