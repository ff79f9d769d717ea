import { describe, expect, test } from 'vitest';
import { checkExamples, planPasses, type TrainingExample } from './batch.js';
import type { Objective } from './training-graph.js';

const objective: Objective = {
  config: {
    architecture: 'gpt1',
    nLayer: 1,
    nHead: 1,
    nEmbd: 4,
    nCtx: 6,
    vocabSize: 10,
    layerNormEpsilon: 1e-5,
  },
  head: { kind: 'classification', classes: 2 },
  lmCoef: 0.5,
};
const example = (ids: number[], target: TrainingExample['target'] = 0): TrainingExample => ({
  sequences: [ids],
  target,
});

describe('what does not fit the model is refused with the number of the example', () => {
  test.each<[string, TrainingExample, string]>([
    ['too long', example([1, 2, 3, 4, 5, 6, 7]), 'a sequence of 7 tokens does not fit the context of 6'],
    ['too short', example([1]), 'a sequence of 1 tokens has nothing to predict'],
    ['an unknown token', example([1, 10]), 'token 10 is not in the vocabulary of 10'],
    ['an unknown class', example([1, 2], 2), 'class 2 is none of 0 to 1'],
    ['half a class', example([1, 2], 0.5), 'class 0.5 is none of 0 to 1'],
    ['a soft label of another length', example([1, 2], [1]), 'its label [1] is not 2 probabilities'],
    [
      'two sequences',
      {
        sequences: [
          [1, 2],
          [3, 4],
        ],
        target: 0,
      },
      '2 sequences instead of 1',
    ],
  ])('%s', (_name, wrong, message) => {
    expect(() => checkExamples([example([1, 2]), wrong], objective)).toThrow(
      new RangeError(`example 1: ${message}`),
    );
  });
});

test('a batch is cut by length, longest first, and padded positions count', () => {
  const batch = [example([1, 2]), example([1, 2, 3, 4, 5]), example([1, 2, 3]), example([1, 2, 3, 4])];
  const passes = planPasses(batch, 10, objective.head);
  expect(passes.map(({ members, shape }) => [members, shape])).toEqual([
    [
      [1, 3],
      [2, 5],
    ],
    [
      [2, 0],
      [2, 3],
    ],
  ]);
  expect(Array.from(passes[1]!.ids, Number)).toEqual([1, 2, 3, 1, 2, 0]);
});

test('rows, targets and weights are those of the real tokens, whatever the cut', () => {
  const batch = [example([1, 2, 3], 1), example([4, 5], [0.25, 0.75])];
  for (const budget of [100, 3]) {
    const passes = planPasses(batch, budget, objective.head);
    expect(passes).toHaveLength(budget === 100 ? 1 : 2);
    expect(passes.flatMap(({ lmTargets }) => Array.from(lmTargets, Number))).toEqual([2, 3, 5]);
    expect(passes.flatMap(({ lmWeights }) => [...lmWeights])).toEqual([0.25, 0.25, 0.5]);
    expect(passes.flatMap(({ classTargets }) => [...classTargets])).toEqual([0, 0.5, 0.125, 0.375]);
  }
  const [pass] = planPasses(batch, 100, objective.head);
  expect(Array.from(pass!.lmRows, Number)).toEqual([0, 1, 3]);
  expect(Array.from(pass!.classRows, Number)).toEqual([2, 4]);
});

test('an example that is longer than the budget is a pass of its own, undivided', () => {
  const choice: TrainingExample = {
    sequences: [
      [1, 2],
      [3, 4],
      [5, 6],
    ],
    target: 0,
  };
  const passes = planPasses([choice, choice], 4, { kind: 'choice', classes: 3 });
  expect(passes.map(({ members, shape }) => [members, shape])).toEqual([
    [[0], [3, 2]],
    [[1], [3, 2]],
  ]);
});
