/**
 * CNN/DailyMail (Hermann et al. 2015; See et al. 2017), version 3.0.0 with the names left in: news articles and the bullet
 * points that their editors wrote above them. Test split.
 */
import path from 'node:path';
import { DataError } from '../errors.js';
import { decodeText } from '../files/decode.js';
import { sha256Of } from '../files/sha256.js';
import type { Dataset } from './dataset.js';
import { text, word } from './formats/fields.js';
import { withLineFeeds } from './formats/line-ends.js';
import { Row, readRows } from './formats/rows.js';
import { readText } from './formats/text.js';
import { isArchive, shownName, streamMembers } from './formats/unpack.js';

/** An article and its summary. */
export interface CnnDailymailRow {
  /** The published hash of the article's address. */
  id: string;
  article: string;
  /** The bullet points, one sentence each; at least one. */
  highlights: string[];
}

const fields = {
  article: text('article'),
  highlights: text('highlights', 'summary'),
  id: word('id'),
};

/** Reads rows in any form, or the authors' `.story` files: one, a folder or an archive of them. */
async function readArticles(given: readonly string[]): Promise<CnnDailymailRow[]> {
  const articles: CnnDailymailRow[] = [];
  for (const file of given) {
    const stories = await readStories(file);
    if (stories.length > 0) articles.push(...stories);
    else articles.push(...(await readRows(file, fields, { members: files })).map(readArticle));
  }
  return articles;
}

async function readStories(file: string): Promise<CnnDailymailRow[]> {
  if (isStory(file))
    return [readArticle(new Row(parseStory(await readText(file), file), fields, { file, at: 'story' }))];
  const stories: CnnDailymailRow[] = [];
  if (!isArchive(file)) return stories;
  for await (const { name, bytes } of streamMembers(file)) {
    if (!isStory(name)) continue;
    const place = { file: shownName(file, name), at: 'story' };
    let story = '';
    for await (const part of decodeText(bytes(), place.file)) story += part;
    stories.push(readArticle(new Row(parseStory(story, name), fields, place)));
  }
  return stories;
}

const isStory = (name: string) => /\.story(\.gz)?$/i.test(name);

/** What may end a sentence (abisee/cnn-dailymail make_datafiles.py:END_TOKENS); other lines get ` .` there. */
const endsSentence = /[.!?'`"’”)]$/;

/**
 * A `.story` file as the published rows were made of it (make_datafiles.py:get_art_abs, without its lower case): paragraphs, joined with
 * spaces, and behind the first `@highlight` the bullet points; the id is the name.
 */
function parseStory(story: string, name: string): { article: string; highlights: string; id: string } {
  const lines = withLineFeeds(story)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map((line) => (line.includes('@highlight') || endsSentence.test(line) ? line : `${line} .`));
  const first = lines.findIndex((line) => line.startsWith('@highlight'));
  const end = first < 0 ? lines.length : first;
  return {
    article: lines.slice(0, end).join(' '),
    highlights: lines
      .slice(end)
      .filter((line) => !line.startsWith('@highlight'))
      .join('\n'),
    id: path.basename(name).replace(/\.story(\.gz)?$/i, ''),
  };
}

function readArticle({ place, values }: Row<typeof fields>): CnnDailymailRow {
  const row = {
    id: values.id,
    article: values.article.trim(),
    highlights: values.highlights
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== ''),
  };
  for (const key of ['article', 'highlights', 'id'] as const) {
    if (row[key].length > 0) continue;
    throw new DataError({ ...place, problem: `${key} is empty.`, expected: 'text' });
  }
  return row;
}

/**
 * The articles in the order of the sha256 of their ids: a shuffle that is the same on every machine and needs no seed, and
 * in which the articles of a part of the file keep the order that they have in the whole.
 * @internal
 */
export function shuffleArticles(rows: readonly CnnDailymailRow[]): CnnDailymailRow[] {
  const keyed = rows.map((row) => ({ row, key: sha256Of(row.id) }));
  return keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)).map(({ row }) => row);
}

const files = ['test.csv', 'cnn_dailymail_test.csv', 'test-00000-of-00001.parquet', 'stories/'];

/** The test split in the order of the file: all of CNN first. */
export const cnnDailymail: Dataset<CnnDailymailRow> = {
  name: 'CNN/DailyMail test, 3.0.0',
  folder: 'cnn-dailymail',
  files,
  hub: { repo: 'abisee/cnn_dailymail', path: '3.0.0/test-00000-of-00001.parquet' },
  sample: 'cnn-dailymail.csv',
  publishedRows: 11490,
  source: 'https://huggingface.co/datasets/abisee/cnn_dailymail',
  licence: 'Apache 2.0 (data set); the articles belong to CNN and Daily Mail',
  read: readArticles,
};

/** The test split shuffled, so that its first articles stand for all of them. */
export const cnnDailymailShuffled: Dataset<CnnDailymailRow> = {
  ...cnnDailymail,
  name: `${cnnDailymail.name}, shuffled`,
  read: async (given) => shuffleArticles(await readArticles(given)),
};
