import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { WeightsCheckpoint } from '../checkpoints/checkpoint.js';
import { type OpenedModel, openModel } from '../runtime/open-model.js';
import { sameMetrics } from '../tasks/classification-metrics.js';
import { rte } from '../tasks/rte.js';
import { isolatedEnvironment } from '../testing/run-gpt.js';
import { makeTemporaryFolder, writeTinyModel } from '../testing/tiny-model.js';
import { finetune, prepareExamples } from './finetune.js';
import { type FurtherInputs, furtherFile, measureFurtherSplits } from './further-splits.js';
import { type FinetuneIdentity, finetuneFingerprint } from './identity.js';
import { bestEpoch } from './journal.js';
import { paperSettings } from './settings.js';

let folder: string;
let model: OpenedModel;
beforeAll(async () => {
  folder = await makeTemporaryFolder();
  await writeTinyModel(path.join(folder, 'model'), { nLayer: 1, nEmbd: 32, nCtx: 64 });
  model = await openModel(path.join(folder, 'model'), { env: isolatedEnvironment(folder) });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const rows = Array.from({ length: 12 }, (_, number) => ({
  premise: `sentence number ${number * 7}`,
  hypothesis: number % 3 === 0 ? 'yes' : 'no',
  label: Number(number % 3 === 0),
}));

test('further splits are measured with the weights of the best epoch, once, and outlive them', async () => {
  const data = { name: 'pairs', source: 'file', file: 'a', sha256: 'a', rows: 12, complete: false } as const;
  const identity: FinetuneIdentity = {
    task: { name: 'rte', title: rte.title, version: rte.version },
    model: model.identity,
    train: data,
    dev: data,
    settings: { ...paperSettings, batch: 4, lr: 3e-3, epochs: 2, lmCoef: 0 },
  };
  const { tokenizer } = model;
  const checkpoint = model.checkpoint as WeightsCheckpoint;
  const common = { identity, tokenizer, fresh: false, threads: 1, task: rte };
  const { files, journal } = await finetune({
    ...common,
    examples: prepareExamples({ ...common, trainRows: rows, devRows: rows }),
    checkpoint,
    resultsFolder: path.join(folder, 'results'),
    saveSeconds: 600,
  });
  const seen: string[] = [];
  const inputs: FurtherInputs = {
    ...common,
    files,
    fingerprint: finetuneFingerprint(identity),
    // The very examples of dev: their numbers have to be those of the best epoch.
    splits: [
      { split: sameMetrics('test', rte.dev, rte.metrics), rows, sha256: 'b' },
      { split: sameMetrics('half', rte.dev, rte.metrics), rows: rows.slice(0, 6), sha256: 'c' },
    ],
    onBatch: (split, done) => {
      seen.push(...done.map(() => split));
      return true;
    },
  };
  const stopped = await measureFurtherSplits({ ...inputs, onBatch: () => false });
  expect(stopped).toBeUndefined();

  const found = await measureFurtherSplits(inputs);
  const { records } = bestEpoch(journal.epochs)!;
  expect(found!.map(({ id, n }) => [id, n])).toEqual([
    ['accuracy_test', 12],
    ['accuracy_half', 6],
  ]);
  expect(found![0]!.value).toBe(rte.metrics(records)[0]!.value);
  expect(found![1]!.value).toBe(rte.metrics(records.slice(0, 6))[0]!.value);
  expect(seen).toEqual([...Array(12).fill('test'), ...Array(6).fill('half')]);

  expect(existsSync(furtherFile(files))).toBe(true);
  await rm(files.best);
  expect(await measureFurtherSplits(inputs)).toEqual(found);
  expect(seen).toHaveLength(18);
  const [test] = inputs.splits;
  const otherFile = { ...inputs, splits: [{ ...test!, sha256: 'd' }] };
  expect(await measureFurtherSplits(otherFile)).toEqual([]);
  expect(await measureFurtherSplits({ ...inputs, fingerprint: 'of another run' })).toEqual([]);
});
