import { createWriteStream } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { createGzip } from 'node:zlib';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { pack } from 'tar-stream';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dataFolder, hasData, needsData } from '../testing/reference.js';
import { makeTemporaryFolder } from '../testing/tiny-model.js';
import { newstest2014 } from './wmt14.js';

let folder: string;
beforeAll(async () => {
  folder = await makeTemporaryFolder();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function write(name: string, content: string | Uint8Array): Promise<string> {
  const file = path.join(folder, name);
  await writeFile(file, content);
  return file;
}

const expected = [
  { english: 'Salt & pepper.', french: 'Du sel et du poivre.' },
  { english: 'He said "no".', french: 'Il a dit « non ».' },
];

const segments = (set: string, texts: string[]) =>
  [
    `<${set} setid="newstest2014" srclang="any">`,
    '<doc sysid="ref" docid="1-example" genre="news" origlang="en">',
    '<p>',
    ...texts.map((text, place) => `<seg id="${place + 1}">${text}</seg>`),
    '</p>',
    '</doc>',
    `</${set}>`,
  ].join('\n');

const englishSgm = segments('srcset', ['Salt & pepper.', 'He said &quot;no&quot;.']);
const frenchSgm = segments('refset', ['Du sel et du poivre.', 'Il a dit « non ».']);

describe('the forms in which newstest2014 is published are read alike', () => {
  test('two plain files', async () => {
    const english = await write('newstest2014.en', 'Salt & pepper.\nHe said "no".\n');
    const french = await write('newstest2014.fr', 'Du sel et du poivre.\r\nIl a dit « non ».\r\n');
    expect(await newstest2014.read([english, french])).toEqual(expected);
  });

  test('two SGML files', async () => {
    const english = await write('newstest2014-fren-src.en.sgm', englishSgm);
    const french = await write('newstest2014-fren-ref.fr.sgm', frenchSgm);
    expect(await newstest2014.read([english, french])).toEqual(expected);
  });

  test('the archive of WMT, which holds other languages as well', async () => {
    const file = path.join(folder, 'test-full.tgz');
    const archive = pack();
    archive.entry({ name: 'test-full/newstest2014-csen-src.en.sgm' }, segments('srcset', ['Another.']));
    archive.entry({ name: 'test-full/newstest2014-fren-ref.fr.sgm' }, frenchSgm);
    archive.entry({ name: 'test-full/newstest2014-fren-src.en.sgm' }, englishSgm);
    archive.finalize();
    await pipeline(archive, createGzip(), createWriteStream(file));
    expect(await newstest2014.read([file])).toEqual(expected);
  });

  test('Parquet, as on the hub', async () => {
    const pairs = expected.map(({ english, french }) => ({ en: english, fr: french }));
    expect(await newstest2014.read([await writeParquet('test-00000-of-00001.parquet', pairs)])).toEqual(
      expected,
    );
  });
});

/** One column with an object of texts in each row. */
async function writeParquet(name: string, pairs: Record<string, string>[]): Promise<string> {
  const keys = Object.keys(pairs[0]!);
  const text = { type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' } as const;
  const bytes = parquetWriteBuffer({
    columnData: [{ name: 'translation', data: pairs }],
    schema: [
      { name: 'root', num_children: 1 },
      { name: 'translation', num_children: keys.length, repetition_type: 'OPTIONAL' },
      ...keys.map((key) => ({ ...text, name: key })),
    ],
  });
  return write(name, new Uint8Array(bytes));
}

describe('refused', () => {
  const french = () => write('whole.fr', 'Un.\nDeux.\nTrois.\n');

  test('files of different length', async () => {
    const english = await write('short.en', 'One.\nTwo.\n');
    await expect(newstest2014.read([english, await french()])).rejects.toThrow(
      /whole\.fr: every sentence of short\.en needs.*Expected 2 sentences, found 3/,
    );
  });

  test('an empty line: what follows it may belong to other lines', async () => {
    const english = await write('gap.en', 'One.\n\nThree.\n');
    await expect(newstest2014.read([english, await french()])).rejects.toThrow(/gap\.en: line 2.*empty/);
  });

  test('a segment that is not closed', async () => {
    const english = await write('cut.en.sgm', englishSgm.slice(0, englishSgm.lastIndexOf('</seg>')));
    await expect(newstest2014.read([english, await french()])).rejects.toThrow(/cut\.en\.sgm: line 5/);
  });

  const sides = async (english: string, french: string) =>
    newstest2014.read([await write('src.en.sgm', english), await write('ref.fr.sgm', french)]);
  const set = (...parts: [document: string, id: string, text: string][]) =>
    parts
      .map(([document, id, text]) => `<doc docid="${document}"><seg id="${id}">${text}</seg></doc>`)
      .join('\n');

  test('nothing is, where documents and segments stand in another order', async () => {
    expect(
      await sides(
        set(['a', '1', 'One.'], ['a', '2', 'Two.'], ['b', '1', 'Three.']),
        set(['b', '1', 'Trois.'], ['a', '2', 'Deux.'], ['a', '1', 'Un.']),
      ),
    ).toEqual([
      { english: 'One.', french: 'Un.' },
      { english: 'Two.', french: 'Deux.' },
      { english: 'Three.', french: 'Trois.' },
    ]);
  });

  test.each([
    [
      set(['a', '2', 'Deux.'], ['b', '1', 'Un.']),
      /src\.en\.sgm: segment 1 of document b is missing, which ref\.fr\.sgm has/,
    ],
    [
      set(['a', '2', 'Deux.'], ['a', '2', 'Un.']),
      /ref\.fr\.sgm: line 2: segment 2 of document a stands on line 1 already/,
    ],
    [set(['a', '2', 'Deux.'], ['a', '', 'Un.']), /ref\.fr\.sgm: line 2: a segment has no id/],
  ])('a segment without its other, or twice: %#', async (french, message) => {
    await expect(sides(set(['a', '1', 'One.'], ['a', '2', 'Two.']), french)).rejects.toThrow(message);
  });

  test('one text file without its other language', async () => {
    await expect(newstest2014.read([await french()])).rejects.toThrow(/one language only/);
  });

  test('Parquet with other languages', async () => {
    const file = await writeParquet('german.parquet', [{ de: 'Salz.', en: 'Salt.' }]);
    await expect(newstest2014.read([file])).rejects.toThrow(/row 1.*"fr".*the keys de, en/);
  });
});

const sample = (name: string) => fileURLToPath(new URL(`../../samples/${name}`, import.meta.url));

test('the sample has 20 pairs', async () => {
  const rows = await newstest2014.read([sample('wmt14.en'), sample('wmt14.fr')]);
  expect(rows).toHaveLength(20);
  for (const { english, french } of rows) expect(english).not.toBe(french);
});

// Counts by Python 3.12.
test.skipIf(!hasData)(`the published files have 3,003 pairs${needsData}`, async () => {
  const files = ['newstest2014.en', 'newstest2014.fr'].map((name) => path.join(dataFolder, 'wmt14', name));
  const rows = await newstest2014.read(files);
  expect(rows).toHaveLength(newstest2014.publishedRows!);
  expect(rows[0]).toEqual({
    english: 'Spectacular Wingsuit Jump Over Bogota',
    french: 'Spectaculaire saut en "wingsuit" au-dessus de Bogota',
  });
  const characters = (texts: string[]) => texts.reduce((sum, text) => sum + [...text].length, 0);
  expect(characters(rows.map(({ english }) => english))).toBe(371_977);
  expect(characters(rows.map(({ french }) => french))).toBe(426_429);
});
