/**
 * Sentences with a pronoun that grammar alone does not resolve, in the forms in which the Winograd schemata and their
 * relatives are published. All forms hold the same sentences; how they word the candidates differs.
 */
import { DataError } from '../errors.js';
import { integer, optional, text, texts } from './formats/fields.js';
import { readLines } from './formats/lines.js';
import type { Place } from './formats/raw-row.js';
import { findRows, type Row } from './formats/rows.js';
import { findMember, shownName } from './formats/unpack.js';
import { childrenNamed, readXml, textOf, type XmlElement } from './formats/xml.js';

/** A sentence, cut at its pronoun. White space is single and there is none at the ends. */
export interface PronounProblem {
  before: string;
  after: string;
  /** The pronoun owns what follows, as in `his shoulders`: a noun in its place takes 's. */
  possessive: boolean;
  /** What the pronoun may stand for, as the file words it. */
  candidates: string[];
  /** Index of the right one. */
  answer: number;
}

const clean = (text: string) => text.replace(/\s+/g, ' ').trim();

function checked(problem: PronounProblem, place: Place): PronounProblem {
  const { after, candidates, answer } = problem;
  if (after === '') {
    throw new DataError({
      ...place,
      problem: 'nothing follows the pronoun.',
      expected: 'the rest of a sentence',
    });
  }
  if (candidates.length < 2 || candidates.includes('')) {
    throw new DataError({
      ...place,
      problem: 'a pronoun needs something to stand for.',
      expected: 'two or more candidates',
      found: JSON.stringify(candidates),
    });
  }
  if (candidates[answer] === undefined) {
    throw new DataError({
      ...place,
      problem: 'the answer is none of the candidates.',
      expected: `0 to ${candidates.length - 1}`,
      found: answer,
    });
  }
  return problem;
}

const possessives = ['my', 'our', 'your', 'his', 'her', 'its', 'their'];

/** `her` alone is an object; before a word or a quotation it owns it. */
function isPossessive(pronoun: string, after: string): boolean {
  return possessives.includes(pronoun.toLowerCase()) && /^["'“‘]?[\p{L}\p{N}]/u.test(after);
}

/** The collection's own form: a `<schema>` for each sentence, with `<txt1>`, `<pron>`, `<txt2>`, `<answer>`s and a letter. */
async function readSchemata(path: string, member: string | undefined): Promise<PronounProblem[]> {
  const root = await readXml(path, { member });
  const file = shownName(path, member);
  return childrenNamed(root, 'schema').map((schema, index) =>
    readSchema(schema, { file, at: `schema ${index + 1}` }),
  );
}

function readSchema(schema: XmlElement, place: Place): PronounProblem {
  const parts = onlyChild(schema, 'text', place);
  const after = clean(textOf(onlyChild(parts, 'txt2', place)));
  const letter = clean(textOf(onlyChild(schema, 'correctAnswer', place)));
  const problem = {
    before: clean(textOf(onlyChild(parts, 'txt1', place))),
    after,
    possessive: isPossessive(clean(textOf(onlyChild(parts, 'pron', place))), after),
    candidates: childrenNamed(onlyChild(schema, 'answers', place), 'answer').map((answer) =>
      clean(textOf(answer)),
    ),
    answer: 'ABCDEFGH'.indexOf(letter[0] ?? '?'),
  };
  if (/^[A-H]\.?$/.test(letter)) return checked(problem, place);
  throw new DataError({
    ...place,
    problem: 'the right answer is a letter.',
    expected: 'A, B …',
    found: JSON.stringify(letter),
  });
}

function onlyChild(element: XmlElement, name: string, place: Place): XmlElement {
  const children = childrenNamed(element, name);
  if (children.length === 1) return children[0]!;
  throw new DataError({
    ...place,
    problem: `<${element.name}> needs one <${name}>.`,
    expected: 1,
    found: children.length,
  });
}

const MASK = '[MASK]';

/**
 * Lines in fours, with an empty line after each: the sentence with [MASK], the mask, the candidates between commas, the right
 * one. `owned` knows what follows a pronoun that was possessive, which the mask has hidden.
 */
async function readBlocks(
  path: string,
  owned: RegExp,
  member: string | undefined,
): Promise<PronounProblem[]> {
  const file = shownName(path, member);
  const lines = await readLines(path, { member });
  const problems: PronounProblem[] = [];
  for (let first = 0; first < lines.length; first += 4) {
    const block = lines.slice(first, first + 4);
    const place = { file, at: `line ${block[0]!.number}` };
    const [sentence, mask, list, answer] = block.map((line) => clean(line.text));
    const parts = sentence!.split(MASK).map(clean);
    if (parts.length !== 2 || mask !== MASK || list === undefined || answer === undefined) {
      throw new DataError({
        ...place,
        problem: `not a sentence with one ${MASK} and three more lines.`,
        expected: `sentence, ${MASK}, candidates, answer`,
        found: block.map((line) => JSON.stringify(line.text.slice(0, 40))).join(', '),
      });
    }
    const [before, after] = parts as [string, string];
    const candidates = list.split(',').map(clean);
    const problem = { before, after, possessive: owned.test(after), candidates };
    problems.push(checked({ ...problem, answer: candidates.indexOf(answer) }, place));
  }
  return problems;
}

/**
 * The hub's copies have text, pronoun and where it stands, options, label. In another form the candidates already stand in the
 * sentence: `context_options`, `continuation`, `gold`.
 */
const fields = {
  sentence: optional(text('text')),
  pronoun: optional(text('pronoun')),
  start: optional(integer('pronoun_loc')),
  options: texts('options', 'context_options'),
  answer: integer('label', 'gold'),
  continuation: optional(text('continuation')),
};

/**
 * Problems in any form: XML, rows, or blocks of lines, for which `owned` says what follows a possessive pronoun. Throws DataError naming
 * file and place.
 */
export async function readPronounProblems(
  file: string,
  owned: RegExp,
  members: readonly string[],
): Promise<PronounProblem[]> {
  const member = await findMember(file, members);
  if (/\.xml(\.gz)?$/i.test(member ?? file)) return readSchemata(file, member);
  const rows = await findRows(file, fields, { members });
  if (rows === undefined) return readBlocks(file, owned, member);
  return rows.map((row) =>
    row.nameOf('options') === 'context_options' ? readSubstituted(row) : readLocated(row),
  );
}

function readLocated(row: Row<typeof fields>): PronounProblem {
  const { place, values } = row;
  const [sentence, pronoun, start] = [row.need('sentence'), row.need('pronoun'), row.need('start')];
  // The copies were made by Python, which counts code points.
  const characters = [...sentence];
  const end = start + [...pronoun].length;
  const slice = (from: number, to?: number) => characters.slice(from, to).join('');
  if (slice(start, end) !== pronoun) {
    throw new DataError({
      ...place,
      problem: 'the pronoun is not where pronoun_loc says.',
      expected: `"${pronoun}" at ${start}`,
      found: JSON.stringify(slice(start, end)),
    });
  }
  const after = clean(slice(end));
  const problem = {
    before: clean(slice(0, start)),
    after,
    possessive: isPossessive(pronoun, after),
    candidates: values.options.map(clean),
    answer: values.answer,
  };
  return checked(problem, place);
}

const determiner = /^(?:the|an?|my|our|your|his|her|its|their)$/i;

/** The candidates begin where the sentences differ, or at the determiner before that; possessives have their 's. */
function readSubstituted(row: Row<typeof fields>): PronounProblem {
  const { place, values } = row;
  const options = values.options.map((option) => clean(option).split(' '));
  const longest = Math.min(...options.map((words) => words.length)) - 1;
  let shared = 0;
  while (shared < longest && options.every((words) => words[shared] === options[0]![shared])) shared++;
  if (shared > 0 && determiner.test(options[0]![shared - 1]!)) shared--;
  const problem = {
    before: (options[0] ?? []).slice(0, shared).join(' '),
    after: clean(row.need('continuation')),
    possessive: false,
    candidates: options.map((words) => words.slice(shared).join(' ')),
    answer: values.answer,
  };
  return checked(problem, place);
}
