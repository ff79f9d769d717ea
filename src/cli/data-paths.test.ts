import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { makeTemporaryFolder } from '../testing/tiny-model.js';
import { findText, nameText } from './data-paths.js';

test('a text of GPT_DATA_DIR is named from there on, and found again; folders of the user are in no name', async () => {
  const folder = await makeTemporaryFolder();
  try {
    await mkdir(path.join(folder, 'ptb'));
    const file = path.join(folder, 'ptb', 'ptb.test.txt');
    await writeFile(file, '');
    const env = { GPT_DATA_DIR: folder };
    expect(nameText(file, env)).toBe('ptb/ptb.test.txt');
    expect(findText('ptb/ptb.test.txt', env)).toBe(file);
    expect(findText('ptb/ptb.test.txt', {})).toBe('ptb/ptb.test.txt');
    expect(nameText(file, {})).toBe('ptb.test.txt');
    expect(nameText('src/cli', {})).toBe('src/cli');
    expect(nameText('../elsewhere/books', {})).toBe('books');
  } finally {
    await rm(folder, { recursive: true });
  }
});
