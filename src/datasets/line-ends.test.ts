/** Every data set reads its sample the same, whatever editors and spreadsheets have done to the ends of its lines. */
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { allTasks, datasetsOf } from '../tasks/find.js';
import { makeTemporaryFolder } from '../testing/tiny-model.js';
import type { Dataset } from './dataset.js';

const samples = fileURLToPath(new URL('../../samples/', import.meta.url));
const datasets = new Map<string, Dataset<unknown>>();
for (const task of allTasks) for (const dataset of datasetsOf(task)) datasets.set(dataset.name, dataset);

/** Texts in which blank lines, or spaces before line ends, are part of what is measured. */
const isRunning = ({ name }: Dataset<unknown>) => /^(passages|running|books)|WikiText/.test(name);
/** Their bytes are measured, line ends included. */
const isBytes = ({ name }: Dataset<unknown>) => /^(enwik8|text8)/.test(name);

const changes: Record<
  string,
  { change: (text: string) => string | Buffer; isFor?: (dataset: Dataset<unknown>) => boolean }
> = {
  CRLF: { change: (text) => text.replaceAll('\n', '\r\n') },
  'CR, as on old Macs': { change: (text) => text.replaceAll('\n', '\r') },
  'no last line end': {
    change: (text) => text.replace(/\n$/, ''),
    // Of these every character is measured.
    isFor: ({ name }) => name !== 'running texts',
  },
  'blank lines at the end': { change: (text) => `${text}\n \n`, isFor: (dataset) => !isRunning(dataset) },
  'a blank line behind the first': {
    change: (text) => text.replace('\n', '\n\n'),
    // The sentences of two languages belong together by their lines.
    isFor: (dataset) => !isRunning(dataset) && !dataset.name.startsWith('newstest'),
  },
  'spaces before line ends': {
    change: (text) => text.replaceAll('\n', '  \n'),
    isFor: (dataset) => !isRunning(dataset),
  },
  'a byte order mark': { change: (text) => `\ufeff${text}` },
  'UTF-16': {
    change: (text) => Buffer.from(`\ufeff${text}`, 'utf16le'),
    isFor: ({ name }) => !/^(passages|running|books)/.test(name),
  },
};

let folder: string;
beforeAll(async () => {
  folder = await makeTemporaryFolder();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const lined = [...datasets.values()].filter((dataset) => !isBytes(dataset));

describe.each(Object.entries(changes))('%s', (name, { change, isFor = () => true }) => {
  test.each(lined.filter(isFor).map((dataset) => [dataset.name, dataset] as const))(
    '%s',
    async (_, dataset) => {
      const files = [dataset.sample].flat();
      const place = path.join(folder, name, dataset.name.replace(/\W+/g, '-'));
      await mkdir(place, { recursive: true });
      for (const file of files) {
        await writeFile(path.join(place, file), change(await readFile(path.join(samples, file), 'utf8')));
      }
      const read = (root: string) => dataset.read(files.map((file) => path.join(root, file)));
      expect(await read(place)).toEqual(await read(samples));
    },
  );
});
