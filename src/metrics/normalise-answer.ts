/** Words of Python's `\b(a|an|the)\b`: its word boundary knows the letters of all scripts, JavaScript's only ASCII. */
const articles = /(?<![\p{L}\p{N}])(?:a|an|the)(?![\p{L}\p{N}])/gu;

/**
 * An answer as SQuAD 1.1, CoQA and Natural Questions compare it: lower case, without ASCII punctuation (nothing stands in
 * for it), without articles, single spaces. The result can be empty: `A+` and `the` both become nothing, see
 * `compareAnswers`.
 */
export function normaliseAnswer(text: string): string {
  return (
    text
      .toLowerCase()
      .replace(/[!-/:-@[-`{-~]/g, '')
      .replace(articles, ' ')
      .replace(/[\p{White_Space}\x1c-\x1f]+/gu, ' ')
      // Only spaces can be at the ends now. `trim` would take U+FEFF as well, which Python's `split` keeps.
      .replace(/^ | $/g, '')
  );
}
