import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DataError } from '../errors.js';
import { rowFiles } from '../testing/row-forms.js';
import type { AnyFinetuneTask } from './finetune-task.js';
import { finetuneTasks } from './index.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'gpt-unlabelled-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** The columns of GLUE's test files, as its archives have them. */
const headers: Record<string, string> = {
  cola: 'index\tsentence',
  sst2: 'index\tsentence',
  mrpc: 'index\t#1 ID\t#2 ID\t#1 String\t#2 String',
  'sts-b': 'index\tgenre\tfilename\tyear\told_index\tsource1\tsource2\tsentence1\tsentence2',
  qqp: 'id\tquestion1\tquestion2',
  mnli: 'index\tpromptID\tpairID\tgenre\tsentence1_binary_parse\tsentence2_binary_parse\tsentence1_parse\tsentence2_parse\tsentence1\tsentence2',
  qnli: 'index\tquestion\tsentence',
  rte: 'index\tsentence1\tsentence2',
  wnli: 'index\tsentence1\tsentence2',
};
const find = (name: string): AnyFinetuneTask => finetuneTasks.find((task) => task.name === name)!;
const segmentsOf = (task: AnyFinetuneTask, rows: readonly { row: object }[]) =>
  rows.map(({ row }) => task.segments(row));

test.each(Object.entries(headers))('the test file of %s gives ids and texts', async (name, header) => {
  const task = find(name);
  const columns = header.split('\t');
  const line = (id: string) => columns.map((column, place) => (place === 0 ? id : `${column} of ${id}`));
  const file = path.join(folder, `${name}.tsv`);
  await writeFile(file, [header, ...['0', '1', '7'].map((id) => line(id).join('\t'))].join('\r\n'));
  const rows = await task.submission!.read(file);
  expect(rows.map(({ id }) => id)).toEqual(['0', '1', '7']);
  const texts = columns.slice(task.head === 'classification' && columns.length === 2 ? -1 : -2);
  expect(segmentsOf(task, rows)[2]).toEqual(texts.map((column) => `${column} of 7`));
});

test.each([
  ['mnli', ['premise', 'hypothesis']],
  ['mrpc', ['sentence1', 'sentence2']],
  ['qqp', ['question1', 'question2']],
])(
  'the hub’s rows of %s, where labels are -1, are read from any form by their own columns',
  async (name, columns) => {
    const texts = (example: string) => columns.map((column) => `${column} "${example}", it's`);
    const hub = ['a', 'b'].map((example, place) => ({
      ...Object.fromEntries(columns.map((column, at) => [column, texts(example)[at]])),
      ...{ label: -1, idx: 5 + 4 * place },
    }));
    const task = find(name);
    for (const { name: form, content } of await rowFiles(hub)) {
      const file = path.join(folder, `${name}-${form}`);
      await writeFile(file, content);
      const rows = await task.submission!.read(file);
      expect(rows.map(({ id }) => id)).toEqual(['5', '9']);
      expect({ form, texts: segmentsOf(task, rows) }).toEqual({ form, texts: [texts('a'), texts('b')] });
    }
  },
);

test('a file with labels is read alike, and one of another task is refused with the missing column', async () => {
  const file = path.join(folder, 'labelled.tsv');
  await writeFile(file, 'index\tsentence1\tsentence2\tlabel\n4\tA b.\tC d.\t-1\n');
  const rte = find('rte');
  expect(segmentsOf(rte, await rte.submission!.read(file))).toEqual([['A b.', 'C d.']]);
  const error = await find('qqp')
    .submission!.read(file)
    .catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(DataError);
  expect((error as Error).message).toContain('labelled.tsv');
});
