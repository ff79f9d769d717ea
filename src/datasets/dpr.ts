/**
 * Definite pronouns that need some knowledge of the world (Rahman & Ng 2012), which the GPT-1 paper calls DPRD: pairs of
 * sentences that students wrote, with two candidates each.
 */
import { DataError } from '../errors.js';
import type { Dataset } from './dataset.js';
import { integer, text, texts } from './formats/fields.js';
import { readLines } from './formats/lines.js';
import type { Place } from './formats/raw-row.js';
import { findRows } from './formats/rows.js';
import { findMember, shownName } from './formats/unpack.js';
import type { PronounProblem } from './pronoun-problem.js';

/** The splits, as published. */
export const dprSplits = ['test', 'train'] as const;
/** One of `dprSplits`. */
export type DprSplit = (typeof dprSplits)[number];

/** An example before its pronoun is looked for. */
interface Example {
  sentence: string;
  pronoun: string;
  candidates: string[];
  answer: number;
}

/** The words of English that seldom begin what a woman owns: `her` before one of them is an object. */
const afterObject =
  /^(?:a|an|the|to|and|but|or|so|for|from|in|on|at|by|with|of|about|as|because|that|when|while|after|before|into|out|up|down|off|away|over|again|too|not|if|was|is|had|has)\b/i;

function owns(pronoun: string, after: string): boolean {
  if (!/^[\p{L}\p{N}]/u.test(after)) return false;
  const word = pronoun.toLowerCase();
  if (word === 'her') return !afterObject.test(after);
  return ['my', 'our', 'your', 'his', 'its', 'their'].includes(word);
}

/** Cuts the sentence at its pronoun: the first one, where it has several of the same. */
function cut({ sentence, pronoun, candidates, answer }: Example, place: Place): PronounProblem {
  const refuse = (problem: string, expected: string, found: string): never => {
    throw new DataError({ ...place, problem, expected, found: JSON.stringify(found.slice(0, 80)) });
  };
  if (candidates.length !== 2 || candidates.includes('')) {
    refuse('a pronoun has two candidates.', 'two', candidates.join(','));
  }
  if (candidates[answer] === undefined) {
    refuse('the answer is none of the candidates.', candidates.join(' or '), String(answer));
  }
  const word = (flags: string) =>
    new RegExp(`(?<![\\p{L}\\p{N}])${pronoun}(?![\\p{L}\\p{N}])`, `u${flags}`).exec(sentence);
  const found = /^\p{L}+$/u.test(pronoun) ? (word('') ?? word('i')) : null;
  if (found === null) return refuse('the pronoun is not in the sentence.', pronoun, sentence);
  const before = sentence.slice(0, found.index).trim();
  const after = sentence.slice(found.index + pronoun.length).trim();
  if (after === '') refuse('nothing follows the pronoun.', 'the rest of a sentence', sentence);
  return { before, after, possessive: owns(pronoun, after), candidates, answer };
}

const clean = (text: string) => text.replace(/\s+/g, ' ').trim();

/** Lines in fours, with an empty line after each: the sentence, its pronoun, the candidates with a comma, the right one. */
async function readFours(path: string, member: string | undefined): Promise<PronounProblem[]> {
  const file = shownName(path, member);
  const lines = await readLines(path, { member });
  const problems: PronounProblem[] = [];
  for (let first = 0; first < lines.length; first += 4) {
    const four = lines.slice(first, first + 4);
    const place = { file, at: `line ${four[0]!.number}` };
    const [sentence, pronoun, list, right] = four.map((line) => clean(line.text));
    if (right === undefined) {
      throw new DataError({
        ...place,
        problem: 'the last example is not whole.',
        expected: 'sentence, pronoun, candidates, answer',
        found: `${four.length} lines`,
      });
    }
    const candidates = list!.split(',').map(clean);
    const answer = candidates.findIndex((candidate) => candidate.toLowerCase() === right.toLowerCase());
    if (answer < 0) {
      throw new DataError({
        file,
        at: `line ${four[3]!.number}`,
        problem: 'the answer is none of the candidates.',
        expected: candidates.join(' or '),
        found: JSON.stringify(right.slice(0, 80)),
      });
    }
    problems.push(cut({ sentence: sentence!, pronoun: pronoun!, candidates, answer }, place));
  }
  return problems;
}

const fields = {
  sentence: text('sentence'),
  pronoun: text('pronoun'),
  candidates: texts('candidates'),
  answer: integer('label'),
};

async function readExamples(file: string, members: readonly string[]): Promise<PronounProblem[]> {
  const rows = await findRows(file, fields, { members });
  if (rows === undefined) return readFours(file, await findMember(file, members));
  return rows.map(({ place, values }) =>
    cut(
      {
        sentence: clean(values.sentence),
        pronoun: clean(values.pronoun),
        candidates: values.candidates.map(clean),
        answer: values.answer,
      },
      place,
    ),
  );
}

const publishedRows: Record<DprSplit, number> = { test: 564, train: 1322 };

/** The data set, one split of it. */
export function dpr(split: DprSplit): Dataset<PronounProblem> {
  const table = `${split}-00000-of-00001.parquet`;
  const files = [`${split}.c.txt`, table];
  return {
    name: `Definite Pronoun Resolution, DPRD ${split}`,
    folder: 'dpr',
    files,
    hub: { repo: 'community-datasets/definite_pronoun_resolution', path: `plain_text/${table}` },
    sample: 'dpr.txt',
    publishedRows: publishedRows[split],
    source: 'https://www.hlt.utdallas.edu/~vince/data/emnlp12/',
    licence: 'not stated; for research',
    read: ([file]) => readExamples(file!, files),
  };
}
