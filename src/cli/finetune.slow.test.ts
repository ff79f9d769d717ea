import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Result } from '../results/result.js';
import { isolatedEnvironment, runGpt } from '../testing/run-gpt.js';
import { makeTemporaryFolder, writeTinyModel } from '../testing/tiny-model.js';

const sample = fileURLToPath(new URL('../../samples/rte-dev.tsv', import.meta.url));
let folder: string;
let options: { cwd: string; env: Record<string, string> };
beforeAll(async () => {
  folder = await makeTemporaryFolder();
  options = { cwd: folder, env: isolatedEnvironment(folder) };
  await writeTinyModel(path.join(folder, 'model'));
  await writeTinyModel(path.join(folder, 'lstm'), { architecture: 'lstm', nLayer: 1, nHead: 0, units: 32 });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Eight updates and two measurements; a state after each. */
const args = (results: string, ...more: string[]) => [
  ...['finetune', 'rte', '--model', 'model', '--data', 'sample', '--limit-train', '64', '--limit', '16'],
  ...['--batch', '16', '--epochs', '2', '--save-every', '0', '--threads', '1', '--results', results, ...more],
];

describe('gpt finetune', () => {
  test('the result holds the whole configuration, and is named after what differs from the paper', async () => {
    const run = await runGpt(args('named', '--lr', '1e-3', '--samples', 'samples.jsonl', '--json'), options);
    expect(run.code).toBe(0);
    const { model, finetuning, metrics, deviations, data } = JSON.parse(run.stdout) as Result;
    expect(finetuning?.settings).toMatchObject({ lr: 1e-3, epochs: 2, batch: 16, lmCoef: 0.5, seed: 42 });
    expect(finetuning?.train).toMatchObject({ source: 'sample', rows: 120 });
    expect(data).toMatchObject({ source: 'sample', rows: 32, complete: false });
    expect(finetuning?.epochs).toHaveLength(2);
    expect(metrics.map(({ id }) => id)).toEqual(['accuracy', 'majority_accuracy']);
    expect(deviations[0]).toContain('dev; paper: test');
    const name = model.name.replace(/[^\w.-]+/g, '-');
    expect(await readdir(path.join(folder, 'named'))).toContain(
      `rte--${name}--sample--epochs-2--batch-16--lr-0.001--limit-train-64--limit-16.json`,
    );
    const lines = (await readFile(path.join(folder, 'samples.jsonl'), 'utf8')).trim().split('\n');
    const right = lines.map((line) => JSON.parse(line)).filter(({ label, predicted }) => label === predicted);
    expect(metrics[0]!.value).toBeCloseTo((100 * right.length) / 16, 10);
  }, 60_000);

  test('a model that --output wrote is measured again, refuses a test file without labels and answers it', async () => {
    const one = ['--limit-train', '32', '--epochs', '1', '--batch', '16', '--threads', '1', '--limit', '8'];
    const start = ['--data', 'sample', '--results', 'again'];
    const trained = await runGpt(
      [
        'finetune',
        'rte',
        '--model',
        'model',
        ...start,
        ...one,
        '--output',
        'again-model',
        '--samples',
        'a.jsonl',
      ],
      options,
    );
    expect(trained.code).toBe(0);
    const evaluate = (...more: string[]) =>
      runGpt(['eval', 'rte', '--model', 'again-model', '--threads', '1', '--json', ...more], options);
    const measured = await evaluate(...start, '--limit', '8', '--samples', 'b.jsonl');
    expect(measured.stderr).not.toContain('error');
    const read = async (name: string) =>
      (await readFile(path.join(folder, name), 'utf8'))
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line));
    const [before, after] = [await read('a.jsonl'), await read('b.jsonl')];
    expect(after.map(({ input, label }) => [input, label])).toEqual(
      before.map(({ input, label }) => [input, label]),
    );
    for (const [place, { logits }] of after.entries()) {
      expect(Math.abs(logits[0] - before[place].logits[0])).toBeLessThan(1e-5);
    }
    const other = JSON.parse((await evaluate('--data', sample, '--results', 'again')).stdout) as Result;
    expect(other.data).toMatchObject({ source: 'file', rows: 32 });
    expect(other.metrics.map(({ id }) => id)).toEqual(['accuracy']);

    const hidden = path.join(folder, 'test.tsv');
    await writeFile(
      hidden,
      'index\tsentence1\tsentence2\n7\tIt rained all day.\tIt was wet.\n9\t\tIt was dry.\n',
    );
    const refused = await evaluate('--data', hidden, '--results', 'again');
    expect(refused.stderr).toMatch(
      /test\.tsv: line 1: the column label is missing, as in test files.*--predict/s,
    );
    expect(refused.code).toBe(1);
    const untrained = ['--dev-data', hidden, '--results', 'again'];
    const notMeasured = await runGpt(
      ['finetune', 'rte', '--model', 'model', '--data', 'sample', ...untrained],
      options,
    );
    expect(notMeasured.stderr).toMatch(/the column label is missing, as in test files.*--predict/s);
    expect(notMeasured.code).toBe(1);
    const answered = await evaluate('--data', hidden, '--predict', 'RTE.tsv');
    expect(answered.code).toBe(0);
    expect(JSON.parse(answered.stdout)).toMatchObject({ member: 'RTE.tsv', predictions: 2 });
    // An empty premise is an answer too: the server counts the lines.
    expect(await readFile(path.join(folder, 'RTE.tsv'), 'utf8')).toMatch(
      /^index\tprediction\n7\t(not_)?entailment\n9\t(not_)?entailment\n$/,
    );
  }, 180_000);

  test.each([
    [['finetune', 'rt'], 2, /There is no task "rt"\. Did you mean rte\?/],
    [['finetune', 'lambada'], 2, /"lambada" is no task of gpt finetune.*gpt eval lambada/s],
    [['eval', 'rte'], 2, /rte needs a model that was fine-tuned on it.*gpt finetune rte --output/s],
    [['eval', 'rte', 'lambada'], 2, /A fine-tuned model is measured on rte alone/],
    [['eval', 'rte', '--model', 'model', '--data', 'sample'], 1, /There is no classifier in/],
    [['finetune', 'rte', '--seeds', '3..1'], 2, /for example 1,2,3 or 1\.\.3/],
    [['finetune', 'rte', '--seeds', '1,2', '--runs', '2'], 2, /--seeds names all seeds/],
    [['finetune', 'rte', '--from-scratch', '--transfer-layers', '2'], 2, /--from-scratch takes over nothing/],
    [['finetune', 'rte', '--lstm-model', 'x'], 2, /--lstm-model is for gpt1-ablations/],
    [
      ['finetune', 'rte', '--model', 'lstm', '--data', 'sample', '--attn-dropout', '0'],
      2,
      /--attn-dropout: lstm is an LSTM, which has no attention/,
    ],
    [['finetune', 'rte', '--hparams', 'none.json'], 1, /--hparams none\.json: there is no such file/],
    [
      ['finetune', 'rte', '--model', 'model', '--data', 'sample', '--transfer-layers', '0..9'],
      2,
      /only 2 layers/,
    ],
    [['finetune', 'rte', '--lr', 'fast'], 2, /It must be a number from 0 to 1/],
    [['finetune', 'rte', '--clf-dropout', '1'], 2, /from 0 to 0\.99/],
    [['finetune', 'rte', '--epochs', '1.5'], 2, /a whole number of at least 1/],
    [['finetune', 'rte', '--runs', '2', '--output', 'x'], 2, /--output takes what one run gives/],
    [
      ['finetune', 'rte', '--model', 'model', '--data', 'sample', '--results', 'model/config.json'],
      1,
      /Cannot use model\/config\.json: a file is in the way/,
    ],
    [['finetune', 'rte', '--model', 'model', '--data', sample], 1, /measured on what it is trained on/],
    [['finetune', 'rte', '--model', 'model', '--data', 'missing'], 1, /missing does not exist/],
    [['finetune', 'rte', '--model', 'model', '--data', 'sample', '--output', 'model'], 1, /another model/],
  ])('%j exits %i with what is wrong', async (command, code, message) => {
    const run = await runGpt(command, options);
    expect(run.stderr).toMatch(message);
    expect(run.code).toBe(code);
  });
});
