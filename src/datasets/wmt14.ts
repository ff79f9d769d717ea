/** WMT 2014 (Bojar et al.), English and French: newstest2014, 3,003 news sentences that people translated. */
import path from 'node:path';
import { DataError } from '../errors.js';
import type { Dataset } from './dataset.js';
import { object, optional, text } from './formats/fields.js';
import { type Line, readLines } from './formats/lines.js';
import { findRows, Row } from './formats/rows.js';
import { readSegments, type Segment } from './formats/sgm.js';
import { isArchive, shownName, streamMembers } from './formats/unpack.js';

/** A sentence in both languages. Which of them was written first is not said. */
export interface Wmt14Row {
  english: string;
  french: string;
}

/** A file of one language; in an archive, the member that is meant. */
interface Side {
  file: string;
  member?: string;
}

/** Reads a file of pairs, WMT's archive, or an English and a French file whose lines belong together. */
async function readPairs(files: readonly string[]): Promise<Wmt14Row[]> {
  const [file, french] = files;
  if (french !== undefined) return readSides({ file: file! }, { file: french });
  const sides = await archivedSides(file!);
  if (sides !== undefined) return readSides(...sides);
  const rows = await findRows(file!, fields, { members: ['test-00000-of-00001.parquet'] });
  if (rows !== undefined) return rows.map(toPair);
  throw new DataError({
    file: file!,
    problem: 'one text file has one language only.',
    expected: 'an English and a French file, the archive of WMT, or rows with both languages',
    hint: 'Pass the folder that holds newstest2014.en and newstest2014.fr.',
  });
}

async function readSides(englishSide: Side, frenchSide: Side): Promise<Wmt14Row[]> {
  const [english, found] = await Promise.all([readSide(englishSide), readSide(frenchSide)]);
  const [englishName, frenchName] = [nameOf(englishSide), nameOf(frenchSide)];
  const french =
    isSgml(englishSide) && isSgml(frenchSide)
      ? inOrderOf(english as Segment[], englishName, found as Segment[], frenchName)
      : found;
  if (english.length !== french.length) {
    throw new DataError({
      file: frenchName,
      problem: `every sentence of ${path.basename(englishName)} needs its translation.`,
      expected: `${english.length} sentences`,
      found: french.length,
    });
  }
  return english.map((line, place) => ({
    english: sentence(line.text, englishName, `line ${line.number}`),
    french: sentence(french[place]!.text, frenchName, `line ${french[place]!.number}`),
  }));
}

/** The sentences of one language. An empty line among them is kept: leaving it out would shift all that follow. */
async function readSide(side: Side): Promise<Line[]> {
  const { file, member } = side;
  if (isSgml(side)) return readSegments(file, { member });
  const lines = await readLines(file, { member, keepEmpty: true });
  return lines.slice(0, lines.findLastIndex((line) => line.text !== '') + 1);
}

const isSgml = ({ file, member }: Side) => /\.sgml?(\.gz)?$/i.test(member ?? file);

/**
 * The segments of the other language in the order of the first, joined by document and number; by their places where neither
 * file has numbers. Throws DataError, naming it, for a segment without its other and for one that a file has twice.
 */
function inOrderOf(
  first: readonly Segment[],
  firstFile: string,
  second: readonly Segment[],
  secondFile: string,
): readonly Segment[] {
  if ([...first, ...second].every(({ id }) => id === '')) return second;
  const wanted = byName(first, firstFile);
  const found = byName(second, secondFile);
  const lacking = (file: string, other: string, name: string) =>
    new DataError({ file, problem: `${name} is missing, which ${path.basename(other)} has.` });
  for (const name of found.keys()) if (!wanted.has(name)) throw lacking(firstFile, secondFile, name);
  return [...wanted.keys()].map((name) => {
    const segment = found.get(name);
    if (segment === undefined) throw lacking(secondFile, firstFile, name);
    return segment;
  });
}

function byName(segments: readonly Segment[], file: string): Map<string, Segment> {
  const named = new Map<string, Segment>();
  for (const segment of segments) {
    const { id, document, number } = segment;
    const name = `segment ${id}${document === '' ? '' : ` of document ${document}`}`;
    const twin = named.get(name);
    if (id === '' || twin !== undefined) {
      throw new DataError({
        file,
        at: `line ${number}`,
        problem: id === '' ? 'a segment has no id.' : `${name} stands on line ${twin!.number} already.`,
      });
    }
    named.set(name, segment);
  }
  return named;
}

const nameOf = ({ file, member }: Side) => shownName(file, member);

/** The hub has the texts of both languages in one value; tables have a column for each. */
const fields = {
  translation: optional(object('translation')),
  english: optional(text('en', 'english')),
  french: optional(text('fr', 'french')),
};

const languages = { english: text('en'), french: text('fr') };

function toPair(row: Row<typeof fields>): Wmt14Row {
  const { translation } = row.values;
  const { file, at } = row.place;
  const { english, french } =
    translation === undefined
      ? { english: row.need('english'), french: row.need('french') }
      : new Row(translation, languages, row.place).values;
  return { english: sentence(english, file, at), french: sentence(french, file, at) };
}

/** The members of WMT's archive, and of one with the texts of the two languages. */
const archived = [
  ['newstest2014-fren-src.en.sgm', 'newstest2014-fren-ref.fr.sgm'],
  ['newstest2014-fren-ref.en.sgm', 'newstest2014-fren-src.fr.sgm'],
  ['newstest2014.en', 'newstest2014.fr'],
] as const;

async function archivedSides(file: string): Promise<[Side, Side] | undefined> {
  if (!isArchive(file)) return undefined;
  const names: string[] = [];
  for await (const { name } of streamMembers(file)) names.push(path.posix.basename(name));
  const pair = archived.find((members) => members.every((member) => names.includes(member)));
  return (
    pair && [
      { file, member: pair[0] },
      { file, member: pair[1] },
    ]
  );
}

function sentence(text: string, file: string, at: string): string {
  const trimmed = text.trim();
  if (trimmed !== '') return trimmed;
  throw new DataError({ file, at, problem: 'the sentence is empty.', expected: 'a sentence' });
}

/** The pairs of newstest2014, for both directions of translation. */
export const newstest2014: Dataset<Wmt14Row> = {
  name: 'newstest2014, English and French',
  folder: 'wmt14',
  files: [
    ['newstest2014.en', 'newstest2014.fr'],
    archived[0],
    archived[1],
    'test-full.tgz',
    'test-00000-of-00001.parquet',
  ],
  hub: { repo: 'wmt/wmt14', path: 'fr-en/test-00000-of-00001.parquet' },
  sample: ['wmt14.en', 'wmt14.fr'],
  publishedRows: 3003,
  source: 'https://www.statmt.org/wmt14/translation-task.html',
  licence: 'not stated; for research (WMT)',
  read: readPairs,
};
