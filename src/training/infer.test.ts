import { expect, test } from 'vitest';
import type { ClassHead } from '../models/class-heads.js';
import type { ModelConfig } from '../models/config.js';
import { seededNormal } from '../random/random-numbers.js';
import { gpt1Adam } from './adam.js';
import { openInference } from './infer.js';
import { gpt1Schedule } from './schedule.js';
import { openTrainer } from './trainer.js';
import { type ParameterNumbers, trainedShapes } from './training-graph.js';

const config: ModelConfig = {
  architecture: 'gpt1',
  nLayer: 2,
  nHead: 2,
  nEmbd: 16,
  nCtx: 12,
  vocabSize: 40,
  layerNormEpsilon: 1e-5,
};

function startWeights(head: ClassHead): ParameterNumbers {
  const fill = seededNormal(1);
  const weights: ParameterNumbers = new Map();
  for (const [name, shape] of trainedShapes({ config, head })) {
    const numbers = new Float32Array(shape.reduce((product, size) => product * size, 1));
    if (/ln_\d\.weight/.test(name)) numbers.fill(1);
    else fill(numbers, 0.1);
    weights.set(name, numbers);
  }
  return weights;
}

const heads: [ClassHead, sequences: number][] = [
  [{ kind: 'classification', classes: 3 }, 1],
  [{ kind: 'similarity', classes: 2 }, 2],
  [{ kind: 'choice', classes: 4 }, 4],
];

test.each(heads)('a trained model says the same bits as its trainer: %j', async (head, sequences) => {
  const examples = Array.from({ length: 7 }, (_, i) => ({
    sequences: Array.from({ length: sequences }, (_, s) =>
      Array.from({ length: 3 + ((i + s) % 6) }, (_, t) => (7 * i + 5 * s + 3 * t) % 40),
    ),
    target: i % head.classes,
  }));
  const network = { config, head, tokenBudget: 40, threads: 1 };
  const schedule = gpt1Schedule(4, 3e-3);
  const start = startWeights(head);
  const trainer = await openTrainer({
    ...{ ...network, lmCoef: 0.5, seed: 1, optimizer: gpt1Adam, schedule, weights: start },
  });
  const before = await trainer.classify(examples);
  for (let update = 0; update < 3; update++) await trainer.step(examples);
  const wanted = await trainer.classify(examples);
  expect(wanted).not.toEqual(before);
  const weights = await trainer.exportWeights();
  await trainer.close();

  const model = await openInference({ ...network, weights });
  const found = await model.classify(examples).finally(() => model.close());
  expect(found).toEqual(wanted);
});

test('a model that lacks a parameter is not opened', async () => {
  const head: ClassHead = { kind: 'classification', classes: 2 };
  const weights = startWeights(head);
  weights.delete('clf.weight');
  await expect(openInference({ config, head, tokenBudget: 40, weights })).rejects.toThrow(
    'clf.weight: undefined numbers instead of 32',
  );
});

test('examples that do not fit the model are refused', async () => {
  const head: ClassHead = { kind: 'classification', classes: 2 };
  const model = await openInference({
    config,
    head,
    tokenBudget: 40,
    threads: 1,
    weights: startWeights(head),
  });
  const classify = model.classify([{ sequences: [[1, 99]], target: 0 }]);
  await expect(classify.finally(() => model.close())).rejects.toThrow(
    new RangeError('example 0: token 99 is not in the vocabulary of 40'),
  );
});
