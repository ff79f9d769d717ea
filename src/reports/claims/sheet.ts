/** Claims with their verdicts as rows of text, the same in the terminal, on the page of results and in the report. */

import { formatNumber } from '../../results/format.js';
import type { Result } from '../../results/result.js';
import type { Experiment } from '../experiment.js';
import { withExports } from '../exports.js';
import type { Sheet } from '../sheet.js';
import type { Claim, Claims, ClaimTest } from './claim.js';
import { firstOf, fromOthers, fromPapers, fromResults } from './measure.js';
import { judge, type Verdict } from './verdict.js';

/** A claim with a verdict from each source of numbers. */
export interface JudgedClaim {
  claim: Claim;
  /** Do the paper's own numbers say so? */
  paper: Verdict;
  /** Our measurements of the published models. */
  published: Verdict;
  /** Our measurements of the family of small models. */
  family: Verdict;
}

/** Judges claims from the numbers at hand. */
export function judgeClaims(
  claims: readonly Claim[],
  { published, family }: Pick<Claims, 'published' | 'family'>,
  { results, experiments }: { results: readonly Result[]; experiments: readonly Experiment[] },
): JudgedClaim[] {
  const ours = firstOf(fromResults(withExports(results)), fromOthers(experiments));
  return claims.map((claim) => ({
    claim,
    // Of the LSTM of the paper its table has a row of that name.
    paper: judge(claim.test, published, fromPapers(tableFirst(claim, experiments))),
    published: judge(claim.test, published, ours),
    family: judge(claim.family ?? claim.test, family, ours),
  }));
}

/** The tables, that of the claim first: papers print some numbers twice, rounded or averaged in another way. */
function tableFirst({ paper, place }: Claim, experiments: readonly Experiment[]): Experiment[] {
  const table = /Table (\d+)/.exec(place)?.[1];
  const id = `${paper.toLowerCase().replace('-', '')}-table${table}`;
  return experiments.toSorted((a, b) => Number(b.id === id) - Number(a.id === id));
}

/** How many claims got which verdict: `12 hold, 3 do not, 2 undecided, 40 not run`. */
function countVerdicts(verdicts: readonly Verdict[]): string {
  const count = (wanted: Verdict['verdict']) => verdicts.filter(({ verdict }) => verdict === wanted).length;
  return `${count('holds')} hold, ${count('does not hold')} do not, ${count('undecided')} undecided, ${count('not run')} not run`;
}

/** The verdict and what it rests on, in lines. */
function describeVerdict(verdict: Verdict, test: ClaimTest): string {
  if (verdict.verdict === 'not run') return 'not run';
  const { values, gain, interval } = verdict;
  const numbers = values
    .map((value) => formatNumber(value))
    .join(test.kind === 'sizes' ? ' → ' : ' against ');
  const bounds =
    interval === undefined
      ? 'by value alone'
      : `gain ${formatNumber(gain!)} [${interval.map((bound) => formatNumber(bound)).join(', ')}]`;
  return [verdict.verdict, numbers, bounds].join('\n');
}

/** All of it as rows. */
export function claimsSheet(judged: readonly JudgedClaim[]): Sheet {
  const notes = judged.flatMap(({ claim }) => (claim.note === undefined ? [] : `${claim.id}: ${claim.note}`));
  return {
    title: 'What the papers claim, and whether it holds',
    source: '',
    head: ['claim', 'paper says', 'published', 'its own numbers', 'published models', 'family'],
    align: ['left', 'left', 'left', 'left', 'left', 'left'],
    rows: judged.map(({ claim, paper, published, family }) => [
      `${claim.id}\n${claim.paper}, ${claim.place}`,
      claim.says,
      claim.published,
      describeVerdict(paper, claim.test),
      describeVerdict(published, claim.test),
      describeVerdict(family, claim.family ?? claim.test),
    ]),
    notes: [
      'Gain: how much better the first number is than the second, of sizes the largest than the smallest; in brackets its 95 % interval, from the standard errors as if they were independent, which is too wide where both saw the same examples. “By value alone”: a number has no standard error.',
      'Family: the small models of this project, at whose scale a statement may well not hold. Says nothing about the published models.',
      ...notes,
      `Its own numbers: ${countVerdicts(judged.map(({ paper }) => paper))}. Published models: ${countVerdicts(judged.map(({ published }) => published))}. Family: ${countVerdicts(judged.map(({ family }) => family))}.`,
    ],
  };
}
