/**
 * LAMBADA (Paperno et al. 2016): passages whose last word needs the whole passage. Test split, in the two forms that the
 * literature uses: OpenAI's detokenised file and the authors' tokenised lower-case one.
 */
import { DataError } from '../errors.js';
import type { Dataset } from './dataset.js';
import { readLines } from './formats/lines.js';
import type { Place } from './formats/raw-row.js';
import { readTextRows, type TextRow } from './formats/text-rows.js';
import { findMember } from './formats/unpack.js';

/** A passage, cut before its last word. */
export interface LambadaRow {
  /** Everything before the last space. */
  context: string;
  /** The last word, without the space. */
  word: string;
}

/** Cuts at the last single space, as lm-evaluation-harness does; on 7 passages of OpenAI's file any white space would differ. */
function splitPassage(text: string, place: Place): LambadaRow {
  // Rows of the hub may have their line ends.
  const passage = text.trimEnd();
  const cut = passage.lastIndexOf(' ');
  const row = { context: passage.slice(0, cut), word: passage.slice(cut + 1) };
  if (cut < 1 || row.word === '' || row.context.trim() === '') {
    throw new DataError({
      ...place,
      problem: 'a passage needs a last word and something before it.',
      expected: '"… context word"',
      found: JSON.stringify(text.slice(0, 60)),
    });
  }
  return row;
}

async function readPassages([file]: readonly string[]): Promise<LambadaRow[]> {
  return (await readTexts(file!)).map(({ at, text }) => splitPassage(text, { file: file!, at }));
}

async function readTexts(file: string): Promise<TextRow[]> {
  const members = ['lambada_test.jsonl', 'lambada_test_plain_text.txt'];
  const rows = await readTextRows(file, { members, key: 'text' });
  if (rows !== undefined) return rows;
  const lines = await readLines(file, { member: await findMember(file, members) });
  return lines.map(({ number, text }) => ({ at: `line ${number}`, text }));
}

/** OpenAI's file: detokenised, upper and lower case, the one behind Table 3 of the GPT-2 paper. */
export const lambadaOpenai: Dataset<LambadaRow> = {
  name: 'LAMBADA test, OpenAI file',
  folder: 'lambada',
  files: ['lambada_test.jsonl'],
  hub: { repo: 'EleutherAI/lambada_openai', path: 'data/lambada_test.jsonl' },
  sample: 'lambada.jsonl',
  publishedRows: 5153,
  source: 'https://huggingface.co/datasets/EleutherAI/lambada_openai',
  licence: 'MIT (file), CC BY 4.0 (LAMBADA)',
  read: readPassages,
};

/** The authors' file: tokenised and lower-case, one passage on each line. */
export const lambadaOriginal: Dataset<LambadaRow> = {
  name: 'LAMBADA test, original tokenised file',
  folder: 'lambada',
  files: ['lambada_test_plain_text.txt'],
  hub: { repo: 'cimec/lambada', path: 'plain_text/test-00000-of-00001.parquet' },
  sample: 'lambada-original.txt',
  publishedRows: 5153,
  source: 'https://zenodo.org/record/2630551',
  licence: 'CC BY 4.0',
  read: readPassages,
};
