import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeTemporaryFolder } from '../testing/tiny-model.js';
import { readHyperParameters, settingsFor } from './hparams.js';
import { paperSettings } from './settings.js';

let folder: string;
beforeAll(async () => {
  folder = await makeTemporaryFolder();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function read(content: unknown) {
  const file = path.join(folder, 'hparams.json');
  await writeFile(file, JSON.stringify(content));
  return readHyperParameters(file, ['rte', 'mnli']);
}

test('a flag comes before the file’s line for the task, that before its line for all, and the paper last', async () => {
  const file = await read({
    lr: 1e-4,
    epochs: 5,
    warmup: 0.1,
    tasks: { rte: { epochs: 10, 'limit-train': null } },
  });
  const given = { warmup: 0.2 };
  expect(settingsFor('rte', given, file)).toEqual({ ...paperSettings, lr: 1e-4, epochs: 10, warmup: 0.2 });
  expect(settingsFor('mnli', given, file)).toEqual({ ...paperSettings, lr: 1e-4, epochs: 5, warmup: 0.2 });
});

test.each([
  [{ epoch: 3 }, /hparams\.json: epoch: there is no setting "epoch"/],
  [{ tasks: { rte: { lmCoef: 1 } } }, /hparams\.json: tasks\.rte\.lmCoef: there is no setting/],
  [{ tasks: { rt: {} } }, /tasks\.rt: there is no task "rt"/],
  [{ tasks: { rte: 3 } }, /tasks\.rte: it must be an object/],
  [{ tasks: 3 }, /tasks: it must have an object/],
  [{ epochs: 1.5 }, /epochs: .*Expected a whole number from 1, found 1\.5/],
  [{ 'clf-dropout': 1 }, /clf-dropout: .*Expected a number from 0 to 0\.99, found 1/],
  [{ lr: '1e-4' }, /lr: .*found "1e-4"/],
  [{ epochs: null }, /epochs: .*found null/],
])('%j is refused with file and key', async (content, message) => {
  await expect(read(content)).rejects.toThrow(message);
});

test('a misspelt name comes with a suggestion, a missing file with an example', async () => {
  await expect(read({ epoch: 3 })).rejects.toMatchObject({ problem: { hint: 'Did you mean epochs?' } });
  await expect(readHyperParameters(path.join(folder, 'none.json'), [])).rejects.toThrow(
    /there is no such file/,
  );
});
