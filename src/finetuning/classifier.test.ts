import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { WeightsCheckpoint } from '../checkpoints/checkpoint.js';
import { DataError } from '../errors.js';
import { type OpenedModel, openModel } from '../runtime/open-model.js';
import { cola } from '../tasks/cola.js';
import type { AnyFinetuneTask, Segment } from '../tasks/finetune-task.js';
import { race } from '../tasks/race.js';
import { rte } from '../tasks/rte.js';
import { isolatedEnvironment } from '../testing/run-gpt.js';
import { makeTemporaryFolder, writeTinyModel } from '../testing/tiny-model.js';
import { initialHead } from '../training/trainer.js';
import { trainedShapes } from '../training/training-graph.js';
import { type Classifier, readClassifier } from './classifier.js';
import { headOf } from './finetune.js';
import type { FinetuneIdentity } from './identity.js';
import { writeFinetunedModel } from './output.js';
import { paperSettings } from './settings.js';
import { enlarge, enlargedConfig, readParameters, writeWeights } from './weights.js';

let folder: string;
let model: OpenedModel;
beforeAll(async () => {
  folder = await makeTemporaryFolder();
  await writeTinyModel(path.join(folder, 'model'), { nLayer: 1, nEmbd: 16, nHead: 2, nCtx: 64 });
  model = await openModel(path.join(folder, 'model'), { env: isolatedEnvironment(folder) });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** The texts of a row of each kind of task. */
const texts: [AnyFinetuneTask, Segment[], object][] = [
  [cola, ['It rained.'], { truncation: 'text', sequence_tokens: 64, segment_tokens: 62 }],
  [rte, ['It rained.', 'It was wet.'], { truncation: 'segments', sequence_tokens: 64, segment_tokens: 30 }],
  [
    race,
    [{ cuttable: 'Tom fed the goat.', after: ' Who was fed?' }, 'a', 'b', 'c', 'd'],
    { truncation: 'context', sequence_tokens: 64, segment_tokens: 30 },
  ],
];

/** A folder as `gpt finetune --output` writes it, of a model that was not trained. */
async function write(task: AnyFinetuneTask, segments: readonly Segment[]): Promise<string> {
  const { config } = model.checkpoint as WeightsCheckpoint;
  const start = enlarge(await readParameters(model.checkpoint as WeightsCheckpoint), config, 1);
  const weights = new Map([...start, ...initialHead(headOf(task), config.nEmbd, 2)]);
  const weightsFile = path.join(folder, `${task.name}.safetensors`);
  const shapes = trainedShapes({ config: enlargedConfig(config), head: headOf(task) });
  await writeWeights(weightsFile, shapes, weights);
  const data = { name: '–', source: 'file', file: '–', sha256: '–', rows: 1, complete: false } as const;
  const { name, title, version } = task;
  const identity: FinetuneIdentity = {
    ...{ task: { name, title, version }, model: model.identity, train: data, dev: data },
    settings: paperSettings,
  };
  const output = path.join(folder, `${task.name}-model`);
  const tokenizer = model.tokenizerFiles;
  await writeFinetunedModel(output, { task, identity, fingerprint: 'f', weightsFile, tokenizer, segments });
  return output;
}

async function read(output: string, task: AnyFinetuneTask): Promise<Classifier> {
  const opened = await openModel(output, { env: isolatedEnvironment(folder) });
  return readClassifier(output, task, opened.checkpoint as WeightsCheckpoint);
}

/** Changes what classifier.json says. */
async function describeOtherwise(output: string, changes: object): Promise<void> {
  const file = path.join(output, 'classifier.json');
  const about = JSON.parse(await readFile(file, 'utf8')) as object;
  await writeFile(file, JSON.stringify({ ...about, ...changes }));
}

const byName = texts.map(([task, segments, wanted]) => [task.name, task, segments, wanted] as const);
test.each(byName)(
  'classifier.json of %s says how texts were cut, and texts are checked against it',
  async (_, task, segments, wanted) => {
    const output = await write(task, segments);
    expect(JSON.parse(await readFile(path.join(output, 'classifier.json'), 'utf8'))).toMatchObject(wanted);
    const classifier = await read(output, task);
    classifier.checkTruncation(segments);
    const [, others] = texts.find(([other]) => other !== task)!;
    expect(() => classifier.checkTruncation(others)).toThrow(DataError);
    expect(() => classifier.checkTruncation(others)).toThrow(
      /classifier\.json: truncation: .*Expected "\w+", found "\w+"/,
    );
  },
);

test('a model that kept more of a text than this version would is refused; a folder that does not say it is not', async () => {
  const [, segments] = texts[1]!;
  const output = await write(rte, segments);
  await describeOtherwise(output, { segment_tokens: 40 });
  const longer = await read(output, rte);
  expect(() => longer.checkTruncation(segments)).toThrow(/segment_tokens: .*Expected 30, found 40/);
  await describeOtherwise(output, { truncation: undefined });
  (await read(output, rte)).checkTruncation(segments);
});

test('a folder without a classifier, and one of another task, are told apart', async () => {
  const [, segments] = texts[1]!;
  await expect(read(path.join(folder, 'model'), rte)).rejects.toThrow(/There is no classifier in .*model/);
  await expect(read(await write(rte, segments), cola)).rejects.toThrow(/was fine-tuned on rte, not on cola/);
});
