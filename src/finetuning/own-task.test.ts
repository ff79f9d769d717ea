/** A task that this tool does not have, declared as docs/finetuning.md says, from its file to a measured model. */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { WeightsCheckpoint } from '../checkpoints/checkpoint.js';
import type { Dataset, LoadedDataset } from '../datasets/dataset.js';
import { readText } from '../datasets/formats/text.js';
import { checkText, classOf } from '../datasets/labelled-texts.js';
import { loadDataset } from '../datasets/load.js';
import { DataError } from '../errors.js';
import { type OpenedModel, openModel } from '../runtime/open-model.js';
import { accuracyMetric, sameMetrics } from '../tasks/classification-metrics.js';
import type { ClassifiedRecord, FinetuneTask } from '../tasks/finetune-task.js';
import { isolatedEnvironment } from '../testing/run-gpt.js';
import { makeTemporaryFolder, writeTinyModel } from '../testing/tiny-model.js';
import { openClassifier, readClassifier } from './classifier.js';
import { finetune, prepareExamples } from './finetune.js';
import { measureFurtherSplits } from './further-splits.js';
import { type FinetuneIdentity, finetuneFingerprint } from './identity.js';
import { prepareFinetuneExamples } from './input.js';
import { bestEpoch } from './journal.js';
import { measureExamples } from './measure.js';
import { writeFinetunedModel } from './output.js';
import { buildFinetuneResult } from './result.js';
import { paperSettings } from './settings.js';

/** A dish and how it tastes; `label` is an index into `tastes`. */
interface Dish {
  dish: string;
  label: number;
}

const tastes = ['sweet', 'sour', 'salty'] as const;

/** Reads a menu: `dish` and `taste` of each, an empty line between two. Throws DataError naming file and entry. */
async function readMenu(file: string): Promise<Dish[]> {
  const entries = (await readText(file)).trim().split(/\n\n+/);
  return entries.map((entry, number) => {
    const at = `entry ${number + 1}`;
    const [, dish, taste] = /^dish: (.*)\ntaste: (.*)$/.exec(entry) ?? [];
    if (dish === undefined) {
      throw new DataError({
        file,
        at,
        problem: 'no dish with its taste.',
        expected: 'lines dish: and taste:',
      });
    }
    checkText(dish, 'dish', { file, at });
    return { dish, label: classOf(taste!, { classes: tastes }, { file, at }) };
  });
}

function menu(split: string, publishedRows: number): Dataset<Dish> {
  return {
    ...{ name: `menu, ${split}`, folder: 'menu', files: [`${split}.menu`], sample: `menu-${split}.menu` },
    ...{ publishedRows, source: 'written for this test', licence: 'that of this project' },
    read: ([file]) => readMenu(file!),
  };
}

const metrics = (records: readonly ClassifiedRecord[]) => [accuracyMetric(records)];

const taste: FinetuneTask<Dish> = {
  name: 'taste',
  title: 'how does a dish taste (fine-tuned)',
  paper: { name: 'GPT-1', section: '–', table: 'gpt1-table4' },
  version: 1,
  train: menu('train', 48),
  dev: menu('dev', 12),
  further: [sameMetrics('test', menu('test', 6), metrics)],
  head: 'classification',
  classes: tastes,
  segments: ({ dish }) => [dish],
  label: ({ label }) => label,
  metrics,
  deviations: ['The paper has no such task.'],
};

const words = { sweet: ['honey', 'sugar'], sour: ['lemons', 'vinegar'], salty: ['anchovies', 'capers'] };
const courses = ['Tart', 'Soup', 'Bread', 'Salad', 'Rolls', 'Stew', 'Pie', 'Cake', 'Noodles', 'Rice'];

/** Dishes of some courses, in all tastes; with a second word of each taste as well. */
function menuText(from: number, to: number, bothWords: boolean): string {
  const entries = courses
    .slice(from, to)
    .flatMap((course) =>
      tastes.flatMap((name) =>
        words[name]
          .slice(0, bothWords ? 2 : 1)
          .map((word) => `dish: ${course} with ${word}\ntaste: ${name}\n`),
      ),
    );
  return entries.join('\n');
}

const fetch = () => Promise.reject(new Error('no hub in this test'));
let folder: string;
let model: OpenedModel & { checkpoint: WeightsCheckpoint };
const load = (dataset: Dataset<Dish>): Promise<LoadedDataset<Dish>> =>
  loadDataset(dataset, { dataDir: folder, fetch });
beforeAll(async () => {
  folder = await makeTemporaryFolder();
  await writeTinyModel(path.join(folder, 'model'), { nLayer: 1, nEmbd: 32, nCtx: 64 });
  const opened = await openModel(path.join(folder, 'model'), { env: isolatedEnvironment(folder) });
  model = { ...opened, checkpoint: opened.checkpoint as WeightsCheckpoint };
  await mkdir(path.join(folder, 'menu'));
  await writeFile(path.join(folder, 'menu/train.menu'), menuText(0, 8, true));
  await writeFile(path.join(folder, 'menu/dev.menu'), menuText(8, 10, true));
  await writeFile(path.join(folder, 'menu/test.menu'), menuText(8, 10, false));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('its reader names file and place of what is wrong', async () => {
  const file = path.join(folder, 'bad.menu');
  await writeFile(file, 'dish: Tart\ntaste: sweet\n\ndish: Soup\ntaste: bitter\n');
  await expect(loadDataset(taste.dev, { data: file, fetch })).rejects.toThrow(
    /bad\.menu: entry 2: the label is none of the classes\. Expected 0 \(sweet\).*found "bitter"/,
  );
});

test('a model learns it, further splits are measured, and the folder that is written gives the same answers', async () => {
  const [train, dev, further] = [
    await load(taste.train),
    await load(taste.dev),
    await load(taste.further![0]!.dataset),
  ];
  const about = ({ name, publishedRows }: Dataset<Dish>, { rows, ...data }: LoadedDataset<Dish>) => ({
    ...data,
    ...{ name, rows: rows.length, complete: rows.length === publishedRows },
  });
  const noDropout = { embdDropout: 0, attnDropout: 0, residDropout: 0, clfDropout: 0 };
  const identity: FinetuneIdentity = {
    task: { name: taste.name, title: taste.title, version: taste.version },
    model: model.identity,
    train: about(taste.train, train),
    dev: about(taste.dev, dev),
    settings: { ...paperSettings, ...noDropout, batch: 8, epochs: 30, lr: 3e-3, lmCoef: 0 },
  };
  const fingerprint = finetuneFingerprint(identity);
  const examples = prepareExamples({
    ...{ task: taste, trainRows: train.rows, devRows: dev.rows, identity, tokenizer: model.tokenizer },
  });
  const outcome = await finetune({
    ...{ task: taste, examples, identity, checkpoint: model.checkpoint, resultsFolder: folder },
    ...{ fresh: false, threads: 1, saveSeconds: 600 },
  });
  const circumstances = {
    command: 'a test',
    environment: { gpt: '0', node: '0', onnxruntime: '0', platform: '–', cpu: '–', threads: 1 },
    finishedAt: new Date(0),
  };
  const { metrics: measured, deviations } = buildFinetuneResult(taste, outcome, circumstances);
  const value = (id: string) => measured.find((metric) => metric.id === id)!.value;
  // A third is what a guesser gets; every word of dev stands in the training data.
  expect(value('majority_accuracy')).toBeCloseTo(100 / 3, 10);
  expect(value('accuracy')).toBeGreaterThan(90);
  expect(deviations[0]).toBe('The paper has no such task.');

  const splits = [{ split: taste.further![0]!, rows: further.rows, sha256: further.sha256 }];
  const [onTest] = (await measureFurtherSplits({
    ...{ task: taste, identity, fingerprint, files: outcome.files, splits, tokenizer: model.tokenizer },
    ...{ fresh: false, threads: 1, onBatch: () => true },
  }))!;
  expect(onTest).toMatchObject({ id: 'accuracy_test', n: 6 });

  const output = path.join(folder, 'taste-model');
  await writeFinetunedModel(output, {
    ...{ task: taste, identity, fingerprint, weightsFile: outcome.files.best },
    ...{ tokenizer: model.tokenizerFiles, segments: taste.segments(train.rows[0]!) },
  });
  const again = await openModel(output, { env: isolatedEnvironment(folder) });
  const checkpoint = again.checkpoint as WeightsCheckpoint;
  const classifier = await readClassifier(output, taste, checkpoint);
  const inference = await openClassifier(taste, checkpoint, classifier, { threads: 1, tokenBudget: 512 });
  const prepared = prepareFinetuneExamples(taste, dev.rows, again.tokenizer, classifier.config);
  const records = (await measureExamples(inference, prepared, 8, () => true).finally(() =>
    inference.close(),
  ))!.records;
  const best = bestEpoch(outcome.journal.epochs)!.records;
  expect(records.map(({ predicted }) => predicted)).toEqual(best.map(({ predicted }) => predicted));
}, 60_000);
