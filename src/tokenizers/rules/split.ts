/** Cutting a text at what a pattern matches (Hugging Face tokenizers, tokenizer/normalizer.rs: `split`). */

/** What becomes of the matches; the names are those of `tokenizer.json`. */
export const splitBehaviors = [
  'Removed',
  'Isolated',
  'MergedWithPrevious',
  'MergedWithNext',
  'Contiguous',
] as const;

/** One of `splitBehaviors`. */
export type SplitBehavior = (typeof splitBehaviors)[number];

/** A part of a text from `start` to before `end`. */
interface Span {
  start: number;
  end: number;
  isMatch: boolean;
}

/** Where the parts of a text lie, none of them empty. `pattern` has the flag `g`; `invert` exchanges matches and what is between. */
export function splitText(
  text: string,
  pattern: RegExp,
  behavior: SplitBehavior,
  invert = false,
): { start: number; end: number }[] {
  const spans = findSpans(text, pattern, invert);
  const parts = behavior === 'Isolated' ? spans : joinSpans(spans, behavior);
  return parts.some(({ start, end }) => start === end)
    ? parts.filter(({ start, end }) => start < end)
    : parts;
}

function findSpans(text: string, pattern: RegExp, invert: boolean): Span[] {
  const spans: Span[] = [];
  let done = 0;
  for (const match of text.matchAll(pattern)) {
    const end = match.index + match[0].length;
    if (match.index > done) spans.push({ start: done, end: match.index, isMatch: invert });
    spans.push({ start: match.index, end, isMatch: !invert });
    done = end;
  }
  if (done < text.length) spans.push({ start: done, end: text.length, isMatch: invert });
  return spans;
}

function joinSpans(spans: readonly Span[], behavior: Exclude<SplitBehavior, 'Isolated'>): Span[] {
  switch (behavior) {
    case 'Removed':
      return spans.filter(({ isMatch }) => !isMatch);
    case 'Contiguous':
      return joinWith(spans, (span, before) => span.isMatch === before);
    case 'MergedWithPrevious':
      return joinWith(spans, (span, before) => span.isMatch && !before);
    case 'MergedWithNext': {
      const mirrored = spans.map(({ start, end, isMatch }) => ({ start: -end, end: -start, isMatch }));
      const joined = joinWith(mirrored.reverse(), (span, before) => span.isMatch && !before);
      return joined.map(({ start, end, isMatch }) => ({ start: -end, end: -start, isMatch })).reverse();
    }
  }
}

/** Joins a span with the one before it where `joins` says so of it and whether that was a match. */
function joinWith(spans: readonly Span[], joins: (span: Span, wasMatch: boolean) => boolean): Span[] {
  const joined: Span[] = [];
  let wasMatch = false;
  for (const span of spans) {
    const last = joined.at(-1);
    if (last !== undefined && joins(span, wasMatch)) last.end = span.end;
    else joined.push({ ...span });
    wasMatch = span.isMatch;
  }
  return joined;
}
