/** What GPT-1 makes of a text before merging: the words that its vocabulary was learned on (openai/finetune-transformer-lm text_utils.py). */
import { loadFixText } from './fix-text.js';
import { rememberWords } from './library-tokenizer.js';
import { createSplitWords } from './spacy/words.js';
import { standardizeText } from './standardize.js';

/** spaCy gives a line break with the space behind it. */
export const LINE_BREAK = '\n ';

/** Loads the preparation: `ftfy.fix_text`, `text_standardize`, spaCy's English words, lower case. A line break is `LINE_BREAK`. */
export async function loadGpt1Words(): Promise<(text: string) => string[]> {
  const fixText = await loadFixText();
  const splitWords = createSplitWords();
  const lowerCased = rememberWords((word) => word.toLowerCase());
  return (text) => splitWords(standardizeText(fixText(text))).map(lowerCased);
}

/** Loads what turns a text into one that any model can be given and that GPT-1 reads alike: its words with a space between them. */
export async function loadGpt1Text(): Promise<(text: string) => string> {
  const words = await loadGpt1Words();
  return (text) => words(text).join(' ').replaceAll(` ${LINE_BREAK} `, '\n');
}
