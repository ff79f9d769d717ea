import { cp, mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Section } from '../compare/section.js';
import { UsageError } from '../errors.js';
import { writeResult } from '../results/results-folder.js';
import { capturedOutput } from '../testing/captured-output.js';
import { exampleResult } from '../testing/example-result.js';
import { dataFolder, hasData, needsData } from '../testing/reference.js';
import { isolatedEnvironment } from '../testing/run-gpt.js';
import { makeTemporaryFolder, writeTinyModel } from '../testing/tiny-model.js';
import type { CompareOptions } from './commands/compare.js';
import { runCompare } from './compare.js';

let folder: string;
beforeEach(async () => {
  folder = await makeTemporaryFolder();
});
afterEach(() => rm(folder, { recursive: true }));

async function compare(
  names: string[],
  changes: Partial<CompareOptions> = {},
  env: Record<string, string> = {},
) {
  const { output, written } = capturedOutput();
  const line = { update() {}, note() {}, clear() {} };
  const options = {
    maxTokens: 8,
    seed: 1,
    threads: 1,
    results: folder,
    format: 'json',
    json: false,
  } as const;
  const context = {
    ...{ output, line, signal: new AbortController().signal },
    env: { ...isolatedEnvironment(folder), ...env },
  };
  await runCompare(names, { ...options, ...changes }, context);
  return written;
}

/** The report as data. */
async function report(
  ...args: Parameters<typeof compare>
): Promise<{ sections: Section[]; missing: string[] }> {
  return JSON.parse((await compare(...args)).out);
}

const row = (sections: readonly Section[], id: Section['id'], what: string) =>
  sections.find((section) => section.id === id)?.rows.find((candidate) => candidate.what === what);

describe('gpt compare', () => {
  it('compares GPT-1 and GPT-2 without their files, and says what is not here', async () => {
    const largest = (await report([])).sections;
    expect(row(largest, 'architecture', 'parameters')?.values[2]).toBe('1,557,611,200');
    expect(row(largest, 'results', 'lambada: perplexity')?.values).toEqual([
      null,
      'paper 35.13',
      'paper 8.63',
    ]);
    expect(row(largest, 'results', 'mnli: accuracy_matched')?.values).toEqual(['paper 82.1', null, null]);
    expect(row(largest, 'results', 'sst2-zero: normalised')).toBeUndefined();
    const { sections, missing } = await report(['gpt1', 'gpt2']);
    expect(row(sections, 'architecture', 'inner width')?.values).toEqual(['3,072', '3,072']);
    expect(row(sections, 'pre-training', 'fine-tuning')?.values).toEqual([
      expect.stringContaining('λ 0.5'),
      expect.stringContaining('"gpt finetune --model gpt2"'),
    ]);
    expect(row(sections, 'architecture', 'parameters')?.values).toEqual(['116,534,784', '124,439,808']);
    expect(row(sections, 'architecture', 'layer norm')?.values).toEqual([
      expect.stringContaining('post-norm'),
      expect.stringContaining('pre-norm'),
    ]);
    expect(row(sections, 'pre-training', 'training text')?.values).toEqual([
      expect.stringContaining('BooksCorpus'),
      expect.stringContaining('WebText'),
    ]);
    expect(missing).toEqual([
      'The tokenizer of gpt1 is not on this machine: "gpt download gpt1" fetches it with the weights.',
      'The tokenizer of gpt2 is not on this machine: "gpt download gpt2" fetches it with the weights.',
    ]);
  });

  it('gives every claim a source', async () => {
    const { sections } = await report(['tiny', 'gpt1', 'gpt2-xl'], { prompt: 'It was' });
    const claims = sections.flatMap(({ rows }) => rows);
    expect(claims.length).toBeGreaterThan(20);
    for (const { values, sources } of claims) {
      values.forEach((value, place) => {
        expect(sources[place] === null).toBe(value === null);
      });
    }
  });

  it('cuts the text with the tokenizers that are here, and lets those models write that are', async () => {
    await writeTinyModel(path.join(folder, 'bytes'));
    const args = [['tiny', path.join(folder, 'bytes')], { text: 'Oh no', prompt: 'Once' }] as const;
    const { sections, missing } = await report([...args[0]], args[1]);
    expect(row(sections, 'tokenizer', 'tokens')?.values).toEqual([expect.any(String), '5']);
    expect(row(sections, 'tokenizer', 'pieces')?.values[1]).toBe('O h · n o');
    const written = row(sections, 'text', 'text')!;
    expect(written.values.every((text) => text !== null && text.length > 0)).toBe(true);
    expect(row((await report([...args[0]], args[1])).sections, 'text', 'text')).toEqual(written);
    expect(missing).toEqual([]);
  });

  it.skipIf(!hasData)(`shows what GPT-1's tokenizer loses${needsData}`, async () => {
    const { sections } = await report(
      ['gpt1', 'gpt2'],
      { text: "Zoë doesn't" },
      { GPT_DATA_DIR: dataFolder },
    );
    expect(row(sections, 'tokenizer', 'decoded again')?.values).toEqual(['"zoë does n\'t"', 'the same text']);
  });

  it('sets results of the same task side by side, published ones and ours', async () => {
    await writeResult(folder, exampleResult());
    await writeResult(folder, exampleResult({ model: { name: 'tiny' } }));
    const { sections } = await report(['tiny', 'gpt2']);
    const shared = row(sections, 'results', 'lambada: accuracy_stop_word_filter')!;
    expect(shared.values).toEqual(['ours 42.00 % ± 0.69', 'paper 45.99\nours 42.00 % ± 0.69']);
    expect(shared.sources).toEqual([
      'results/lambada--tiny.json',
      'experiments/gpt2-table3.json; results/lambada--gpt2.json',
    ]);
    expect(row(sections, 'results', 'wikitext103: perplexity')?.values).toEqual([null, 'paper 37.50']);
  });

  it('reads what a model’s own card says', async () => {
    const copy = path.join(folder, 'mine');
    await mkdir(copy);
    await cp(fileURLToPath(new URL('../../models/tiny/', import.meta.url)), copy, { recursive: true });
    const { sections } = await report([copy, 'gpt2']);
    expect(row(sections, 'pre-training', 'training text')).toMatchObject({
      values: [expect.stringContaining('public-domain books'), expect.any(String)],
      sources: ['mine/README.md', 'GPT-2 paper §2.1'],
    });
  });

  it('prints tables for the terminal and Markdown, with their sources below', async () => {
    expect((await compare([], { format: 'terminal' })).out).toContain('[1] GPT-1 paper §4.1');
    const { out } = await compare([], { format: 'markdown' });
    expect(out).toContain('|  | gpt1 | gpt2 | gpt2-xl | source |');
    expect(out).toContain('| layers | 12 | 12 | 48 | [1] [2] |');
  });

  it('needs two models that exist', async () => {
    await expect(compare(['gpt2'])).rejects.toThrow(UsageError);
    await expect(compare(['gpt2', 'gpt3-nano'])).rejects.toThrow(UsageError);
  });
});
