import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { type CbtRow, cbt, cbtBlank, cbtKinds, cbtSplits } from '../datasets/cbt.js';
import { cbtTexts, writeCbt } from '../datasets/cbt-detokenizer.js';
import { loadDataset } from '../datasets/load.js';
import { sumLogProbs } from '../metrics/choice.js';
import { dataFolder, hasData, needsData } from '../testing/reference.js';
import { loadTokenizer } from '../tokenizers/load.js';
import type { Tokenizer } from '../tokenizers/tokenizer.js';
import { type CbtRecord, cbtTasks } from './cbt.js';
import type { ChoiceTask, LoglikelihoodAnswer, RecordBase } from './task.js';

const noHub = () => Promise.reject(new Error('no hub in this test'));

function create(name: string, values: Record<string, string> = {}): ChoiceTask<CbtRow, CbtRecord> {
  const definition = cbtTasks.find((task) => task.name === name)!;
  const defaults = Object.fromEntries(definition.options.map((option) => [option.name, option.default]));
  const task = definition.create({ ...defaults, ...values });
  if (task.kind !== 'choice') throw new Error(`${name} is no choice`);
  return task;
}

function rowWith(query: string, candidates: string[], answer = 0): CbtRow {
  return { sentences: Array(20).fill('It rained .'), query, candidates, answer };
}
const story = Array(20).fill('It rained.').join(' ');

describe('a question becomes one context and an option for each candidate', () => {
  test('the space before the blank belongs to the options, the rest of the sentence too', () => {
    const row = rowWith("So he and the XXXXX did n't go , he said .", ['dog', 'cat']);
    expect(create('cbt-cn').request(row)).toEqual({
      context: `${story} So he and the`,
      options: [" dog didn't go, he said.", " cat didn't go, he said."],
    });
  });

  test('behind an opening quotation mark there is no space', () => {
    const row = rowWith("He said , `` XXXXX is here . ''", ['Tom', 'Ann']);
    expect(create('cbt-ne').request(row)).toEqual({
      context: `${story} He said, "`,
      options: ['Tom is here."', 'Ann is here."'],
    });
    const single = rowWith("` XXXXX is here , ' he said .", ['Tom', 'Ann']);
    expect(create('cbt-ne').request(single).context).toBe(`${story} '`);
  });

  test('a verb may be part of a short form: it joins the word before it, and what follows joins it', () => {
    const row = rowWith("It XXXXX n't far .", ["'s", 'did']);
    expect(create('cbt-v').request(row)).toEqual({
      context: `${story} It`,
      options: ["'sn't far.", " didn't far."],
    });
  });

  test('a blank at the beginning of the query', () => {
    const row = rowWith('XXXXX the wall he slept .', ['Behind', 'On']);
    expect(create('cbt-p').request(row)).toEqual({
      context: story,
      options: [' Behind the wall he slept.', ' On the wall he slept.'],
    });
  });

  test('raw text stays tokenised', () => {
    const row = rowWith("` The XXXXX did n't . '", ['dog', 'cat']);
    expect(create('cbt-cn', { text: 'raw' }).request(row).options[0]).toBe(" dog did n't . '");
  });
});

const excerpt = path.join(dataFolder, 'cbt', 'excerpt');
test.skipIf(!hasData)(
  `in eight published questions, context and option together are the filled text written as a whole${needsData}`,
  async () => {
    let compared = 0;
    for (const kind of cbtKinds) {
      for (const split of cbtSplits) {
        const dataset = cbt(kind, split);
        const [row] = await dataset.read([path.join(excerpt, dataset.files[0] as string)]);
        for (const text of cbtTexts) {
          const { context, options } = create(`cbt-${kind.toLowerCase()}`, { split, text }).request(row!);
          for (const [index, option] of options.entries()) {
            const filled = row!.query.replace(cbtBlank, row!.candidates[index]!);
            expect(context + option).toBe(writeCbt([...row!.sentences, filled].join(' '), text));
            compared++;
          }
        }
      }
    }
    expect(compared).toBe(240);
  },
);

/** Tokens of one character each, with the same log-probability everywhere but for those of the word. */
function answerFor(
  option: string,
  wordLogProb: number,
  restLogProb: number,
  word: string,
): LoglikelihoodAnswer {
  const tokens = Array.from(option, (character) => character.charCodeAt(0));
  const wordEnd = option.indexOf(word) + word.length;
  return {
    tokens,
    logProbs: tokens.map((_, place) => (place < wordEnd ? wordLogProb : restLogProb)),
    argMax: tokens,
    contextTokens: 5,
    truncatedTokens: 0,
    decode: (ids) => String.fromCharCode(...Array.from(ids)),
  };
}

describe('the record', () => {
  const task = create('cbt-cn');
  const row = rowWith('The XXXXX is old .', ['dog', 'cat'], 1);
  const { options } = task.request(row);

  test('sums the log-probabilities of word and rest, and those of the word alone', () => {
    // " dog is old.": 4 characters of the word, 8 of the rest.
    const answers = [answerFor(options[0]!, -1, -0.5, 'dog'), answerFor(options[1]!, -2, -0.125, 'cat')];
    expect(task.record(row, answers)).toEqual({
      target: 'cat',
      predicted: 'dog',
      answer: 1,
      logProbs: [-8, -9],
      wordLogProbs: [-4, -8],
    });
  });

  test('the rest of the sentence can turn the choice', () => {
    const answers = [answerFor(options[0]!, -1, -2, 'dog'), answerFor(options[1]!, -2, -0.5, 'cat')];
    expect(task.record(row, answers)).toMatchObject({ predicted: 'cat', logProbs: [-20, -12] });
  });
});

describe.skipIf(!hasData)(
  `the tokens of a word end where the rest of the sentence begins${needsData}`,
  () => {
    const tokenizers = {} as Record<'gpt1' | 'gpt2', Tokenizer>;
    beforeAll(async () => {
      for (const architecture of ['gpt1', 'gpt2'] as const) {
        const folder = path.join(dataFolder, 'tokenizers', architecture);
        tokenizers[architecture] = await loadTokenizer(folder, { architecture });
      }
    });

    /** Text of the tokens that count as the word: each token has its own power of two as log-probability. */
    function wordOf(architecture: 'gpt1' | 'gpt2', query: string, word: string): string {
      const tokenizer = tokenizers[architecture];
      const task = create('cbt-v');
      const row = rowWith(query, [word, 'other']);
      const { context, options } = task.request(row);
      const shared = tokenizer.encode(context).length;
      const answers = options.map((option): LoglikelihoodAnswer => {
        const tokens = tokenizer.encode(context + option).slice(shared);
        return {
          tokens,
          logProbs: tokens.map((_, place) => -(2 ** -place)),
          argMax: tokens,
          contextTokens: shared,
          truncatedTokens: 0,
          decode: (ids) => tokenizer.decode(ids),
        };
      });
      const { wordLogProbs } = task.record(row, answers);
      const { tokens, logProbs } = answers[0]!;
      let count = 1;
      while (sumLogProbs(logProbs.slice(0, count)) !== wordLogProbs[0]) count++;
      return tokenizer.decode(tokens.slice(0, count));
    }

    test.each([
      ['gpt2', 'one token', 'The man XXXXX home .', 'went', ' went'],
      ['gpt2', 'several', 'The needle XXXXX then .', 'hollenmadchened', ' hollenmadchened'],
      ['gpt2', 'one that it shares with the rest', "They XXXXX n't know .", 'do', ' don'],
      ['gpt2', 'one before the end', 'He said that he XXXXX .', 'knew', ' knew'],
      ['gpt1', 'one token', 'The man XXXXX home .', 'went', 'went'],
      ['gpt1', 'several', 'The needle XXXXX then .', 'hollenmadchened', 'hollenmadchened'],
      ['gpt1', 'one of its own before a negation', "They XXXXX n't know , '' he said .", 'do', 'do'],
      ['gpt1', 'one before the end', "`` No , '' said he , ` I XXXXX it -- once . '", 'knew', 'knew'],
    ] as const)('%s: %s', (architecture, _, query, word, expected) => {
      expect(wordOf(architecture, query, word).trimEnd()).toBe(expected);
    });
  },
);

describe('the metrics', () => {
  const record = (
    logProbs: number[],
    wordLogProbs: number[],
    truncatedTokens = 0,
  ): RecordBase & CbtRecord => ({
    index: 0,
    input: '',
    contextTokens: 1,
    scoredTokens: 1,
    truncatedTokens,
    target: 'a',
    predicted: 'b',
    answer: 1,
    logProbs,
    wordLogProbs,
  });

  test('count the questions whose right word is the most probable one, by sentence and by word, and those that were cut', () => {
    const metrics = create('cbt-cn').metrics([
      record([-3, -2, -4], [-1, -2, -3]),
      record([-3, -2, -4], [-3, -2, -3], 7),
      record([-1, -2, -4], [-3, -2, -3]),
      record([-1, -2, -4], [-3, -2, -1]),
    ]);
    expect(metrics.map(({ id, value, n }) => [id, value, n])).toEqual([
      ['accuracy', 50, 4],
      ['accuracy_word', 50, 4],
      ['truncated', 25, 4],
    ]);
    expect(metrics[0]!.standardError).toBeCloseTo(25, 10);
  });

  test('a draw is not right: a model that gives every word the same probability has no accuracy', () => {
    expect(create('cbt-cn').metrics([record([-2, -2], [-2, -2])])[0]!.value).toBe(0);
  });
});

test('the options choose split and text, and the deviations say so', () => {
  expect(create('cbt-cn').dataset.publishedRows).toBe(2000);
  const test = create('cbt-p', { split: 'test', text: 'raw' });
  expect(test.dataset.publishedRows).toBe(2500);
  expect(test.deviations.join(' ')).toMatch(/tokenised, as published.*used the validation split.*no numbers/);
  expect(create('cbt-cn').deviations.join(' ')).not.toMatch(/used the validation split|no numbers/);
});

test('every question of the samples can be asked', async () => {
  for (const { name } of cbtTasks) {
    const task = create(name);
    const { rows } = await loadDataset(task.dataset, { data: 'sample', fetch: noHub });
    for (const row of rows) {
      const { context, options } = task.request(row);
      expect(context).not.toMatch(/ [,.;:!?]|`|XXXXX|\s$/);
      expect(options.filter((option) => /^ ?\S.*[.!?']$/.test(option))).toHaveLength(10);
    }
  }
});
