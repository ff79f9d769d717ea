import { expect, test } from 'vitest';
import { splitSentences } from './sentences.js';

test.each([
  ['ends and question marks', 'It rained. Why? Nobody knew! So it goes… Then it stopped.', 5],
  ['the last sentence needs no full stop', 'It rained. And then', 2],
  ['titles and initials', 'Dr. J. R. Smith met Gov. Ann Lee and Lt. Col. Bo Day in St. Paul. They spoke.', 2],
  ['an initial before a name in front of a full stop', 'The sheriff, Roscoe P. Doe, was late. He slept.', 2],
  ['I ends a sentence', 'She is as tall as I. They saw it.', 2],
  [
    'an acronym inside a sentence',
    'The U.S. Navy and the U.N. Security Council met at 5 p.m. EST on Monday.',
    1,
  ],
  ['an acronym at its end', 'He lives in the U.S. The rest of them left at 6 p.m. She did not.', 3],
  ['companies and sons', 'Acme Corp. Chairman Joe Roe Jr. Left early. Then Acme Inc. The end.', 3],
  ['numbers after No. and months', 'It was No. 5 on Aug. 12. "No. He lied." Then on Sept. 3 it ended.', 4],
  ['decimal numbers and addresses', 'It rose 3.5 percent on cnn.com. Shares fell 1,000.25 points.', 2],
  ['a year at the end', 'It began in 2014. It ended on May 3. The war went on.', 3],
  ['an enumeration', '1. Wash the rice.', 1],
  [
    'quotations end with their quotes',
    '"It is over." He left. “Really?” Ann wondered. (It was.) \'Yes.\' Bo said.',
    7,
  ],
  ['a quotation that goes on in lower case', '"Why me?" he asked. "Run!" she cried... and ran.', 2],
  ['three dots before a sentence are not one', '"... And then we left." He paused.', 2],
  [
    'the agency stays with its sentence',
    '(CNN)U.S. officials said no. London (CNN)A man ran. NEW YORK (CNN) -- He won.',
    3,
  ],
  ['a caption with its lonely full stop', 'Read the documents . The court could not confirm them.', 2],
  ['a byline', 'By . Jane Doe . PUBLISHED: . 12:30 EST, 1 May 2013 . The dog is back.', 3],
  ['line ends', 'First line\nsecond line. Third\r\n\r\n  fourth ', 4],
  ['nothing', ' \n ', 0],
])('%s', (_, text, sentences) => {
  expect(splitSentences(text)).toHaveLength(sentences);
});

test('nothing is lost but the white space between sentences', () => {
  const text = '(CNN)Mr. Roe left.  "Good," said Ann.\tHe paid $1.50 (in the U.S. dollar kind).';
  expect(splitSentences(text)).toEqual([
    '(CNN)Mr. Roe left.',
    '"Good," said Ann.',
    'He paid $1.50 (in the U.S. dollar kind).',
  ]);
});
