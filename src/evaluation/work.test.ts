import { rm } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Checkpoint } from '../checkpoints/checkpoint.js';
import { openCheckpoint } from '../checkpoints/open.js';
import type { Dataset } from '../datasets/dataset.js';
import { openGenerator } from '../runtime/generator.js';
import { openScorer } from '../runtime/scorer.js';
import type {
  ChoiceTask,
  GenerateTask,
  LoglikelihoodAnswer,
  LoglikelihoodTask,
  RecordBase,
  RollingTask,
  WindowRecord,
} from '../tasks/task.js';
import { makeTemporaryFolder, tinyConfig, writeTinyModel } from '../testing/tiny-model.js';
import { byteTokenizer } from '../tokenizers/byte-tokenizer.js';
import { choiceWork } from './choice-work.js';
import { generateWork } from './generate-work.js';
import { loglikelihoodWork } from './loglikelihood-work.js';
import { rollingWork } from './rolling-work.js';
import type { ModelOpeners, Preparation, Work } from './work.js';

const tokenizer = byteTokenizer();
const preparation: Preparation = { tokenizer, nCtx: tinyConfig.nCtx, batchTokens: 256, seed: 1 };
let folder: string;
let checkpoint: Checkpoint;
let models: ModelOpeners;

beforeAll(async () => {
  folder = await makeTemporaryFolder();
  await writeTinyModel(path.join(folder, 'model'));
  checkpoint = await openCheckpoint(path.join(folder, 'model'));
  models = {
    scorer: (options) => openScorer(checkpoint, { threads: 1, ...options }),
    generator: () => openGenerator(checkpoint, { threads: 1 }),
  };
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** What all kinds of tasks declare; no data set is read here. */
const declared = {
  name: 'test',
  title: 'a test',
  paper: { name: 'GPT-2', section: '§3', table: 'gpt2-table3' },
  version: 1,
  dataset: {} as Dataset<never>,
  deviations: [],
  metrics: () => [],
} as const;

/** Computes everything; records in the order of the examples. */
async function compute<Kept extends object>(work: Work): Promise<(RecordBase & Kept)[]> {
  const runner = await work.open(models);
  const records: (RecordBase & Kept)[] = [];
  try {
    for await (const batch of runner.run(work.plan))
      records.push(...(batch.records as (RecordBase & Kept)[]));
  } finally {
    await runner.close();
  }
  return records.sort((a, b) => a.index - b.index);
}

const sumOf = ({ logProbs }: LoglikelihoodAnswer) => logProbs.reduce((sum, logProb) => sum + logProb, 0);

interface Question {
  context: string;
  options: string[];
}
const questions: Question[] = [
  { context: 'The cat sat on the', options: [' mat.', ' table, which was wet.', ' mat'] },
  { context: 'It rained. '.repeat(8), options: ['Nobody came.', 'All came.'] },
  { context: 'x', options: ['y'] },
];

describe('choices', () => {
  const choice: ChoiceTask<Question, { sums: number[] }> = {
    ...declared,
    kind: 'choice',
    request: (row) => row,
    record: (_, answers) => ({ sums: answers.map(sumOf) }),
  };
  const separate: LoglikelihoodTask<Question, { sums: number[] }> = {
    ...declared,
    kind: 'loglikelihood',
    requests: ({ context, options }) => options.map((continuation) => ({ context, continuation })),
    record: (_, answers) => ({ sums: answers.map(sumOf) }),
  };

  test('over a shared context have the log-probabilities of full passes', async () => {
    const shared = await compute<{ sums: number[] }>(await choiceWork(choice, questions, preparation));
    const full = await compute<{ sums: number[] }>(await loglikelihoodWork(separate, questions, preparation));
    expect(shared.map(({ sums }) => sums.length)).toEqual([3, 2, 1]);
    for (const [row, { sums }] of shared.entries()) {
      for (const [option, sum] of sums.entries()) {
        expect(Math.abs(sum - full[row]!.sums[option]!)).toBeLessThan(2e-4);
      }
      expect(shared[row]!.contextTokens).toBe(questions[row]!.context.length);
      expect(shared[row]!.scoredTokens).toBe(questions[row]!.options.join('').length);
    }
  });

  test('a context that is too long is cut on the left, and so much is told', async () => {
    const long = { context: 'word '.repeat(110), options: ['one', 'three'] };
    const [record] = await compute<{ sums: number[] }>(await choiceWork(choice, [long], preparation));
    // 550 bytes of context and 5 of an option, the last of which is only predicted, for 512 positions.
    expect(record).toMatchObject({ contextTokens: 508, truncatedTokens: 42 });
    const fits = { context: long.context.slice(42), options: long.options };
    const [same] = await compute<{ sums: number[] }>(await choiceWork(choice, [fits], preparation));
    expect(record!.sums[0]).toBeCloseTo(same!.sums[0]!, 4);
  });

  test('without a token before them are refused where the model has none to begin with', async () => {
    const tokenizer = { ...preparation.tokenizer, beginOfText: undefined };
    const bare = [questions[0]!, { context: '', options: ['a', 'b'] }];
    await expect(choiceWork(choice, bare, { ...preparation, tokenizer })).rejects.toThrow(
      'Example 2 has no token before its options',
    );
  });
});

test('a continuation without a context stands behind the end-of-text token', async () => {
  const whole: LoglikelihoodTask<string, { tokens: number }> = {
    ...declared,
    kind: 'loglikelihood',
    requests: (text) => [{ context: '', continuation: text }],
    record: (_, [answer]) => ({ tokens: answer!.tokens.length }),
  };
  const [record] = await compute<{ tokens: number }>(await loglikelihoodWork(whole, ['abc'], preparation));
  expect(record).toMatchObject({ tokens: 3, contextTokens: 1 });
});

describe('long texts', () => {
  const text = Array.from({ length: 1200 }, (_, place) => 'etaoin shrdlu'[(place * 7) % 13]).join('');
  const units = { words: 10, lines: 2, bytes: 1200, characters: 1200 };
  const rolling: RollingTask<string> = {
    ...declared,
    kind: 'rolling',
    windows: { scheme: 'rolling' },
    texts: (rows) => rows.map((row) => ({ text: row, units })),
  };

  test('every token is scored once, and the units of a text are counted once', async () => {
    const records = await compute<WindowRecord>(await rollingWork(rolling, [text, 'short'], preparation));
    expect(records.map((record) => [record.text, record.scoredTokens])).toEqual([
      [0, 512],
      [0, 512],
      [0, 176],
      [1, 5],
    ]);
    expect(records.reduce((sum, record) => sum + record.units.words, 0)).toBe(20);
  });

  test('every model can be given what GPT-1 makes of a text', async () => {
    const shouted = 'It’s A  LONG\n\nStory.';
    const hashes = async (task: RollingTask<string>, row: string) =>
      (await rollingWork(task, [row], preparation).then(compute<WindowRecord>)).map(({ input }) => input);
    expect(await hashes({ ...rolling, reading: 'gpt1' }, shouted)).toEqual(
      await hashes(rolling, "it 's a long\nstory ."),
    );
  });

  test('a stride of 1 scores each token with all the context there is, disjoint windows with less', async () => {
    const short = text.slice(0, 520);
    const run = (windows: RollingTask<string>['windows']) =>
      rollingWork({ ...rolling, windows }, [short], preparation).then(compute<WindowRecord>);
    const tokens = (records: (RecordBase & WindowRecord)[]) =>
      records.reduce((sum, record) => sum + record.scoredTokens, 0);
    expect(tokens(await run({ scheme: 'stride', stride: 1 }))).toBe(519);
    expect(tokens(await run({ scheme: 'disjoint' }))).toBe(511 + 7);
  });
});

describe('written answers', () => {
  interface Dialogue {
    story: string;
    turns: number;
  }
  const dialogues: Dialogue[] = [
    { story: 'A dog ran.', turns: 2 },
    { story: 'A much longer story about a cat that slept.', turns: 1 },
    { story: 'Z', turns: 3 },
  ];
  const write: GenerateTask<Dialogue, { texts: string[]; ended: string[] }> = {
    ...declared,
    kind: 'generate',
    prompt: ({ story, turns }, answers) =>
      answers.length === turns
        ? undefined
        : { cuttable: `${story} ${answers.join('|')} A:`, cutFrom: 'left' },
    stop: [],
    maxTokens: 6,
    sampling: { method: 'sample', temperature: 1, topK: 0, topP: 1 },
    record: (_, answers) => ({
      texts: answers.map((answer) => answer.text),
      ended: answers.map((answer) => answer.ended),
    }),
  };

  test('rows that are answered together are answered as they would be alone', async () => {
    const together = await compute<{ texts: string[] }>(await generateWork(write, dialogues, preparation));
    expect(together.map(({ texts }) => texts.length)).toEqual([2, 1, 3]);
    for (const [index, dialogue] of dialogues.entries()) {
      const rows = dialogues.map((other, place) => (place === index ? dialogue : { ...other, turns: 0 }));
      const alone = await compute<{ texts: string[] }>(await generateWork(write, rows, preparation));
      expect(alone[index]!.texts).toEqual(together[index]!.texts);
    }
  });

  test('another seed gives other answers, the same seed the same', async () => {
    const texts = async (seed: number) =>
      (
        await compute<{ texts: string[] }>(await generateWork(write, dialogues, { ...preparation, seed }))
      ).map((record) => record.texts);
    expect(await texts(1)).toEqual(await texts(1));
    expect(await texts(1)).not.toEqual(await texts(2));
  });

  test('an answer ends before its stop', async () => {
    const [free] = await compute<{ texts: string[] }>(await generateWork(write, dialogues, preparation));
    const letter = [...free!.texts[0]!][2]!;
    const stopping = { ...write, stop: [letter] };
    const [record] = await compute<{ texts: string[]; ended: string[] }>(
      await generateWork(stopping, dialogues, preparation),
    );
    expect(record!.texts[0]).toBe(free!.texts[0]!.slice(0, free!.texts[0]!.indexOf(letter)));
    expect(record!.ended[0]).toBe('stop');
  });

  test('a model whose context the answer alone would fill is refused', async () => {
    await expect(generateWork(write, dialogues, { ...preparation, nCtx: 6 })).rejects.toThrow('positions');
  });
});
