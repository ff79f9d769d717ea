/**
 * LAMBADA (Paperno et al. 2016): passages whose last word needs the whole passage. Test split, in the two forms that the
 * literature uses: OpenAI's detokenised file and the authors' tokenised lower-case one.
 */
import { DataError } from '../errors.js';
import type { Dataset } from './dataset.js';
import { type Line, readJsonLines, readLines } from './formats/lines.js';
import { readParquetColumn } from './formats/parquet.js';

/** A passage, cut before its last word. */
export interface LambadaRow {
  /** Everything before the last space. */
  context: string;
  /** The last word, without the space. */
  word: string;
}

/** Cuts at the last single space, as lm-evaluation-harness does; on 7 passages of OpenAI's file any white space would differ. */
function splitPassage(line: Line, file: string): LambadaRow {
  const cut = line.text.lastIndexOf(' ');
  const row = { context: line.text.slice(0, cut), word: line.text.slice(cut + 1) };
  if (cut < 1 || row.word === '' || row.context.trim() === '') {
    throw new DataError({
      file,
      at: `line ${line.number}`,
      problem: 'a passage needs a last word and something before it.',
      expected: '"… context word"',
      found: JSON.stringify(line.text.slice(0, 60)),
    });
  }
  return row;
}

async function parsePassages(bytes: Uint8Array, file: string): Promise<LambadaRow[]> {
  const lower = file.toLowerCase();
  const lines = lower.endsWith('.parquet')
    ? await readParquetColumn(bytes, file, 'text')
    : lower.endsWith('.jsonl') || lower.endsWith('.json')
      ? readJsonLines(bytes, file, 'text')
      : readLines(bytes, file);
  return lines.map((line) => splitPassage(line, file));
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
  parse: parsePassages,
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
  parse: parsePassages,
};
