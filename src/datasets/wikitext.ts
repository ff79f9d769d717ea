/**
 * WikiText-2 and WikiText-103 (Merity et al. 2016): good and featured articles of Wikipedia, tokenised. Validation and test
 * are the same articles in both; they differ in which words became `<unk>` (2: 6 % of the test words, 103: far fewer), and the
 * raw files, which have none, are identical.
 */
import { DataError } from '../errors.js';
import type { Dataset } from './dataset.js';
import { withLineFeeds } from './formats/line-ends.js';
import { readLines } from './formats/lines.js';
import { readTextRows } from './formats/text-rows.js';
import { findMember } from './formats/unpack.js';

/** Which of the two. */
export type WikitextSize = '2' | '103';
/** `raw`: all words. `unk`: rare words replaced, the form that other models were measured on. */
export type WikitextForm = 'raw' | 'unk';
/** The training text is not measured. */
export type WikitextSplit = 'test' | 'validation';

/** A line that holds nothing: a space, as in the published files. */
const blankLine = ' ';

/**
 * Lines of a file of WikiText in any published form, each as in the original files: a space at both ends, no line end.
 * `member` is the name of the file in the published archives.
 */
async function readWikitext(file: string, member: string): Promise<string[]> {
  const rows = await readTextRows(file, { members: [member] });
  // The hub keeps the line ends of all lines but the blank ones; some copies have a whole article in a row.
  const lines =
    rows?.flatMap(({ text }) => withLineFeeds(text).replace(/\n$/, '').split('\n')) ??
    (await readLines(file, { keepEmpty: true, member: await findMember(file, [member]) })).map(
      ({ text }) => text,
    );
  return lines.map((line) => (line.trim() === '' ? blankLine : ` ${line.trim()} `));
}

/** Throws DataError when the file is of the other form: it has as many lines, and its numbers would look right. */
function checkForm(lines: string[], form: WikitextForm, file: string): string[] {
  const unknown = lines.findIndex((line) => line.includes('<unk>'));
  if (form === 'raw' && unknown >= 0) {
    throw new DataError({
      file,
      at: `line ${unknown + 1}`,
      problem: 'the raw text has no <unk>; this is the other form.',
      hint: 'Pass --form unk, or the raw file.',
    });
  }
  if (form === 'unk' && unknown < 0) {
    throw new DataError({
      file,
      problem: 'no word is <unk>; this is the raw form.',
      hint: 'Pass --form raw, or the file with <unk>.',
    });
  }
  return lines;
}

/** One split of one form of WikiText. A row is a line of the file, without its line end. */
export function wikitext(size: WikitextSize, form: WikitextForm, split: WikitextSplit): Dataset<string> {
  const extension = form === 'raw' ? 'raw' : 'tokens';
  const file = `wiki.${split === 'test' ? 'test' : 'valid'}.${extension}`;
  const config = `wikitext-${size}-${form === 'raw' ? 'raw-v1' : 'v1'}`;
  return {
    name: `WikiText-${size} ${split}, ${form === 'raw' ? 'raw' : 'with <unk>'}`,
    folder: `wikitext-${size}`,
    files: [file, `${config}.zip`],
    hub: { repo: 'Salesforce/wikitext', path: `${config}/${split}-00000-of-00001.parquet` },
    sample: `wikitext.${extension}`,
    publishedRows: split === 'test' ? 4358 : 3760,
    source: 'https://huggingface.co/datasets/Salesforce/wikitext',
    licence: 'CC BY-SA 3.0, GFDL',
    read: async ([given]) => checkForm(await readWikitext(given!, file), form, given!),
  };
}

/** True for the heading of an article, ` = Title = `; headings within it have more signs, ` = = Life = = `. */
function isTitle(line: string): boolean {
  const merged = line.replaceAll('= = =', '===').replaceAll('= =', '==').trim();
  return merged.startsWith('= ') && merged.endsWith(' =');
}

/**
 * The lines of each article, from its heading to the line before the next: 62 in the test split, 60 in validation.
 * Blank lines before the first heading belong to the first article. A file cut in the middle begins with a part of one.
 */
export function splitArticles(lines: readonly string[]): string[][] {
  const articles: string[][] = [];
  let current: string[] = [];
  for (const line of lines) {
    if (isTitle(line) && current.some((earlier) => earlier.trim() !== '')) {
      articles.push(current);
      current = [];
    }
    current.push(line);
  }
  if (current.length > 0) articles.push(current);
  return articles;
}
