import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readText } from '../datasets/formats/text.js';
import { DataError, UserError } from '../errors.js';
import type { AnyFinetuneTask, ClassifiedRecord } from '../tasks/finetune-task.js';
import { finetuneTasks } from '../tasks/index.js';
import { mnli } from '../tasks/mnli.js';
import { rte } from '../tasks/rte.js';
import { snli } from '../tasks/snli.js';
import { storyCloze } from '../tasks/story-cloze.js';
import { stsB, stsBRegression } from '../tasks/sts-b.js';
import { byteTokenizer } from '../tokenizers/byte-tokenizer.js';
import { predictTestFile, readTestExamples, submissionText, writeSubmission } from './predict.js';

const sizes = { vocabSize: 257, nCtx: 128 };
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'gpt-predict-'));
});
afterEach(() => rm(folder, { recursive: true }));

const record = (predicted: number, logits: number[] = []): ClassifiedRecord => ({
  index: 0,
  input: '',
  label: 0,
  predicted,
  logits,
});

test('every file of GLUE has the name and the spelling of labels that its server wants', () => {
  const answers = finetuneTasks.flatMap(({ submission, classes }: AnyFinetuneTask) =>
    submission === undefined || classes.length > 3
      ? []
      : [[submission.fileName('test.tsv'), ...classes.map((_, k) => submission.answer(record(k, [k])))]],
  );
  expect(answers).toEqual([
    ['MNLI-m.tsv', 'entailment', 'neutral', 'contradiction'],
    ['QNLI.tsv', 'entailment', 'not_entailment'],
    ['RTE.tsv', 'entailment', 'not_entailment'],
    ['answer.txt', '1', '2'],
    ['CoLA.tsv', '0', '1'],
    ['SST-2.tsv', '0', '1'],
    ['SST-2.tsv', '0', '1'],
    ['MRPC.tsv', '0', '1'],
    ['STS-B.tsv', '0.000'],
    ['QQP.tsv', '0', '1'],
    ['WNLI.tsv', '0', '1'],
  ]);
  const { fileName } = mnli.submission!;
  expect(['test_mismatched.tsv', 'test_matched.tsv', 'diagnostic.tsv'].map(fileName)).toEqual([
    'MNLI-mm.tsv',
    'MNLI-m.tsv',
    'AX.tsv',
  ]);
});

test('a score has three digits and stays between 0 and 5', () => {
  const { answer } = stsB.submission!;
  expect(answer(record(0, [0, 0, 0, 0, 0, 0]))).toBe('2.500');
  expect(answer(record(5, [0, 0, 0, 0, 0, 1000]))).toBe('5.000');
  expect([-1, 3.4567, 7].map((y) => stsBRegression.submission!.answer(record(0, [y])))).toEqual([
    '0.000',
    '3.457',
    '5.000',
  ]);
});

test('a test file without labels becomes the file for the server', async () => {
  const testFile = path.join(folder, 'test.tsv');
  const lines = [
    'index\tsentence1\tsentence2',
    '10\tIt rained all day.\tIt rained.',
    '11\tHe sleeps.\tHe ran.',
  ];
  await writeFile(testFile, `${lines.join('\n')}\n`);
  const model = {
    // The longer hypothesis is said not to follow.
    classify: async (examples: readonly { sequences: readonly (readonly number[])[] }[]) =>
      examples.map(({ sequences }) => (sequences[0]!.length > 25 ? [1, 0] : [0, 1])),
  };
  const seen: number[] = [];
  const found = await predictTestFile({
    task: rte,
    testFile,
    test: await readTestExamples(rte, testFile, byteTokenizer(), sizes),
    model,
    batch: 1,
    onBatch: (done) => seen.push(done.length) > 0,
  });
  expect(found).toEqual({ name: 'RTE.tsv', text: 'index\tprediction\n10\tentailment\n11\tnot_entailment\n' });
  expect(seen).toEqual([1, 1]);
});

test('endings of stories are numbered from 1, whether the file has the answers or not', async () => {
  const testFile = path.join(folder, 'cloze.csv');
  const header =
    'InputStoryid,InputSentence1,InputSentence2,InputSentence3,InputSentence4,RandomFifthSentenceQuiz1,RandomFifthSentenceQuiz2';
  await writeFile(testFile, `${header}\ns-1,A.,B.,C.,"D, d.",One.,Two.\n`);
  const { ids, examples } = await readTestExamples(storyCloze, testFile, byteTokenizer(), sizes);
  expect(ids).toEqual(['s-1']);
  const start = byteTokenizer().encode('A. B. C. D, d.');
  expect(examples[0]!.sequences).toEqual(
    ['One.', 'Two.'].map((ending) => [257, ...start, 258, ...byteTokenizer().encode(ending), 259]),
  );
  expect(submissionText(storyCloze.submission!, ids, [record(1)])).toBe(
    'InputStoryid,AnswerRightEnding\ns-1,2\n',
  );
});

test('a file of another task and a task without a server are refused', async () => {
  const testFile = path.join(folder, 'test.tsv');
  await writeFile(testFile, 'index\tsentence\n0\tHello.\n');
  await expect(readTestExamples(rte, testFile, byteTokenizer(), sizes)).rejects.toThrow(DataError);
  await expect(readTestExamples(snli, testFile, byteTokenizer(), sizes)).rejects.toThrow(
    /snli has no server/,
  );
});

test('an empty text is answered like another, and a file without examples is refused', async () => {
  const testFile = path.join(folder, 'test.tsv');
  await writeFile(testFile, 'index\tsentence1\tsentence2\n0\t\tHe ran.\n1\t\t\n');
  const { ids, examples } = await readTestExamples(rte, testFile, byteTokenizer(), sizes);
  expect(ids).toEqual(['0', '1']);
  expect(examples.map(({ sequences }) => sequences)).toEqual([
    [[257, 258, ...byteTokenizer().encode('He ran.'), 259]],
    [[257, 258, 259]],
  ]);
  await writeFile(testFile, 'index\tsentence1\tsentence2\n');
  await expect(readTestExamples(rte, testFile, byteTokenizer(), sizes)).rejects.toThrow(
    /test\.tsv: the file holds no examples/,
  );
  await writeFile(testFile, 'index\tsentence1\tsentence2\n7\tHe ran.\tHe did.\n7\tIt fell.\tIt did.\n');
  await expect(readTestExamples(rte, testFile, byteTokenizer(), sizes)).rejects.toThrow(
    /test\.tsv: two examples have the id 7/,
  );
});

test('several files are one archive that other programs open', async () => {
  const members = [
    { name: 'RTE.tsv', text: 'index\tprediction\n0\tentailment\n' },
    { name: 'CoLA.tsv', text: `index\tprediction\n${'1\t1\n'.repeat(2000)}` },
    { name: 'empty.tsv', text: '' },
  ];
  const file = path.join(folder, 'all.zip');
  await writeSubmission(file, members);
  for (const { name, text } of members) expect(await readText(file, { member: name })).toBe(text);
  expect((await readFile(file)).length).toBeLessThan(1000);
  await writeSubmission(path.join(folder, 'again.zip'), members);
  expect(await readFile(path.join(folder, 'again.zip'))).toEqual(await readFile(file));
  // The directory at its end lists them in the order given.
  const directory = (await readFile(file)).toString('latin1');
  expect([...directory.matchAll(/PK\x01\x02.{42}([\w-]+\.tsv)/gs)].map(([, name]) => name)).toEqual(
    members.map(({ name }) => name),
  );
});

test('one file may be written as it is, several need an archive and names of their own', async () => {
  const rteFile = { name: 'RTE.tsv', text: 'a\n' };
  const file = path.join(folder, 'RTE.tsv');
  await writeSubmission(file, [rteFile]);
  expect(await readFile(file, 'utf8')).toBe('a\n');
  await expect(writeSubmission(file, [rteFile, { name: 'QNLI.tsv', text: 'b\n' }])).rejects.toThrow(
    UserError,
  );
  await expect(writeSubmission(`${file}.zip`, [rteFile, rteFile])).rejects.toThrow(
    'Two of the test files would become RTE.tsv.',
  );
  await expect(writeSubmission(path.join(folder, 'none', 'a.tsv'), [rteFile])).rejects.toThrow(UserError);
});
