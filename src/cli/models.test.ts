import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { listCachedModels } from '../hub/cached-models.js';
import { registeredModels } from '../models/config.js';
import { capturedOutput } from '../testing/captured-output.js';
import { makeTemporaryFolder, writeTinyModel } from '../testing/tiny-model.js';
import { runModels } from './models.js';

const isCached = async ({ name }: { name: string }) => name === 'gpt2-medium';

describe('gpt models', () => {
  it('has one line per model, with its numbers and whether it is here', async () => {
    const { output, written } = capturedOutput();
    await runModels({ json: false }, output, isCached);
    const lines = written.out.split('\n').map((line) => line.split('│').map((cell) => cell.trim()));
    const lineOf = (name: string) => lines.find((cells) => cells[1] === name)?.slice(1, -1);
    expect(lineOf('gpt1')).toEqual([
      'gpt1',
      'GPT-1',
      '12',
      '768',
      '12',
      '512',
      '116,534,784',
      '479 MB',
      'no',
    ]);
    expect(lineOf('gpt2-medium')).toEqual([
      'gpt2-medium',
      'GPT-2 345M',
      '24',
      '1024',
      '16',
      '1024',
      '354,823,168',
      '1.52 GB',
      'yes',
    ]);
    for (const { name } of registeredModels) expect(lineOf(name)).toBeDefined();
    expect(lineOf('tiny')).toEqual(['tiny', '–', '6', '256', '4', '512', '6,918,144', '–', 'yes']);
  });

  it('has what else of the hub is here and can be run', async () => {
    const cache = await makeTemporaryFolder();
    try {
      for (const [repo, kind] of [
        ['someone/small', 'gpt'],
        ['someone/other', 'bert'],
        ['openai-community/gpt2', 'gpt'],
      ] as const) {
        const folder = path.join(cache, `models--${repo.replace('/', '--')}`);
        const snapshot = path.join(folder, 'snapshots', 'c'.repeat(40));
        await mkdir(path.join(folder, 'refs'), { recursive: true });
        await writeFile(path.join(folder, 'refs', 'main'), 'c'.repeat(40));
        if (kind === 'gpt') await writeTinyModel(snapshot);
        else {
          await mkdir(snapshot, { recursive: true });
          await writeFile(path.join(snapshot, 'config.json'), '{"model_type": "bert"}');
        }
      }
      const { output, written } = capturedOutput();
      await runModels({ json: true }, output, isCached, await listCachedModels({ HF_HUB_CACHE: cache }));
      const names = (JSON.parse(written.out) as { name: string }[]).map(({ name }) => name);
      expect(names.filter((name) => name.includes('/'))).toEqual(['someone/small']);
    } finally {
      await rm(cache, { recursive: true });
    }
    expect(await listCachedModels({ HF_HUB_CACHE: path.join(cache, 'nowhere') })).toEqual([]);
  });

  it('gives the same as JSON', async () => {
    const { output, written } = capturedOutput();
    await runModels({ json: true }, output, isCached);
    const listed = JSON.parse(written.out) as { name: string; packaged?: boolean; parameters: number }[];
    expect(listed.filter(({ packaged }) => packaged !== true)).toEqual(
      registeredModels.map((model) => ({ ...model, downloaded: model.name === 'gpt2-medium' })),
    );
    expect(listed.find(({ name }) => name === 'tiny')).toMatchObject({
      packaged: true,
      parameters: 6_918_144,
    });
  });

  it('fits a terminal of 80 characters', async () => {
    const { output, written } = capturedOutput(80);
    await runModels({ json: false }, output, isCached);
    expect(Math.max(...written.out.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(written.out).toContain('here');
  });
});
