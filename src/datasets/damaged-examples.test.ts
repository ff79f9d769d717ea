/** What every reader of a fine-tuning data set says of a bad line, in each form in which the data is published. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type WrittenData, writtenData } from '../testing/damaged-data.js';
import { colaDev, colaTrain } from './cola.js';
import type { Dataset } from './dataset.js';
import { mnliDevMatched, mnliTrain } from './mnli.js';
import { mrpcDev, mrpcTest, mrpcTrain } from './mrpc.js';
import { qnliDev, qnliTrain } from './qnli.js';
import { qqpDev, qqpTrain } from './qqp.js';
import { race } from './race.js';
import { rteDev, rteTrain } from './rte.js';
import { scitailDev, scitailTrain } from './scitail.js';
import { snliDev, snliTrain } from './snli.js';
import { sst2Dev, sst2SentencesDev, sst2SentencesTrain, sst2Train } from './sst2.js';
import { storyClozeTest } from './story-cloze.js';
import { stsBDev, stsBTrain } from './sts-b.js';
import { wnliDev, wnliTrain } from './wnli.js';

let data: WrittenData;
beforeAll(async () => {
  data = await writtenData();
});
afterAll(() => data.remove());

/** A published form of lines. */
interface LineForm {
  datasets: Dataset<unknown>[];
  file: string;
  /** The line that names the columns; none where there is none. */
  header?: string;
  /** A line with that label and that text. */
  line(label: string, text: string): string;
  label: string;
  /** What a message says that labels may be. */
  accepted: string;
  /** Columns of a line; objects have none. */
  columns?: number;
  separator?: string;
}

const columns = (...cells: string[]) => cells.join('\t');
const entailed = { label: 'entailment', accepted: '0 (entailment) or 1 (not_entailment)' };
const threeWay = { label: 'neutral', accepted: '0 (entailment) or 1 (neutral) or 2 (contradiction)' };
const equivalent = { label: '1', accepted: '0 (not_equivalent) or 1 (equivalent)' };
const score = { label: '3.2', accepted: 'a number from 0 to 5' };
const positive = { label: '1', accepted: '0 (negative) or 1 (positive)' };

const forms: Record<string, LineForm> = {
  'CoLA, of its authors and GLUE': {
    datasets: [colaTrain, colaDev],
    file: 'table.tsv',
    line: (label, text) => columns('gj04', label, '', text),
    label: '1',
    accepted: '0 (unacceptable) or 1 (acceptable)',
    columns: 4,
  },
  'SST-2, GLUE': {
    datasets: [sst2Train, sst2Dev],
    file: 'table.tsv',
    header: columns('sentence', 'label'),
    line: (label, text) => columns(text, label),
    ...positive,
    columns: 2,
  },
  'SST-2, whole sentences': {
    datasets: [sst2SentencesTrain, sst2SentencesDev],
    file: 'table.tsv',
    line: (label, text) => columns(text, label),
    ...positive,
    columns: 2,
  },
  'MRPC, of its authors and GLUE': {
    datasets: [mrpcTrain, mrpcDev, mrpcTest],
    file: 'table.txt',
    header: columns('Quality', '#1 ID', '#2 ID', '#1 String', '#2 String'),
    line: (label, text) => columns(label, '11', '12', 'It rained.', text),
    ...equivalent,
    columns: 5,
  },
  'MRPC, tokenised': {
    datasets: [mrpcDev],
    file: 'dev_glue408.tsv',
    header: columns('index', 'label', 'sentence1', 'sentence2'),
    line: (label, text) => columns('7', label, 'it rained .', text),
    ...equivalent,
    columns: 4,
  },
  'STS-B, GLUE': {
    datasets: [stsBTrain, stsBDev],
    file: 'table.tsv',
    header: columns('index', 'genre', 'sentence1', 'sentence2', 'score'),
    line: (label, text) => columns('0', 'news', 'It rained.', text, label),
    ...score,
    columns: 5,
  },
  'STS-B, of its authors': {
    datasets: [stsBTrain, stsBDev],
    file: 'sts-dev.csv',
    line: (label, text) => columns('news', 'MSRpar', '2012', '0001', label, 'It rained.', text),
    ...score,
    columns: 7,
  },
  'MNLI, GLUE': {
    datasets: [mnliTrain, mnliDevMatched],
    file: 'table.tsv',
    header: columns('index', 'genre', 'sentence1', 'sentence2', 'label1', 'gold_label'),
    line: (label, text) => columns('0', 'slate', 'It rained.', text, 'neutral', label),
    ...threeWay,
    columns: 6,
  },
  'MNLI, lines with the names of the hub': {
    datasets: [mnliTrain, mnliDevMatched],
    file: 'lines.jsonl',
    line: (label, text) => JSON.stringify({ premise: 'It rained.', hypothesis: text, label }),
    ...threeWay,
  },
  'MNLI, of its authors': {
    datasets: [mnliTrain, mnliDevMatched],
    file: 'multinli_1.0_part.jsonl',
    line: (gold_label, text) => JSON.stringify({ sentence1: 'It rained.', sentence2: text, gold_label }),
    ...threeWay,
  },
  'SNLI, a table': {
    datasets: [snliTrain, snliDev],
    file: 'table.tsv',
    header: columns('premise', 'hypothesis', 'label'),
    line: (label, text) => columns('It rained.', text, label),
    ...threeWay,
    columns: 3,
  },
  'SNLI, of its authors': {
    datasets: [snliTrain, snliDev],
    file: 'snli_1.0_part.jsonl',
    line: (gold_label, text) => JSON.stringify({ sentence1: 'It rained.', sentence2: text, gold_label }),
    ...threeWay,
  },
  'SciTail, of its authors': {
    datasets: [scitailTrain, scitailDev],
    file: 'table.tsv',
    line: (label, text) => columns('It rained.', text, label),
    label: 'entails',
    accepted: '0 (entails) or 1 (neutral)',
    columns: 3,
  },
  'SciTail, lines': {
    datasets: [scitailTrain, scitailDev],
    file: 'lines.jsonl',
    line: (label, text) => JSON.stringify({ premise: 'It rained.', hypothesis: text, label }),
    label: 'entails',
    accepted: '0 (entails) or 1 (neutral)',
  },
  'QNLI, GLUE': {
    datasets: [qnliTrain, qnliDev],
    file: 'table.tsv',
    header: columns('index', 'question', 'sentence', 'label'),
    line: (label, text) => columns('0', 'Did it rain?', text, label),
    ...entailed,
    columns: 4,
  },
  'RTE, GLUE': {
    datasets: [rteTrain, rteDev],
    file: 'table.tsv',
    header: columns('index', 'sentence1', 'sentence2', 'label'),
    line: (label, text) => columns('0', 'It rained.', text, label),
    ...entailed,
    columns: 4,
  },
  'WNLI, GLUE': {
    datasets: [wnliTrain, wnliDev],
    file: 'table.tsv',
    header: columns('index', 'sentence1', 'sentence2', 'label'),
    line: (label, text) => columns('0', 'It rained.', text, label),
    label: '1',
    accepted: '0 (not_entailment) or 1 (entailment)',
    columns: 4,
  },
  'Story Cloze, of its authors': {
    datasets: [storyClozeTest],
    file: 'stories.csv',
    header:
      'InputStoryid,InputSentence1,InputSentence2,InputSentence3,InputSentence4,RandomFifthSentenceQuiz1,RandomFifthSentenceQuiz2,AnswerRightEnding',
    line: (label, text) => ['s1', 'A.', 'B.', 'C.', 'D.', 'E.', text, label].join(','),
    label: '2',
    accepted: '1 or 2',
    columns: 8,
    separator: ',',
  },
  'RACE, lines': {
    datasets: [race({ split: 'dev', level: 'all' })],
    file: 'lines.jsonl',
    line: (answer, text) =>
      JSON.stringify({
        article: text,
        questions: ['Who?'],
        options: [['a', 'b', 'c', 'd']],
        answers: [answer],
        id: 'high1.txt',
      }),
    label: 'C',
    accepted: 'A to D',
  },
};

/** Each form with each of its data sets: a bad line of the training data is as bad as one of dev. */
const cases = Object.entries(forms).flatMap(([name, form]) =>
  form.datasets.map((dataset) => [`${name}, ${dataset.name}`, dataset, form] as const),
);

/** A file whose second example is bad, and the line that it stands in. */
function withBadLine({ header, line, label }: LineForm, bad: string) {
  const lines = [...(header === undefined ? [] : [header]), line(label, 'The street was wet.'), bad];
  return { content: `${lines.join('\n')}\n`, at: `line ${lines.length}` };
}

const skipsUnlabelled = ({ name }: Dataset<unknown>) => name.startsWith('SNLI');

describe('a label that is none is refused with its line and what labels there are', () => {
  test.each(cases)('%s', async (_, dataset, form) => {
    const { content, at } = withBadLine(form, form.line('perhaps', 'It was wet.'));
    const { problem } = await data.refusal(dataset, form.file, content);
    expect(problem).toMatchObject({ expected: form.accepted, found: '"perhaps"' });
    expect(problem.at).toContain(at);
  });
});

describe('a label of -1, the mark of test splits, cannot be trained or measured on', () => {
  test.each(cases.filter(([, dataset]) => !skipsUnlabelled(dataset)))('%s', async (_, dataset, form) => {
    const { content, at } = withBadLine(form, form.line('-1', 'It was wet.'));
    const { problem, hint } = await data.refusal(dataset, form.file, content);
    expect(problem).toMatchObject({ expected: form.accepted, found: '"-1"' });
    expect(problem.at).toContain(at);
    // The labels of these two are public: -1 is a mistake there.
    if (!/Story Cloze|RACE/.test(dataset.name)) expect(hint).toMatch(/not public.*--predict/);
  });

  test.each(cases.filter(([, dataset]) => skipsUnlabelled(dataset)))(
    '%s: it marks pairs without a majority, which are left out',
    async (_, dataset, form) => {
      const { content } = withBadLine(form, form.line('-1', 'It was wet.'));
      expect(await data.load(dataset, form.file, content)).toHaveLength(1);
      const none = `${form.header === undefined ? '' : `${form.header}\n`}${form.line('-1', 'It was wet.')}\n`;
      const { problem } = await data.refusal(dataset, form.file, none);
      expect(problem).toMatchObject({ problem: 'no example has a label.', found: '1 without one' });
    },
  );
});

describe('a line with too few or too many columns is refused with its line and their numbers', () => {
  const tables = cases.filter(([, , form]) => form.columns !== undefined);
  test.each(tables)('%s', async (_, dataset, form) => {
    const { separator = '\t', line, label, columns: expected } = form;
    const whole = line(label, 'It was wet.');
    const short = whole.slice(0, whole.lastIndexOf(separator));
    const few = withBadLine(form, short);
    expect((await data.refusal(dataset, form.file, few.content)).problem).toMatchObject({
      ...{ at: few.at, problem: 'the line has a wrong number of columns.' },
      ...{ expected, found: expected! - 1 },
    });
    const many = withBadLine(form, `${whole}${separator}more`);
    // The benchmark's own file has its licence behind some pairs.
    if (form.file.startsWith('sts-'))
      expect(await data.load(dataset, form.file, many.content)).toHaveLength(2);
    else {
      expect((await data.refusal(dataset, form.file, many.content)).problem).toMatchObject({
        ...{ at: many.at, expected, found: expected! + 1 },
      });
    }
  });

  test.each(cases.filter(([, , form]) => form.columns === undefined))(
    '%s: an object without what it should have',
    async (_, dataset, form) => {
      const { content, at } = withBadLine(form, JSON.stringify({ premise: 'A.', id: 'high1.txt' }));
      const { problem } = await data.refusal(dataset, form.file, content);
      expect(problem.at).toContain(at);
      expect(problem.problem).toMatch(/^no (text|list or an object) under "/);
    },
  );
});

describe('a text that is empty is refused with its line', () => {
  test.each(cases)('%s', async (_, dataset, form) => {
    for (const empty of ['', ' ']) {
      const { content, at } = withBadLine(form, form.line(form.label, empty));
      const { problem } = await data.refusal(dataset, form.file, content);
      expect(problem.at).toContain(at);
      expect(problem.problem).toMatch(/ is empty\.$/);
    }
  });
});

describe('QQP', () => {
  const header = columns('id', 'qid1', 'qid2', 'question1', 'question2', 'is_duplicate');
  const file = (...lines: string[]) =>
    `${[header, columns('0', '1', '2', 'Why?', 'Why so?', '1'), ...lines].join('\n')}\n`;

  test.each([[qqpTrain], [qqpDev]])('$name: labels and surplus columns as elsewhere', async (dataset) => {
    const label = async (text: string) =>
      data.refusal(dataset, 'table.tsv', file(columns('1', '3', '4', 'Who?', 'Whom?', text)));
    expect((await label('2')).message).toContain(
      'line 3: the label is none of the classes. Expected 0 (not_duplicate) or 1 (duplicate), found "2"',
    );
    expect((await label('-1')).hint).toMatch(/not public.*--predict/);
    expect((await label('1\t1')).message).toContain(
      'line 3: the line has a wrong number of columns. Expected 6, found 7',
    );
  });

  test('lines that are torn apart are left out and empty questions kept, as everybody does', async () => {
    const rows = await data.load(
      qqpTrain,
      'table.tsv',
      file('torn', columns('1', '3', '4', '', 'Whom?', '0')),
    );
    expect(rows).toHaveLength(2);
    expect(rows[1]).toEqual({ question1: '', question2: 'Whom?', label: 0 });
  });
});
