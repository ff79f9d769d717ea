/** Passages of running text, each cut in two: what a model is given, and how a person went on. */
import path from 'node:path';
import type { Dataset } from './dataset.js';
import { readTextRows } from './formats/text-rows.js';
import { readWholeText } from './texts.js';

/** Words of a prompt, between white space: some 32 tokens of GPT-2, and the same text whatever the tokenizer. */
export const PROMPT_WORDS = 24;

/** Words of a continuation that are measured (`measuredWords`). 128 tokens hardly ever are fewer. */
export const CONTINUATION_WORDS = 100;

/** Passages of one file, at most; from longer files they are taken at equal distances. */
const PASSAGES_PER_FILE = 100;

/** One passage. */
export interface Passage {
  /** Base name of its file. */
  file: string;
  prompt: string;
  /** How the text goes on, for CONTINUATION_WORDS words. */
  human: string;
}

/** Words and punctuation marks of a text, in lower case because GPT-1 writes nothing else. Apostrophes stand alone. */
export function measuredWords(text: string): string[] {
  return text.toLowerCase().match(measuredWord) ?? [];
}

const measuredWord = /[\p{L}\p{M}\p{N}]+|[^\s\p{L}\p{M}\p{N}]/gu;
const paragraphStart = /(?:^|\n\s*\n)\s*(?=\S)/gu;

/** The passages of a text: each begins with a paragraph, and none reaches into the next. @internal */
export function passagesOf(text: string, file: string): Passage[] {
  const passages: Passage[] = [];
  let free = 0;
  for (const start of text.matchAll(paragraphStart)) {
    const from = start.index + start[0].length;
    if (from < free) continue;
    const cut = endOfWords(text, from, /\S+/gu, PROMPT_WORDS);
    const end = cut === undefined ? undefined : endOfWords(text, cut, measuredWord, CONTINUATION_WORDS);
    if (cut === undefined || end === undefined) break;
    passages.push({ file, prompt: text.slice(from, cut), human: text.slice(cut, end) });
    free = end;
  }
  const kept = Math.min(passages.length, PASSAGES_PER_FILE);
  return Array.from({ length: kept }, (_, place) => passages[Math.floor((place * passages.length) / kept)]!);
}

/** Where the so-many-th word from a place on ends; undefined where the text has fewer. */
function endOfWords(text: string, from: number, word: RegExp, count: number): number | undefined {
  const matcher = new RegExp(word);
  matcher.lastIndex = from;
  for (let left = count; left > 0; left--) {
    if (matcher.exec(text) === null) return undefined;
  }
  return matcher.lastIndex;
}

/** Any text files; there is no published set of them. */
export const continuations: Dataset<Passage> = {
  name: 'passages of running text',
  folder: 'continuations',
  files: ['texts/'],
  sample: 'continuations.txt',
  source: 'text files of your own: --data FILE or FOLDER',
  licence: 'that of the text',
  async read(files) {
    const passages: Passage[] = [];
    for (const file of files) {
      const name = path.basename(file);
      const rows = await readTextRows(file);
      if (rows !== undefined) {
        passages.push(...rows.flatMap(({ text }) => passagesOf(text, name)));
        continue;
      }
      passages.push(...passagesOf(await readWholeText(file), name));
    }
    return passages;
  },
};
