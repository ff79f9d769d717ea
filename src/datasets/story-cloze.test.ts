import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dataFolder, hasData, needsData } from '../testing/reference.js';
import { makeTemporaryFolder } from '../testing/tiny-model.js';
import { loadDataset } from './load.js';
import { storyClozeDev, storyClozeTest, storyClozeTrain } from './story-cloze.js';

const fetch = () => Promise.reject(new Error('no hub in this test'));
let folder: string;
beforeAll(async () => {
  folder = await makeTemporaryFolder();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const header =
  'InputStoryid,InputSentence1,InputSentence2,InputSentence3,InputSentence4,RandomFifthSentenceQuiz1,RandomFifthSentenceQuiz2,AnswerRightEnding';

async function read(content: string, dataset = storyClozeTest) {
  const file = path.join(folder, 'stories.csv');
  await writeFile(file, content);
  return (await loadDataset(dataset, { data: file, fetch })).rows;
}

test('a story is its four sentences, and the right ending counts from 0', async () => {
  expect(
    await read(
      `${header}\r\ns1,"Ann, ""the cook"", rose.",She ate.,She left.,It rained.,She got wet.,She flew.,1\r\n`,
    ),
  ).toEqual([
    {
      id: 's1',
      story: 'Ann, "the cook", rose. She ate. She left. It rained.',
      endings: ['She got wet.', 'She flew.'],
      label: 0,
    },
  ]);
});

test('the same part of fewer stories is held out, none twice', async () => {
  const content = [header, ...Array.from({ length: 21 }, (_, story) => `s${story},A.,B.,C.,D.,E.,F.,2`)].join(
    '\n',
  );
  const [train, dev] = [await read(content, storyClozeTrain), await read(content, storyClozeDev)];
  expect([train.length, dev.length]).toEqual([17, 4]);
  expect(new Set([...train, ...dev].map(({ id }) => id)).size).toBe(21);
});

describe('what is wrong is refused with its line', () => {
  test.each([
    [
      `${header}\ns1,A.,B.,C.,D.,E.,F.,3\n`,
      /line 2: the right ending is none of the two\. Expected 1 or 2, found "3"/,
    ],
    [`${header}\ns1,A.,B.,C.,D.,E.,F.,1\ns2,A.,B.,,D.,E.,F.,1\n`, /line 3: InputSentence3 is empty/],
    [`${header}\ns1,A.,B.,C.,D.,E.,F.\n`, /line 2: .*Expected 8, found 7/],
    ['InputStoryid,InputSentence1\n', /the column InputSentence2 is missing/],
  ])('%j', async (content, message) => {
    await expect(read(content)).rejects.toThrow(message);
  });
});

test('it is nowhere but with its authors, and that is said', async () => {
  await expect(loadDataset(storyClozeTest, { fetch })).rejects.toMatchObject({
    message: 'Story Cloze test is not on the hub.',
    hint: expect.stringMatching(
      /rochester\.edu.*--data with cloze_test_test__spring2016\.csv or .*GPT_DATA_DIR\/story-cloze.*--data sample/,
    ),
  });
});

describe.skipIf(!hasData)(`the published files${needsData}`, () => {
  test('have 1,871 stories each, the first ending right in 962 and 960', async () => {
    const load = async (dataset: typeof storyClozeTest) =>
      (await loadDataset(dataset, { dataDir: dataFolder, fetch })).rows;
    const [train, dev, published] = await Promise.all([
      load(storyClozeTrain),
      load(storyClozeDev),
      load(storyClozeTest),
    ]);
    const first = (rows: readonly { label: number }[]) => rows.filter(({ label }) => label === 0).length;
    expect([train.length, dev.length, published.length]).toEqual([1497, 374, 1871]);
    expect([first(train) + first(dev), first(published)]).toEqual([962, 960]);
    expect(published[0]).toMatchObject({ id: 'b929f263-1dcd-4a0b-b267-5d5ff2fe65bb', label: 1 });
    // scikit-learn 1.9.1, train_test_split(ids, test_size=374, random_state=3535999445).
    expect([train[0]!.id, train[1]!.id, train.at(-1)!.id]).toEqual([
      '98181079-1081-48ba-bb83-031bb0046b92',
      'a8ca1926-5d63-4de0-a1e5-d0826fbe0bf0',
      'ded2be3f-7cf2-4bd7-ab16-f946e25427ca',
    ]);
    expect([dev[0]!.id, dev[1]!.id, dev.at(-1)!.id]).toEqual([
      '84b1b98f-1e3b-460b-92a7-ef7b8f87e76a',
      'bb63a874-2cf1-4ffc-8f75-b403c0b26be5',
      '4945b9f6-77ec-4bd0-b7c1-bbc093d07302',
    ]);
  });
});
