/** Reading what a test has written: files of data sets that are not as they should be. */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Dataset } from '../datasets/dataset.js';
import { loadDataset } from '../datasets/load.js';
import { DataError } from '../errors.js';
import { makeTemporaryFolder } from './tiny-model.js';

/** Writes a file and reads it as a user's own. */
export interface WrittenData {
  /** The rows of a file with that content under that name. */
  load<Row>(dataset: Dataset<Row>, name: string, content: string | Uint8Array): Promise<Row[]>;
  /** The DataError that such a file is refused with, which names it. Throws where it is read, or anything else is thrown. */
  refusal(dataset: Dataset<unknown>, name: string, content: string | Uint8Array): Promise<DataError>;
  remove(): Promise<void>;
}

/** A temporary folder for files of data sets. */
export async function writtenData(): Promise<WrittenData> {
  const folder = await makeTemporaryFolder();
  const fetch = () => Promise.reject(new Error('no hub in this test'));
  let count = 0;
  // Each in a folder of its own: what lies beside a file may belong to it.
  const load: WrittenData['load'] = async (dataset, name, content) => {
    const file = path.join(folder, String(count++), name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, content);
    return (await loadDataset(dataset, { data: file, fetch })).rows;
  };
  return {
    load,
    async refusal(dataset, name, content) {
      const error = await load(dataset, name, content).then(
        (rows) => new Error(`${name} was read: ${rows.length} rows`),
        (thrown: unknown) => thrown,
      );
      if (error instanceof DataError && error.message.includes(name)) return error;
      throw error;
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
