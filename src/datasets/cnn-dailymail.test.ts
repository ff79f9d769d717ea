import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tarOf } from '../testing/archives.js';
import { dataFolder, hasData, needsData } from '../testing/reference.js';
import { makeTemporaryFolder } from '../testing/tiny-model.js';
import {
  type CnnDailymailRow,
  cnnDailymail,
  cnnDailymailShuffled,
  shuffleArticles,
} from './cnn-dailymail.js';
import { loadDataset } from './load.js';

const fetch = () => Promise.reject(new Error('no hub in this test'));
let folder: string;
beforeAll(async () => {
  folder = await makeTemporaryFolder();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function read(name: string, content: string | Uint8Array): Promise<CnnDailymailRow[]> {
  const file = path.join(folder, name);
  await writeFile(file, content);
  return cnnDailymail.read([file]);
}

describe('the forms in which CNN/DailyMail is published are read alike', () => {
  const expected = [
    {
      id: 'a1',
      article: 'It rained. "All day," he said.',
      highlights: ['It rained all day .', 'He said so .'],
    },
    { id: 'b2', article: 'A dog, old and grey, ran.', highlights: ['A dog ran .'] },
  ];

  test('CSV, with line breaks between the highlights', async () => {
    const text = [
      'article,highlights,id',
      '"It rained. ""All day,"" he said.","It rained all day .\nHe said so .",a1',
      '"A dog, old and grey, ran.",A dog ran .,b2',
    ];
    expect(await read('test.csv', `${text.join('\n')}\n`)).toEqual(expected);
    // The columns of other copies: an index before them, and the id first.
    const other = [
      ',id,article,highlights',
      '0,a1,"It rained. ""All day,"" he said.","It rained all day .\r\nHe said so ."',
      '1,b2,"A dog, old and grey, ran.",A dog ran .',
    ];
    expect(await read('other.csv', other.join('\r\n'))).toEqual(expected);
  });

  test('.story files of the authors: one, a folder, an archive; lines without a full stop get one', async () => {
    const stories = {
      'a1.story':
        'It rained.\r\n\r\n"All day," he said.\r\n\r\n@highlight\r\n\r\nIt rained all day\r\n\r\n@highlight\r\n\r\nHe said so',
      'b2.story': 'A dog, old and grey, ran.\n\n@highlight\n\nA dog ran \n',
    };
    expect(await read('a1.story', stories['a1.story'])).toEqual(expected.slice(0, 1));
    await mkdir(path.join(folder, 'stories'));
    for (const [name, content] of Object.entries(stories)) await read(`stories/${name}`, content);
    const { rows } = await loadDataset(cnnDailymail, { data: path.join(folder, 'stories'), fetch });
    expect(rows).toEqual(expected);
    const members = Object.entries(stories).map(([name, content]) => ({
      name: `cnn/stories/${name}`,
      content,
    }));
    expect(await read('cnn_stories.tgz', gzipSync(await tarOf(members)))).toEqual(expected);
    await expect(read('c3.story', 'No bullet points.')).rejects.toThrow(
      /c3\.story: story: highlights is empty/,
    );
  });

  test('Parquet, as on the hub', async () => {
    const column = (name: string, data: string[]) => ({ name, data, type: 'STRING' as const });
    const bytes = parquetWriteBuffer({
      columnData: [
        column(
          'article',
          expected.map(({ article }) => article),
        ),
        column(
          'highlights',
          expected.map(({ highlights }) => highlights.join('\n')),
        ),
        column(
          'id',
          expected.map(({ id }) => id),
        ),
      ],
    });
    expect(await read('test-00000-of-00001.parquet', new Uint8Array(bytes))).toEqual(expected);
  });
});

test.each([
  ['an article without text', 'article,highlights,id\n,A dog ran .,a1\n', /line 2.*article is empty/],
  ['an article without highlights', 'article,highlights,id\nA dog ran.," \n ",a1\n', /highlights is empty/],
  ['a file with other columns', 'text,summary,id\nA dog ran.,A dog .,a1\n', /article/],
  ['a file that was cut short', 'article,highlights,id\n"A dog ran. It', /damaged\.csv/],
])('%s is refused', async (_, text, message) => {
  await expect(read('damaged.csv', text)).rejects.toThrow(message);
});

describe('shuffled', () => {
  const rows = Array.from({ length: 50 }, (_, place) => ({
    id: `id ${place}`,
    article: 'A dog ran.',
    highlights: ['A dog ran .'],
  }));

  test('the order depends on the ids alone, and a part of the articles keeps it', () => {
    const ids = shuffleArticles(rows).map(({ id }) => id);
    expect(ids).not.toEqual(rows.map(({ id }) => id));
    expect(new Set(ids)).toEqual(new Set(rows.map(({ id }) => id)));
    expect(shuffleArticles(rows.toReversed()).map(({ id }) => id)).toEqual(ids);
    const part = new Set(rows.slice(0, 20).map(({ id }) => id));
    expect(shuffleArticles(rows.slice(0, 20)).map(({ id }) => id)).toEqual(ids.filter((id) => part.has(id)));
  });

  test('the first articles come from everywhere in the file', () => {
    const places = shuffleArticles(rows)
      .slice(0, 10)
      .map(({ id }) => Number(id.slice(3)));
    expect(Math.max(...places)).toBeGreaterThan(40);
    expect(Math.min(...places)).toBeLessThan(10);
  });
});

const sample = fileURLToPath(new URL('../../samples/cnn-dailymail.csv', import.meta.url));

test('the sample has 14 articles with two or three highlights each, in the published form', async () => {
  const rows = await cnnDailymail.read([sample]);
  expect(rows).toHaveLength(14);
  for (const { id, article, highlights } of rows) {
    expect(id).toMatch(/^[0-9a-f]{40}$/);
    expect(article.split(' ').length).toBeGreaterThan(90);
    expect([2, 3]).toContain(highlights.length);
    for (const highlight of highlights) expect(highlight).toMatch(/^[A-Z].* \.$/);
  }
});

// Counts by Python 3.12's csv module.
const published = path.join(dataFolder, 'cnn-dailymail', 'cnn_dailymail_test.csv');
test.skipIf(!hasData)(`the first 500 published articles are read whole${needsData}`, async () => {
  const rows = await cnnDailymail.read([published]);
  expect(rows).toHaveLength(500);
  expect(new Set(rows.map(({ id }) => id)).size).toBe(500);
  expect(rows[0]!.id).toBe('f001ec5c4704938247d27a44948eebb37ae98d01');
  expect(rows[2]!.highlights).toHaveLength(3);
  expect(Math.max(...rows.map(({ article }) => article.length))).toBe(10664);
  const shuffled = await cnnDailymailShuffled.read([published]);
  expect(shuffled.map(({ id }) => id).sort()).toEqual(rows.map(({ id }) => id).sort());
  expect(shuffled[0]).not.toEqual(rows[0]);
});
