/**
 * Where English sentences end, by rules: for Lede-3, Random-3 and the first sentences of a summary. No model, no data: the
 * same everywhere, and wrong now and then, as after an abbreviation that is not in the lists.
 */

const words = (list: string) => new Set(list.split(' '));

/** A name or number follows: the sentence goes on. */
const titles = words(
  'mr mrs ms messrs dr prof sen sens rep reps gov gen lt col maj sgt cpl pfc pvt capt cmdr cdr adm rev fr hon pres supt det ' +
    'insp dep asst atty amb st ste mt ft gens cols vs v cf approx e.g i.e viz feat op fig eq mme mlle',
);

/** A number follows, or the word is a sentence of its own (`No. He did not.`). */
const numbered = words(
  'no nos art pp vol ch sec para jan feb mar apr jun jul aug sept sep oct nov dec mon tue tues wed thu thur thurs fri sat sun',
);

/** Ends a sentence only where a word follows that begins one. */
const abbreviations = words(
  'jr sr inc corp ltd co cos bros llc plc etc al esq ave blvd rd bldg dept univ assn est gmt a.m p.m ph.d m.d b.a m.a ' +
    'd.phil ala ariz ark calif colo conn fla ga ill ind kan ky la md mass mich minn miss mo mont neb nev okla ore pa tenn tex ' +
    'va vt wash wis wyo',
);

/** Words that, capitalised, begin a sentence rather than a name. */
const starters = words(
  'a after all also although among an and another any are as at because before both but by can could did do does during each ' +
    'even every for from had has have he her here his how however i if in instead is it its last later less many more most ' +
    'my neither no none not nothing now of on once one only other our over perhaps she should since so some soon still such ' +
    'than that the their then there these they this those though three through to today two under until was we were what ' +
    'when where whether which while who why will with without would yes yet you your',
);

/** `.`, `!`, `?`, `…`, or several, with the quotes and brackets that close behind them, at the end of a word. */
const ends = /[.!?…]+["'”’»)\]]*(?=\s|$)/gu;

/**
 * The sentences of a text, without the white space around them; nothing else is changed or left out. A line end ends a
 * sentence. Elsewhere it ends at `.`, `!`, `?` or `…` before white space, unless
 *
 * - the next word begins in lower case (`"Why?" he asked`);
 * - the full stop belongs to an initial (`J. Smith`), a title (`Dr. Who`), a number (`No. 5`, `Aug. 12`, `1. First`) or an
 *   abbreviation (`U.S. forces`) and what follows does not show that a sentence begins (`in the U.S. The`);
 * - it stands behind a colon or `By`, as in the bylines of the Daily Mail (`By . Jane Doe . UPDATED: . 12:30 EST`).
 *
 * Decimal numbers and addresses (`3.5`, `cnn.com`) have no white space behind their full stop; `(CNN)` at the beginning
 * stays with its sentence.
 */
export function splitSentences(text: string): string[] {
  return text.split(/[\r\n\u2028\u2029]+/u).flatMap(splitLine);
}

function splitLine(line: string): string[] {
  const sentences: string[] = [];
  let start = 0;
  for (const match of line.matchAll(ends)) {
    const end = match.index + match[0].length;
    if (!endsSentence(line.slice(start, match.index), match[0], line.slice(end, end + 80))) continue;
    sentences.push(line.slice(start, end));
    start = end;
  }
  sentences.push(line.slice(start));
  return sentences.map((sentence) => sentence.trim()).filter((sentence) => sentence !== '');
}

/** `before`: the sentence up to its mark; `mark`: the mark with what closes; `after`: the beginning of what follows. */
function endsSentence(before: string, mark: string, after: string): boolean {
  const next = /^\s+[^\p{L}\p{N}\s]*([\p{L}\p{N}][\p{L}\p{N}'’-]*)?/u.exec(after)?.[1] ?? '';
  if (/^\p{Ll}/u.test(next)) return false;
  // "... And then" is the middle of a quotation, not a sentence of three dots.
  if (!/[\p{L}\p{N}]/u.test(before)) return false;
  if (!mark.startsWith('.') || mark.startsWith('..')) return true;
  const last = /(\S*)(\s*)$/u.exec(before)!;
  // ` . ` stands alone: the end of a caption or headline, or a byline that goes on.
  if (last[2] !== '') return !/(?:^|\s)by\s+$|:\s+$/iu.test(before);
  const word = last[1]!.replace(/^.*[^\p{L}\p{N}.'’&-]/u, '');
  const isFirst = before.trimStart() === last[1];
  return !belongsToWord(word, next, isFirst);
}

/** Whether the full stop after `word` is part of it rather than the end of a sentence. */
function belongsToWord(word: string, next: string, isFirst: boolean): boolean {
  const key = word.toLowerCase();
  const beginsSentence = starters.has(next.toLowerCase());
  if (titles.has(key)) return next !== '';
  if (/^\d{1,2}$/.test(word)) return isFirst;
  if (numbered.has(key)) return /^\p{N}/u.test(next);
  if (abbreviations.has(key) || /^(?:\p{L}\.)+\p{L}$/u.test(word)) return next !== '' && !beginsSentence;
  // `I` is rarely an initial: "… than you and I. They …".
  return /^\p{Lu}$/u.test(word) && word !== 'I' && next !== '' && !beginsSentence;
}
