/**
 * Porter's algorithm (1980) with the changes that NLTK made to it and that `rouge_score` therefore has: `y` stays after a
 * vowel (`betray`, not `betrai`), words in `-fully` and `-logy` have rules of their own, short stems get their `e` back
 * (`aged` → `age`), and a few words are exceptions. Porter's own version differs in 2 % of the words of English text.
 */

/** Words that the rules would spoil. */
const exceptions = new Map([
  ...['sky', 'news', 'inning', 'outing', 'canning', 'howe', 'proceed', 'exceed', 'succeed'].map(itself),
  ['skies', 'sky'],
  ['dying', 'die'],
  ['lying', 'lie'],
  ['tying', 'tie'],
  ['innings', 'inning'],
  ['outings', 'outing'],
  ['cannings', 'canning'],
]);

function itself(word: string): [string, string] {
  return [word, word];
}

/** A suffix and what replaces it. Of a list the first suffix that a word ends in counts, whether it is then replaced or not. */
type Rule = readonly [suffix: string, replacement: string];

/** Where something that has a measure of at least 1 goes before. */
const step2: readonly Rule[] = [
  ['ational', 'ate'],
  ['tional', 'tion'],
  ['enci', 'ence'],
  ['anci', 'ance'],
  ['izer', 'ize'],
  ['bli', 'ble'],
  ['alli', 'al'],
  ['entli', 'ent'],
  ['eli', 'e'],
  ['ousli', 'ous'],
  ['ization', 'ize'],
  ['ation', 'ate'],
  ['ator', 'ate'],
  ['alism', 'al'],
  ['iveness', 'ive'],
  ['fulness', 'ful'],
  ['ousness', 'ous'],
  ['aliti', 'al'],
  ['iviti', 'ive'],
  ['biliti', 'ble'],
  ['fulli', 'ful'],
];

/** As step 2. */
const step3: readonly Rule[] = [
  ['icate', 'ic'],
  ['ative', ''],
  ['alize', 'al'],
  ['iciti', 'ic'],
  ['ical', 'ic'],
  ['ful', ''],
  ['ness', ''],
];

/** Taken away where something of measure 2 or more goes before; `ion` only after s or t. */
const step4 = [
  ...['al', 'ance', 'ence', 'er', 'ic', 'able', 'ible', 'ant', 'ement', 'ment', 'ent', 'ion', 'ou', 'ism'],
  ...['ate', 'iti', 'ous', 'ive', 'ize'],
];

/** Stem of a lower-case word, as NLTK 3.10 `PorterStemmer().stem` gives it. */
export function porterStem(word: string): string {
  const exception = exceptions.get(word);
  if (exception !== undefined) return exception;
  if (word.length <= 2) return word;
  let stem = removePlural(word);
  stem = removePast(stem);
  stem = replaceFinalY(stem);
  stem = derive(stem);
  stem = replaceSuffix(stem, step3);
  stem = removeSuffix(stem);
  return tidy(stem);
}

/** Step 1a. */
function removePlural(word: string): string {
  if (word.endsWith('ies')) return word.slice(0, word.length === 4 ? -1 : -2);
  if (word.endsWith('sses')) return word.slice(0, -2);
  return word.endsWith('s') && !word.endsWith('ss') ? word.slice(0, -1) : word;
}

/** Step 1b: -ed and -ing. */
function removePast(word: string): string {
  if (word.endsWith('ied')) return word.slice(0, word.length === 4 ? -1 : -2);
  if (word.endsWith('eed')) return measure(word.slice(0, -3)) > 0 ? word.slice(0, -1) : word;
  const suffix = ['ed', 'ing'].find(
    (ending) => word.endsWith(ending) && hasVowel(word.slice(0, -ending.length)),
  );
  if (suffix === undefined) return word;
  const stem = word.slice(0, -suffix.length);
  if (/(?:at|bl|iz)$/.test(stem)) return `${stem}e`;
  if (endsInDoubleConsonant(stem)) return /[lsz]$/.test(stem) ? stem : stem.slice(0, -1);
  return measure(stem) === 1 && isShort(stem) ? `${stem}e` : stem;
}

/** Step 1c. */
function replaceFinalY(word: string): string {
  const stem = word.slice(0, -1);
  return word.endsWith('y') && stem.length > 1 && consonants(stem).at(-1) ? `${stem}i` : word;
}

/** Step 2. */
function derive(word: string): string {
  if (word.endsWith('alli') && measure(word.slice(0, -4)) > 0) return derive(word.slice(0, -2));
  // The l of -logi counts for the stem, so that geo- and theo- are long enough.
  if (word.endsWith('logi')) return measure(word.slice(0, -3)) > 0 ? word.slice(0, -1) : word;
  return replaceSuffix(word, step2);
}

function replaceSuffix(word: string, rules: readonly Rule[]): string {
  const rule = rules.find(([suffix]) => word.endsWith(suffix));
  if (rule === undefined) return word;
  const stem = word.slice(0, -rule[0].length);
  return measure(stem) > 0 ? stem + rule[1] : word;
}

/** Step 4. */
function removeSuffix(word: string): string {
  const suffix = step4.find((ending) => word.endsWith(ending));
  if (suffix === undefined) return word;
  const stem = word.slice(0, -suffix.length);
  return measure(stem) > 1 && (suffix !== 'ion' || /[st]$/.test(stem)) ? stem : word;
}

/** Step 5: a final e, and one of two final l. */
function tidy(word: string): string {
  let stem = word;
  if (word.endsWith('e')) {
    const shorter = word.slice(0, -1);
    const m = measure(shorter);
    if (m > 1 || (m === 1 && !isShort(shorter))) stem = shorter;
  }
  return stem.endsWith('ll') && measure(stem.slice(0, -1)) > 1 ? stem.slice(0, -1) : stem;
}

/** For each letter whether it is a consonant; y is one at the beginning and after a vowel. */
function consonants(word: string): boolean[] {
  const flags: boolean[] = [];
  for (let i = 0; i < word.length; i++) {
    const letter = word[i]!;
    flags.push(letter === 'y' ? i === 0 || !flags[i - 1] : !'aeiou'.includes(letter));
  }
  return flags;
}

/** Porter's m: how often a consonant follows a vowel. */
function measure(word: string): number {
  const flags = consonants(word);
  let m = 0;
  for (let i = 1; i < flags.length; i++) if (flags[i] && !flags[i - 1]) m++;
  return m;
}

const hasVowel = (word: string) => consonants(word).includes(false);

const endsInDoubleConsonant = (word: string) =>
  word.length >= 2 && word.at(-1) === word.at(-2) && consonants(word).at(-1)!;

/** Ends in consonant, vowel, consonant other than w, x, y; or consists of a vowel and a consonant. */
function isShort(word: string): boolean {
  const [c, b, a] = consonants(word).reverse();
  if (word.length === 2) return b === false && c === true;
  return a === true && b === false && c === true && !/[wxy]$/.test(word);
}
