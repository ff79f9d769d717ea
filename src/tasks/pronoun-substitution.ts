/** A candidate in the place of a pronoun: the two halves of the sentence that a language model is asked about. */
import type { PronounProblem } from '../datasets/pronoun-problem.js';

/**
 * How a candidate is written in the pronoun's place:
 *
 * - `harness`: as lm-evaluation-harness does: 's in the place of a possessive, its article in lower case within a sentence;
 * - `sentence`: the same, and a capital at the beginning of a sentence;
 * - `published`: as the file has it.
 */
export const substitutions = ['harness', 'sentence', 'published'] as const;
/** One of `substitutions`. */
export type Substitution = (typeof substitutions)[number];

/** First words that have a capital only because the candidate stands alone in the file; any other may be a name. */
const articles = /^(?:A|An|The|She|He|It|They|My|His|Her|Their)(?= |$)/;

/** A candidate in the place of the pronoun. The harness would give Emma's another 's; here it keeps the one it has. */
function inflect(candidate: string, { before, possessive }: PronounProblem, style: Substitution): string {
  if (style === 'published') return candidate;
  const owner = possessive && !candidate.endsWith("'s") ? `${candidate}'s` : candidate;
  const beginsSentence = /(?:^|[.!?]["')]*)$/.test(before);
  if (!beginsSentence) return owner.replace(articles, (article) => article.toLowerCase());
  return style === 'sentence' ? owner[0]!.toUpperCase() + owner.slice(1) : owner;
}

/** The sentence up to the candidate and with it, and what follows, with its space if it has one. */
export function substitute(
  problem: PronounProblem,
  candidate: string,
  style: Substitution,
): { start: string; rest: string } {
  const { before, after } = problem;
  const joined = before === '' || /(?:^|\s)["'(]+$/.test(before) ? before : `${before} `;
  const rest = /^(?:[.,;:!?)]|'(?:s|d|ll|re|ve)\b)/.test(after) ? after : ` ${after}`;
  return { start: joined + inflect(candidate, problem, style), rest };
}
