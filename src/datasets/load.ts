import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { DataError } from '../errors.js';
import { refusePipe } from '../files/unreadable.js';
import type { Dataset, LoadedDataset } from './dataset.js';
import { type DataOptions, type Located, locate } from './locate.js';
import { isPublished } from './published-files.js';

/**
 * Finds and reads a data set: `--data`, then `GPT_DATA_DIR`, then the hub's cache and the hub. Files under their published
 * names must have as many rows as were published; those that the user named may have any number but none.
 */
export async function loadDataset<Row>(
  dataset: Dataset<Row>,
  options: DataOptions,
): Promise<LoadedDataset<Row>> {
  const located = await locate(dataset, options);
  // A pipe would give its bytes to the reader and none to the hash, so that all data had the same.
  for (const file of located.files) await refusePipe(file);
  const notes: string[] = [];
  const rows = await dataset.read(located.files, (sentence) => notes.push(sentence));
  checkRowCount(rows.length, dataset, located);
  const sha256 = await hashFiles(located.files);
  const published = isPublished(dataset, { located, rows: rows.length, sha256 });
  return { rows, source: located.source, file: located.shown, sha256, published, notes };
}

function checkRowCount(
  rows: number,
  { name, publishedRows }: Dataset<unknown>,
  { files, path: place, source, named }: Located,
): void {
  const file = files.length === 1 ? files[0]! : place;
  if (rows === 0) {
    throw new DataError({
      file,
      problem: 'the file holds no examples.',
      hint: 'Pass another file with --data.',
    });
  }
  if (source === 'sample' || named || publishedRows === undefined || rows === publishedRows) return;
  throw new DataError({
    file,
    problem: `this is not the whole ${name}.`,
    expected: `${publishedRows} examples`,
    found: rows,
    hint: `Fetch it again, or pass it with --data ${file} if a part is what you want.`,
  });
}

/** sha256 (hex) of the bytes of files, one after the other; memory holds a piece at a time. */
async function hashFiles(files: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const file of files) {
    for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  }
  return hash.digest('hex');
}
