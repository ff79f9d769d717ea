import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { WeightsCheckpoint } from '../checkpoints/checkpoint.js';
import { InterruptedError } from '../errors.js';
import type { FinetuneSettings } from '../results/finetune-settings.js';
import { type OpenedModel, openModel } from '../runtime/open-model.js';
import { rte } from '../tasks/rte.js';
import { isolatedEnvironment } from '../testing/run-gpt.js';
import { makeTemporaryFolder, writeTinyModel } from '../testing/tiny-model.js';
import { examplePreparer, type FinetuneRun, finetune, prepareExamples } from './finetune.js';
import { type FinetuneIdentity, finetuneFingerprint, runFiles } from './identity.js';
import { bestEpoch } from './journal.js';
import type { FinetuneProgress } from './progress.js';
import { paperSettings } from './settings.js';
import { readWeights } from './weights.js';

let folder: string;
let model: OpenedModel;
beforeAll(async () => {
  folder = await makeTemporaryFolder();
  await writeTinyModel(path.join(folder, 'model'), { nLayer: 1, nEmbd: 32, nCtx: 64 });
  model = await openModel(path.join(folder, 'model'), { env: isolatedEnvironment(folder) });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Pairs whose label can be told from the hypothesis. */
const pairs = Array.from({ length: 12 }, (_, number) => ({
  premise: `sentence number ${number * 7}`,
  hypothesis: number % 2 === 0 ? 'yes' : 'no',
  label: number % 2,
}));

const noDropout = { embdDropout: 0, attnDropout: 0, residDropout: 0, clfDropout: 0 };

const sourcesOf = (identity: FinetuneIdentity) => ({
  ...{ task: rte, trainRows: pairs, devRows: pairs, identity, tokenizer: model.tokenizer },
});

function runOf(results: string, changes: Partial<FinetuneSettings>, more: Partial<FinetuneRun> = {}) {
  const data = {
    name: 'pairs',
    source: 'file',
    file: 'pairs.tsv',
    sha256: 'a'.repeat(64),
    rows: 12,
    complete: false,
  } as const;
  const identity: FinetuneIdentity = {
    task: { name: 'rte', title: rte.title, version: rte.version },
    model: model.identity,
    train: data,
    dev: data,
    settings: { ...paperSettings, batch: 4, lr: 3e-3, ...changes },
  };
  const run: FinetuneRun = {
    task: rte,
    examples: prepareExamples(sourcesOf(identity)),
    identity,
    checkpoint: model.checkpoint as WeightsCheckpoint,
    resultsFolder: path.join(folder, results),
    fresh: false,
    threads: 1,
    saveSeconds: 0,
    ...more,
  };
  return run;
}

test('a tiny model learns a handful of pairs: the loss falls and every label is right', async () => {
  const { journal } = await finetune(runOf('learn', { epochs: 20, lmCoef: 0, ...noDropout }));
  const losses = journal.epochs.map(({ line }) => line.trainLoss);
  expect(losses[0]).toBeGreaterThan(0.5); // ln 2 = 0.69 for a classifier that knows nothing
  expect(losses.at(-1)).toBeLessThan(0.1);
  expect(journal.updates).toHaveLength(60);
  expect(journal.updates[0]!.lr).toBe(0); // the release's schedule begins with an update of rate 0
  expect(bestEpoch(journal.epochs)!.line.score).toBe(100);
});

test('with the language-model loss both losses are reported and add up', async () => {
  const { journal } = await finetune(runOf('both', { epochs: 1 }));
  for (const { loss, lmLoss, classLoss } of journal.updates) {
    expect(loss).toBeCloseTo(classLoss! + 0.5 * lmLoss!, 6);
    expect(lmLoss).toBeGreaterThan(3); // ln 260 = 5.56 for a model that knows nothing
  }
});

test('records are in the order of the data and agree with what is measured', async () => {
  const { journal } = await finetune(runOf('records', { epochs: 2 }));
  for (const { line, records } of journal.epochs) {
    expect(records.map(({ index }) => index)).toEqual([...pairs.keys()]);
    const right = records.filter(({ label, predicted }) => label === predicted).length;
    expect(line.score).toBeCloseTo((100 * right) / 12, 10);
    for (const { logits, predicted } of records)
      expect(logits[predicted]).toBe(Math.max(...(logits as number[])));
  }
});

test('the weights of the best epoch are kept with the classifier, the special tokens among them', async () => {
  const { files } = await finetune(runOf('best', { epochs: 1 }));
  const weights = await readWeights(files.best);
  expect(weights.get('wte.weight')).toHaveLength((257 + 3) * 32);
  expect(weights.get('clf.weight')).toHaveLength(32 * 2);
  await expect(stat(files.state)).rejects.toThrow(/ENOENT/); // needed no more
});

describe('a run that was interrupted', () => {
  /** What must not depend on interruptions: everything but times. */
  const timeless = async (file: string) =>
    (await readFile(file, 'utf8')).replaceAll(/"runMs":[\d.e+-]+/g, '');

  test('goes on and ends in the very weights and journal of one that was not, wherever it stopped', async () => {
    const settings = { epochs: 2 };
    const whole = await finetune(runOf('whole', settings));
    let stops = 0;
    for (;;) {
      // An update and a batch that is measured are an event each; 3 of these and one for the start make an epoch's end.
      const allowed = [2, 5, 3, 4][stops % 4]!;
      const controller = new AbortController();
      let events = 0;
      const onProgress = () => {
        if (++events === allowed) controller.abort();
      };
      const attempt = finetune(runOf('parts', settings, { signal: controller.signal, onProgress }));
      const error = await attempt.then(
        () => undefined,
        (caught: unknown) => caught,
      );
      if (error === undefined) break;
      expect(error).toBeInstanceOf(InterruptedError);
      expect(String(error)).toMatch(/Stopped after \d of 6 updates/);
      stops++;
    }
    expect(stops).toBeGreaterThan(2);
    const parts = runFiles(path.join(folder, 'parts'), runOf('parts', settings).identity);
    expect(await timeless(parts.journal)).toBe(await timeless(whole.files.journal));
    expect((await readFile(parts.best)).equals(await readFile(whole.files.best))).toBe(true);
  });

  test('begins again where --fresh asks for it, and where its state is gone', async () => {
    const controller = new AbortController();
    const stopped = finetune(
      runOf(
        'again',
        { epochs: 1 },
        {
          signal: controller.signal,
          onProgress: ({ update }: FinetuneProgress) => update === 2 && controller.abort(),
        },
      ),
    );
    await expect(stopped).rejects.toThrow(/Stopped after 2 of 3 updates/);
    const run = runOf('again', { epochs: 1 });
    await rm(runFiles(run.resultsFolder, run.identity).state);
    expect((await finetune(run)).journal.updates.map(({ update }) => update)).toEqual([1, 2, 3]);
    expect((await finetune(run)).wasComplete).toBe(true);
    expect((await finetune({ ...run, fresh: true })).wasComplete).toBe(false);
  });

  test('does not go on where journal and state do not belong together', async () => {
    const controller = new AbortController();
    const onProgress = ({ update }: FinetuneProgress) => update === 2 && controller.abort();
    const run = runOf('apart', { epochs: 1 });
    await expect(finetune({ ...run, signal: controller.signal, onProgress })).rejects.toThrow(/Stopped/);
    const { journal } = runFiles(run.resultsFolder, run.identity);
    const lines = (await readFile(journal, 'utf8')).split('\n');
    await writeFile(journal, [lines[0], lines[2], ''].join('\n'));
    expect((await finetune(run)).journal.updates.map(({ update }) => update)).toEqual([1, 2, 3]);
  });
});

test('a loss that is no number stops the run and the message says what to try', async () => {
  const run = runOf('diverged', { epochs: 2, lr: 1e38 });
  const attempt = finetune(run);
  await expect(attempt).rejects.toThrow(/Stopped at update \d+ of 6\. Training diverged/);
  await expect(attempt).rejects.toMatchObject({ hint: expect.stringContaining('smaller --lr') });
});

test('fewer examples than a batch cannot make an update, and the message says so', () => {
  expect(() => runOf('few', { limitTrain: 3 })).toThrow(/3 training examples do not fill a batch of 4/);
});

test('runs that differ in their seed share their examples, those with another part of the data do not', () => {
  const prepare = examplePreparer();
  const examples = (changes: Partial<FinetuneSettings>) => prepare(sourcesOf(runOf('any', changes).identity));
  const first = examples({ seed: 1 });
  expect(examples({ seed: 2, lmCoef: 0, transferLayers: 0 })).toBe(first);
  const fewer = examples({ limitTrain: 8 });
  expect([first.train.length, fewer.train.length]).toEqual([12, 8]);
  expect(fewer.train).toEqual(first.train.slice(0, 8));
  expect(examples({ limit: 3 }).dev).toHaveLength(3);
});

test('a seed gives the same run twice, another one another', async () => {
  const losses = async (results: string, seed: number) =>
    (await finetune(runOf(results, { epochs: 1, seed }))).journal.updates.map(({ loss }) => loss);
  const first = await losses('seed-a', 1);
  expect(await losses('seed-b', 1)).toEqual(first);
  expect(await losses('seed-c', 2)).not.toEqual(first);
});

test('the fingerprint tells every setting, the data and the model apart', () => {
  const { identity } = runOf('any', {});
  const { settings, model: opened, dev } = identity;
  const variants: FinetuneIdentity[] = [
    identity,
    ...Object.keys(settings).map((key) => ({ ...identity, settings: { ...settings, [key]: 7 } })),
    { ...identity, dev: { ...dev, sha256: 'b'.repeat(64) } },
    { ...identity, model: { ...opened, sha256: 'b'.repeat(64) } },
  ];
  expect(new Set(variants.map(finetuneFingerprint)).size).toBe(variants.length);
});
