import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { UsageError, UserError } from '../errors.js';
import type { PretrainEvent } from '../pretraining/log.js';
import { writeResult } from '../results/results-folder.js';
import { capturedOutput } from '../testing/captured-output.js';
import { exampleResult } from '../testing/example-result.js';
import { makeTemporaryFolder } from '../testing/tiny-model.js';
import type { FigureOptions } from './commands/figure.js';
import { runFigure } from './figure.js';

let folder: string;
beforeEach(async () => {
  folder = await makeTemporaryFolder();
});
afterEach(() => rm(folder, { recursive: true }));

async function figure(id?: string, options: Partial<FigureOptions> = {}, columns?: number) {
  const { output, written } = capturedOutput(columns);
  await runFigure(id, { results: path.join(folder, 'results'), json: false, ...options }, output);
  return written;
}

/** A log of pre-training in the folder that `gpt pretrain` would write. */
async function writeLog(updates: number): Promise<string> {
  const events: PretrainEvent[] = Array.from({ length: updates }, (_, index) => ({
    ...{ kind: 'update', update: index + 1, loss: 9 - (5 * index) / updates },
    ...{ lr: 0.001, gradNorm: 1, tokens: 512, seconds: index },
  }));
  events.push({
    ...{ kind: 'held-out', update: updates, share: 1, seconds: 1 },
    ...{ nllPerToken: 4.5, perTokenPerplexity: 90, perWordPerplexity: 500, tokens: 1000 },
  });
  await mkdir(path.join(folder, 'model', 'training'), { recursive: true });
  const lines = events.map((event) => `${JSON.stringify(event)}\n`);
  await writeFile(path.join(folder, 'model', 'training', 'log.jsonl'), lines.join(''));
  return path.join(folder, 'model');
}

describe('gpt figure', () => {
  it('lists the figures with how many points are ours', async () => {
    const metrics = [{ ...exampleResult().metrics[0]!, id: 'accuracy_partial', value: 58 }];
    await writeResult(path.join(folder, 'results'), exampleResult({ task: { name: 'winograd' }, metrics }));
    const entries: { id: string; ours: number }[] = JSON.parse((await figure(undefined, { json: true })).out);
    expect(Object.fromEntries(entries.map(({ id, ours }) => [id, ours]))).toMatchObject({
      'gpt2-figure1': 0,
      'gpt2-figure3': 1,
    });
    expect((await figure()).out).toContain('gpt2-figure3\n  Winograd schemata by model size\n');
  });

  it('draws in the terminal, no wider than it', async () => {
    const { out } = await figure('gpt2-figure1', {}, 64);
    expect(Math.max(...out.split('\n').map((line) => line.length))).toBeLessThanOrEqual(64);
    expect(out).toContain('GPT-2 (solid: printed, hollow: read by eye)');
  });

  it('writes SVG and PNG by the ending of the name, into a folder that it makes', async () => {
    const svg = path.join(folder, 'new', 'one.svg');
    const { out, err } = await figure('gpt2-figure3', { output: svg });
    expect(out).toBe('');
    expect(err).toBe(`Wrote ${svg}.\n`);
    expect(await readFile(svg, 'utf8')).toMatch(/^<svg [^>]*role="img"/);
    const png = path.join(folder, 'one.PNG');
    await figure('gpt2-figure3', { output: png });
    expect((await readFile(png)).subarray(1, 4).toString()).toBe('PNG');
  });

  it('draws the losses of a pre-training from its folder or its log, many updates as means', async () => {
    const model = await writeLog(900);
    const drawn = JSON.parse((await figure(model, { json: true })).out);
    expect(drawn.title).toBe('Pre-training of model');
    const [training, heldOut] = drawn.panels[0].series;
    expect(training.label).toBe('training, mean of 3 updates');
    expect(training.points).toHaveLength(300);
    expect(training.points[0].x).toBe(2);
    expect(heldOut.points).toEqual([{ x: 900, y: 4.5 }]);
    const log = path.join(model, 'training', 'log.jsonl');
    expect(JSON.parse((await figure(log, { json: true })).out)).toEqual(drawn);
  });

  it('draws the losses and the score of a fine-tuning from its journal', async () => {
    const file = path.join(folder, 'rte--tiny.jsonl');
    const identity = {
      ...{
        task: { name: 'rte' },
        model: { name: 'tiny' },
        dev: { name: 'RTE, dev' },
        settings: { seed: 42 },
      },
    };
    const lines = [
      { training: 1, fingerprint: 'f', identity },
      { update: 1, loss: 1.5, lmLoss: 1, classLoss: 1, gradNorm: 1, lr: 1, tokens: 9, runMs: 1 },
      { epoch: 1, updates: 1, trainLoss: 1.5, devLoss: 0.7, score: 53, devTokens: 9, runMs: 1 },
    ];
    await writeFile(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    const { out } = await figure(file, { json: true });
    const { title, panels } = JSON.parse(out);
    expect(title).toBe('Fine-tuning of tiny on rte, seed 42');
    expect(panels[0].series[0].points).toEqual([{ x: 1, y: 1.5 }]);
    expect(panels[1]).toMatchObject({ title: 'Score', series: [{ points: [{ x: 1, y: 53 }] }] });
  });

  it('refuses other endings, other names and what is no journal of training', async () => {
    await expect(figure('gpt2-figure1', { output: 'x.pdf' })).rejects.toThrow(UsageError);
    await expect(figure(undefined, { output: 'x.svg' })).rejects.toThrow(UsageError);
    await expect(figure('gpt2-figure9')).rejects.toThrow(UsageError);
    await expect(figure(folder)).rejects.toThrow(/no journal of training/);
    const empty = path.join(folder, 'empty.jsonl');
    await writeFile(empty, '');
    await expect(figure(empty)).rejects.toThrow(UserError);
  });
});
