/**
 * Questions in the form of the Children's Book Test, made from any book by its authors' rules (Hill et al. 2016, §2): 20 sentences that
 * follow each other, a word of the 21st left out, and ten words of its kind that stand in these sentences to choose from. Their tagger is
 * not here: kinds of words are told apart by where they stand in the book.
 */
import { type CbtRow, cbtBlank } from '../datasets/cbt.js';
import { splitSentences } from '../metrics/sentences.js';
import { keyedRandom } from '../random/keyed-random.js';

/** Kinds of missing words. */
export const clozeKinds = ['nouns', 'names'] as const;
/** One of `clozeKinds`. */
export type ClozeKind = (typeof clozeKinds)[number];

const SENTENCES = 21;
const CANDIDATES = 10;

/** Questions of one book, at most; from longer books they are taken at equal distances. */
const QUESTIONS_PER_BOOK = 150;

/** So often a word must stand where its kind stands before it counts as one. */
const LEAST = 3;

const wordPattern = /[\p{L}\p{M}]+(?:[’'-][\p{L}\p{M}]+)*/gu;
const set = (list: string) => new Set(list.split(' '));
const determiners = set(
  'the a an his her my your our their its this that these those no every each some any',
);
const followers = set(
  'of in on at to for with from by and or but as than that which who whom whose was is were are had has have would could ' +
    'should will may might must did do does into upon over under through when where while if because before after until so not',
);
const titles = set('Mr Mrs Ms Dr Miss Sir Lady Lord Captain Madam Mister Master St I O Oh');

/** The questions of a book: none shares a sentence with another. Equal texts and seeds give equal questions. */
export function makeClozes(text: string, kind: ClozeKind, seed: number): CbtRow[] {
  const sentences = proseOf(text);
  const known = (kind === 'nouns' ? nounsOf : namesOf)(sentences);
  const questions: CbtRow[] = [];
  for (let start = 0; start + SENTENCES <= sentences.length; ) {
    const question = ask(
      sentences.slice(start, start + SENTENCES),
      known,
      kind,
      keyedRandom('cloze', seed, start),
    );
    if (question !== undefined) questions.push(question);
    start += question === undefined ? 1 : SENTENCES;
  }
  const kept = Math.min(questions.length, QUESTIONS_PER_BOOK);
  return Array.from(
    { length: kept },
    (_, place) => questions[Math.floor((place * questions.length) / kept)]!,
  );
}

/** Sentences in order, paragraphs unwrapped; headings and whatever else does not end as a sentence does are left out. */
function proseOf(text: string): string[] {
  return text
    .split(/\n\s*\n/u)
    .flatMap((paragraph) => splitSentences(paragraph.replace(/\s+/gu, ' ').trim()))
    .filter((sentence) => /[.!?…]["'”’»)\]]*$/u.test(sentence) && sentence.includes(' '));
}

const wordsOf = (sentence: string): string[] => sentence.match(wordPattern) ?? [];

/** Words that stand behind a determiner, next or next but one, and before a mark or a small word, most of the times they stand there. */
function nounsOf(sentences: readonly string[]): Set<string> {
  const [all, fitting] = [new Map<string, number>(), new Map<string, number>()];
  for (const sentence of sentences) {
    const found = [...sentence.matchAll(wordPattern)];
    for (const [place, match] of found.entries()) {
      const [word] = match;
      if (!/^\p{Ll}{3,}$/u.test(word) || determiners.has(word) || followers.has(word)) continue;
      count(all, word);
      const next = found[place + 1];
      const between = sentence.slice(match.index + word.length, next?.index);
      const ends = /[^\s’'-]/u.test(between) || next === undefined || followers.has(next[0]);
      const before = [found[place - 1]?.[0], found[place - 2]?.[0]].map((one) => one?.toLowerCase() ?? '');
      if (ends && before.some((one) => determiners.has(one))) count(fitting, word);
    }
  }
  return new Set(
    [...fitting]
      .filter(([word, times]) => times >= LEAST && 2 * times >= all.get(word)!)
      .map(([word]) => word),
  );
}

/** Words that are capitalised inside sentences and never stand there in lower case. */
function namesOf(sentences: readonly string[]): Set<string> {
  const [capital, small] = [new Map<string, number>(), new Set<string>()];
  for (const sentence of sentences) {
    for (const word of wordsOf(sentence).slice(1)) {
      if (/^\p{Lu}\p{Ll}+$/u.test(word) && !titles.has(word)) count(capital, word);
      else small.add(word);
    }
  }
  return new Set(
    [...capital]
      .filter(([word, times]) => times >= LEAST && !small.has(word.toLowerCase()))
      .map(([word]) => word),
  );
}

const count = (counts: Map<string, number>, word: string) => counts.set(word, (counts.get(word) ?? 0) + 1);

/**
 * Few passages have ten names: where one has at least `LEAST` beside the right one, others of the book make up the number. A question, or
 * undefined where no word of the kind may be left out or there are too few to choose from.
 */
function ask(
  passage: readonly string[],
  known: ReadonlySet<string>,
  kind: ClozeKind,
  random: () => number,
): CbtRow | undefined {
  const [context, query] = [passage.slice(0, -1), passage.at(-1)!];
  const before = new Set(context.flatMap(wordsOf));
  const asked = wordsOf(query);
  const right = asked.filter(
    (word) => known.has(word) && before.has(word) && asked.indexOf(word) === asked.lastIndexOf(word),
  );
  if (right.length === 0) return undefined;
  const answer = right[(random() >>> 0) % right.length]!;
  const inPassage = [...new Set([...before, ...asked])]
    .filter((word) => known.has(word) && word !== answer)
    .sort();
  const elsewhere = [...known].filter((word) => word !== answer && !inPassage.includes(word)).sort();
  const least = kind === 'nouns' ? CANDIDATES - 1 : LEAST;
  if (inPassage.length < least || inPassage.length + elsewhere.length < CANDIDATES - 1) return undefined;
  const candidates = [answer];
  for (const others of [inPassage, elsewhere]) {
    while (candidates.length < CANDIDATES && others.length > 0)
      candidates.push(...others.splice((random() >>> 0) % others.length, 1));
  }
  candidates.sort();
  let done = false;
  const blank = query.replace(wordPattern, (word) => {
    if (done || word !== answer) return word;
    done = true;
    return cbtBlank;
  });
  return { sentences: context, query: blank, candidates, answer: candidates.indexOf(answer) };
}
