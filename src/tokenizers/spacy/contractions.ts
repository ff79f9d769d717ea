/**
 * English contractions and how they are taken apart. Each row: words, then the endings each of them may carry, with a
 * bar where an ending is cut again. `['do', "n't|'ve"]` stands for don't've, Don't've and, since every contraction is
 * also known without its apostrophes, dontve and Dontve: do + n't + 've, do + nt + ve.
 *
 * Source: spaCy 3.8.16, spacy/lang/en/tokenizer_exceptions.py.
 */
const rows: [words: string, endings: string][] = [
  ['i', "'m 'm|a"],
  ['i you he she it we they', "'ll 'll|'ve 'd 'd|'ve"],
  ['i you we they', "'ve"],
  ['you we they', "'re"],
  ['he she it', "'s"],
  ['who what when where why how there that this', "'s"],
  ['who what when where why how there that this these those', "'ll 'll|'ve 'd 'd|'ve"],
  ['who what when where why how there these those', "'re 've"],
  ['ca could do does did had may might must need ought sha should wo would', "n't n't|'ve"],
  ['could might must should would not', "'ve"],
  ['ai are is was were have has dare', "n't"],
];

// Without apostrophe these are words of their own: "its" must not become "it" + "s".
const ordinaryWords = 'ill its hell shell shed were well whore';

// Taken apart in this one spelling and its capitalised form.
const inBothCases = "can|not gon|na got|ta let|'s c'm|on how|'d|'y";

// Only ever in lower case.
const inLowerCase = "y'|all y|all";

const capitalise = (word: string) => word.charAt(0).toUpperCase() + word.slice(1);
const withoutApostrophes = (parts: string[]) => parts.map((part) => part.replaceAll("'", ''));

/** Every contraction as the list of words it is split into; joined, they are the contraction. */
export function contractions(): string[][] {
  const found: string[][] = [];
  for (const [words, endings] of rows) {
    for (const word of words.split(' ').flatMap((lower) => [lower, capitalise(lower)])) {
      for (const ending of endings.split(' ')) {
        const parts = [word, ...ending.split('|')];
        found.push(parts, withoutApostrophes(parts));
      }
    }
  }
  for (const split of inBothCases.split(' ')) found.push(split.split('|'), capitalise(split).split('|'));
  for (const split of inLowerCase.split(' ')) found.push(split.split('|'));
  const excluded = new Set(ordinaryWords.split(' ').flatMap((lower) => [lower, capitalise(lower)]));
  return found.filter((parts) => !excluded.has(parts.join('')));
}
