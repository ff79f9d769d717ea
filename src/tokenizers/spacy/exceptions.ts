/**
 * Chunks that the rules of punctuation would take apart wrongly, with the words they are split into instead.
 * Source: spaCy 3.8.16, spacy/lang/tokenizer_exceptions.py and spacy/lang/en/tokenizer_exceptions.py.
 */
import { contractions } from './contractions.js';

const split = (list: string) => list.trim().split(/\s+/);

const titlesAndAbbreviations = split(`
  a.m. p.m. Adm. Bros. co. Co. Corp. D.C. Dr. e.g. E.g. E.G. Gen. Gov. i.e. I.e. I.E. Inc. Jr. Ltd. Md. Messrs. Mo.
  Mont. Mr. Mrs. Ms. Mt. Ph.D. Prof. Rep. Rev. Sen. St. vs. v.s. w/o and/or`);

const monthsAndStates = split(`
  Jan. Feb. Mar. Apr. Jun. Jul. Aug. Sep. Sept. Oct. Nov. Dec. Ak. Ala. Ariz. Ark. Calif. Colo. Conn. Del. Fla. Ga. Ia.
  Id. Ill. Ind. Kan. Kans. Ky. La. Mass. Mich. Minn. Miss. N.C. N.D. N.H. N.J. N.M. N.Y. Neb. Nebr. Nev. Okla. Ore. Pa.
  S.C. Tenn. Va. Wash. Wis.`);

// Dropped letters. Words ending in "in" are listed so that their apostrophe stays with them.
const elisions = split(`
  'S 's ‘S ‘s 're 'd 'Cause 'cause 'cos 'Cos 'coz 'Coz 'cuz 'Cuz 'bout ma'am Ma'am o'clock O'clock em 'em ll 'll nuff
  'nuff lovin lovin' Lovin Lovin' havin havin' Havin Havin' doin doin' Doin Doin' goin goin' Goin Goin' nothin nothin'
  Nothin Nothin' nuthin nuthin' Nuthin Nuthin' ol ol' Ol Ol' somethin somethin' Somethin Somethin'`);

const singleLetters = Array.from('abcdefghijklmnopqrstuvwxyzäöü', (letter) => `${letter}.`);

const others = [...split(`' '' \\") <space> C++ — \\t \\n`), ' ', '\t', '\n', '\u00a0'];

const emoticons = split(String.raw`
  :) :-) :)) :-)) :))) :-))) (: (-: =) (= :] :-] [: [-: [= =] :o) (o: :} :-} 8) 8-) (-8 ;) ;-) (; (-; :( :-( :(( :-((
  :((( :-((( ): )-: =( >:( :') :'-) :'( :'-( :/ :-/ =/ =| :| :-| ]= =[ :1 :P :-P :p :-p :O :-O :o :-o :0 :-0 :() >:o :*
  :-* :3 :-3 =3 :> :-> :X :-X :x :-x :D :-D ;D ;-D =D xD XD xDD XDD 8D 8-D ^_^ ^__^ ^___^ >.< >.> <.< ._. ;_; -_- -__-
  v.v V.V v_v V_V o_o o_O O_o O_O 0_o o_0 0_0 o.O O.o O.O o.o 0.0 o.0 0.o @_@ <3 <33 <333 </3 (^_^) (-_-) (._.) (>_<)
  (*_*) (¬_¬) ಠ_ಠ ಠ︵ಠ (ಠ_ಠ) ¯\(ツ)/¯ (╯°□°）╯︵┻━┻ ><(((*>`);

const keptWhole = [
  ...titlesAndAbbreviations,
  ...monthsAndStates,
  ...elisions,
  ...singleLetters,
  ...others,
  ...emoticons,
];

/** 1am to 12p.m.: the hour and the half of the day. */
function timesOfDay(): string[][] {
  const hours = Array.from({ length: 12 }, (_, index) => `${index + 1}`);
  return hours.flatMap((hour) => ['a.m.', 'am', 'p.m.', 'pm'].map((half) => [hour, half]));
}

/** "°c.": the degree sign, the scale and the full stop that ends the sentence. */
function temperatures(): string[][] {
  return Array.from('cfkCFK', (scale) => ['°', scale, '.']);
}

/** Every exception: the chunk and the words it is split into (one word where the chunk is to stay whole). */
export function loadExceptions(): Map<string, string[]> {
  const lists = [...keptWhole.map((word) => [word]), ...temperatures(), ...timesOfDay(), ...contractions()];
  const exceptions = new Map(lists.map((words) => [words.join(''), words]));
  for (const [chunk, words] of [...exceptions]) {
    if (!chunk.includes("'")) continue;
    exceptions.set(
      chunk.replaceAll("'", '’'),
      words.map((word) => word.replaceAll("'", '’')),
    );
  }
  return exceptions;
}
