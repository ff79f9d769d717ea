import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { registeredModels } from '../models/config.js';
import { makeTemporaryFolder } from '../testing/tiny-model.js';
import { compareFacts, readFacts } from './facts.js';
import type { ComparedModel } from './model.js';

describe('the facts in experiments/facts/', () => {
  it('speak of every published model, each with a source in its paper', async () => {
    for (const { name, config } of registeredModels) {
      const facts = await readFacts(name);
      expect(facts.length).toBeGreaterThan(5);
      const paper = config.architecture === 'gpt1' ? 'GPT-1 paper' : 'GPT-2 paper';
      for (const { what, source } of facts) expect(source, what).toContain(paper);
    }
  });

  it('answer the same questions for both papers', async () => {
    const [first, second] = await Promise.all(['gpt1', 'gpt2'].map((name) => readFacts(name)));
    expect(first!.map(({ what }) => what)).toEqual(second!.map(({ what }) => what));
  });
});

describe('readFacts', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await makeTemporaryFolder();
  });
  afterEach(() => rm(folder, { recursive: true }));
  const write = (value: object) => writeFile(path.join(folder, 'x.json'), JSON.stringify(value));
  const fact = { what: 'training text', value: 'books', source: 'somewhere' };

  it('names file and key of a statement without a source', async () => {
    await write({ id: 'x', models: ['gpt1'], paper: 'p', facts: [{ ...fact, source: '' }] });
    await expect(readFacts('gpt1', folder)).rejects.toThrow(
      /x\.json: facts\[0\]\.source: the facts are malformed/,
    );
  });

  it('refuses a model that does not exist', async () => {
    await write({ id: 'x', models: ['gpt9'], paper: 'p', facts: [fact] });
    await expect(readFacts('gpt1', folder)).rejects.toThrow(
      /models: gpt9 is not the name of a registered model/,
    );
  });

  it('says of a folder without a card that nothing is known', async () => {
    const model = { name: 'local/x', folder, missing: [] } as unknown as ComparedModel;
    expect(await compareFacts([model])).toMatchObject({
      rows: [],
      notes: ['Nothing is known here of how local/x was trained.'],
    });
  });
});
