/**
 * Translation by putting the dictionary's word in place of each word: the baseline that the GPT-2 paper (§3.7) compares its
 * English to French with.
 */
import type { BilingualDictionary } from '../datasets/bilingual-dictionary.js';

/** Letters, with apostrophes and hyphens inside: `don't`, `aujourd'hui`, `vice-president`. */
const words = /[\p{L}\p{M}]+(?:['’-][\p{L}\p{M}]+)*/gu;
const partsOfWord = /[\p{L}\p{M}]+/gu;

/**
 * The text with every word that the dictionary knows replaced, capitals carried over; a compound that it does not know
 * is translated part by part. Everything else stays: names and numbers are often the same in both languages.
 */
export function translateWordByWord(text: string, dictionary: BilingualDictionary): string {
  const translate = (word: string) => {
    const translation = dictionary.get(word.toLowerCase().replaceAll('’', "'"));
    return translation === undefined ? undefined : withCapitals(translation, word);
  };
  return text.replace(
    words,
    (word) => translate(word) ?? word.replace(partsOfWord, (part) => translate(part) ?? part),
  );
}

/** The translation with the capitals of the word: dictionaries are in lower case. */
function withCapitals(translation: string, word: string): string {
  const [first = '', ...rest] = word;
  if (first === first.toLowerCase()) return translation;
  // A single capital, as in `A dog`, says nothing about the other letters.
  if (rest.length > 0 && word === word.toUpperCase()) return translation.toUpperCase();
  const [initial = '', ...tail] = translation;
  return initial.toUpperCase() + tail.join('');
}
