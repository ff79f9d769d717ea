/** How much a text repeats itself, and how varied a set of texts is. Words are given; how text becomes words is the caller's. */

/** The n-grams of a text, joined with spaces. */
export function ngramsOf(words: readonly string[], n: number): string[] {
  return Array.from({ length: Math.max(0, words.length - n + 1) }, (_, start) =>
    words.slice(start, start + n).join(' '),
  );
}

/**
 * Share of the n-grams of one text that stood in it before: 1 − different / all (seq-rep-n, Welleck et al. 2020, equation 9). 0
 * for a text without n-grams.
 */
export function repetition(words: readonly string[], n: number): number {
  const all = ngramsOf(words, n);
  return all.length === 0 ? 0 : 1 - new Set(all).size / all.length;
}

/** Different n-grams of a set of texts over all of theirs (distinct-n, Li et al. 2016). 0 for texts without n-grams. */
export function distinct(texts: readonly (readonly string[])[], n: number): number {
  const different = new Set<string>();
  let all = 0;
  for (const words of texts) {
    for (const ngram of ngramsOf(words, n)) {
      different.add(ngram);
      all++;
    }
  }
  return all === 0 ? 0 : different.size / all;
}
