import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { UsageError, UserError } from '../errors.js';
import { writeResult } from '../results/results-folder.js';
import { capturedOutput } from '../testing/captured-output.js';
import { exampleResult } from '../testing/example-result.js';
import { makeTemporaryFolder } from '../testing/tiny-model.js';
import type { TableOptions } from './commands/table.js';
import { runTable } from './table.js';

let folder: string;
beforeEach(async () => {
  folder = await makeTemporaryFolder();
  await writeResult(folder, exampleResult());
});
afterEach(() => rm(folder, { recursive: true }));

async function table(changes: Partial<TableOptions>, id: string | undefined = 'gpt2-table3') {
  const { output, written } = capturedOutput();
  const error = await runTable(
    id,
    { results: folder, format: 'terminal', others: false, json: false, ...changes },
    output,
  ).then(
    () => undefined,
    (thrown: unknown) => thrown as UserError,
  );
  return { ...written, error };
}

describe('gpt table --check', () => {
  it.each([
    [
      'table.md',
      'markdown',
      '40.06',
      /table Zero-shot .*, row 117M \(124M\).*, ours, column LAMBADA PPL ↓.*: old 41.06, new 40.06/,
    ],
    [
      'table.csv',
      'csv',
      '40.0625',
      /table gpt2-table3, row 117M, column lambada-ppl, ours: old 41.0625, new 40.0625/,
    ],
    [
      'table.json',
      'json',
      '40.0625',
      /table gpt2-table3, row 117M, column lambada-ppl, ours: old 41.0625, new 40.0625/,
    ],
  ] as const)('of %s finds one digit', async (name, format, number, message) => {
    const file = path.join(folder, '..', `${path.basename(folder)}-${name}`);
    const { out: text } = await table({ format });
    await writeFile(file, text);
    const same = await table({ check: file });
    expect([same.out, same.error]).toEqual(['', undefined]);
    await writeFile(file, text.replace(number, number.replace('40', '41')));
    const other = await table({ check: file });
    await rm(file);
    expect(other.out).toMatch(message);
    expect(other.error).toBeInstanceOf(UserError);
    expect(other.error?.exitCode).toBe(1);
  });

  it('takes the format from --format where the name does not tell', async () => {
    expect((await table({ check: 'table.txt' })).error).toBeInstanceOf(UsageError);
    const missing = await table({ check: path.join(folder, 'table.txt'), format: 'csv' });
    expect(missing.error?.message).toContain('there is no such file');
  });

  it('needs the name of a table', async () => {
    const { output } = capturedOutput();
    const options = {
      results: folder,
      format: 'markdown',
      others: false,
      json: false,
      check: 'x.md',
    } as const;
    await expect(runTable(undefined, options, output)).rejects.toThrow(UsageError);
  });
});
