import { appendFile, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { UserError } from '../errors.js';
import { readAllPieces, readCorpus } from './corpus.js';
import type { CorpusDocument } from './document.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'gpt-corpus-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function write(files: Record<string, string>) {
  for (const [name, content] of Object.entries(files)) {
    const file = path.join(folder, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, content);
  }
}

const names = (documents: readonly CorpusDocument[]) => documents.map(({ name }) => name);

async function textOf(documents: readonly CorpusDocument[]) {
  const pieces: string[] = [];
  for await (const piece of readAllPieces(documents)) pieces.push(piece);
  return pieces.join('');
}

/** Ten documents of some 100 bytes each, all different. */
const tenDocuments = Object.fromEntries(
  Array.from({ length: 10 }, (_, i) => [`${i}.txt`, `text ${i}, line one\nline two\n`.repeat(4)]),
);

describe('readCorpus', () => {
  it('takes the .txt files of a folder in the order of their names, and any file that is named', async () => {
    await write({
      'b/x.txt': 'b x',
      'a.txt': 'a',
      'B.TXT': 'large b',
      'b/notes.md': 'no',
      'more/z.md': 'z one',
    });
    const { training, heldOut, skipped } = await readCorpus([path.join(folder, 'more/z.md'), folder]);
    expect(names(training)).toEqual(['z.md', 'B.TXT', 'a.txt', 'b/x.txt']);
    expect(training.map(({ words }) => words)).toEqual([2, 2, 1, 2]);
    expect(await textOf(training)).toBe('z onelarge bab x');
    expect([heldOut, skipped]).toEqual([[], []]);
  });

  it('counts a file once however often it is named, and leaves out empty files and copies', async () => {
    await write({ 'a.txt': 'some text', 'b.txt': ' \n', 'c.txt': '', 'd.txt': 'some text' });
    await symlink(path.join(folder, 'a.txt'), path.join(folder, 'e.txt'));
    const { training, skipped } = await readCorpus([folder, path.join(folder, 'a.txt')]);
    expect(names(training)).toEqual(['a.txt']);
    expect(skipped).toEqual([
      { name: 'b.txt', reason: 'empty' },
      { name: 'c.txt', reason: 'empty' },
      { name: 'd.txt', reason: 'same text as a.txt' },
    ]);
  });

  it('says what is wrong when there is no text, and names it', async () => {
    await write({ 'empty/a.txt': '', 'other/a.md': 'text' });
    await symlink(path.join(folder, 'gone.txt'), path.join(folder, 'broken.txt'));
    const failure = (...paths: string[]) =>
      readCorpus(paths.map((name) => path.join(folder, name))).catch((error) => error);
    for (const [given, message] of [
      ['empty', `There is no text in ${folder}/empty.`],
      ['other', `The folder ${folder}/other holds no .txt file.`],
      ['missing', `Cannot read ${folder}/missing: there is no such file`],
      ['broken.txt', `Cannot read ${folder}/broken.txt: there is no such file`],
      ['', 'broken.txt'],
    ]) {
      const error = await failure(given);
      expect(error).toBeInstanceOf(UserError);
      expect(error.message).toContain(message);
      expect(error.hint).toBeTruthy();
    }
    await expect(readCorpus([])).rejects.toThrow('There is no text in an empty list of files.');
    await expect(readCorpus(['/dev/null'])).rejects.toThrow('it is neither a file nor a folder');
  });

  it('notices that a file changed after it was read', async () => {
    await write({ 'a.txt': 'some text' });
    const { training } = await readCorpus([folder]);
    await writeFile(training[0].file, 'SOME text');
    await expect(textOf(training)).rejects.toThrow('a.txt: the file has changed');
  });
});

describe('holding out', () => {
  it('takes the documents that are named, with or without their folder', async () => {
    await write({ 'a.txt': 'a', 'in/b.txt': 'b', 'in/c.txt': 'c' });
    const { training, heldOut } = await readCorpus([folder], { holdOut: ['c.txt', 'a.txt'] });
    expect([names(training), names(heldOut)]).toEqual([['in/b.txt'], ['a.txt', 'in/c.txt']]);
    await expect(readCorpus([folder], { holdOut: ['x.txt'] })).rejects.toThrow('not in the corpus: x.txt');
    await expect(readCorpus([folder], { holdOut: ['a.txt', 'b.txt', 'c.txt'] })).rejects.toThrow(
      'All documents',
    );
  });

  it('takes whole documents for a share, the same whatever they are called', async () => {
    await write(tenDocuments);
    const { training, heldOut } = await readCorpus([folder], { holdOut: 0.2 });
    expect([training.length, heldOut.length]).toEqual([8, 2]);
    await write(
      Object.fromEntries(Object.values(tenDocuments).map((text, i) => [`new/z${9 - i}.txt`, text])),
    );
    const renamed = await readCorpus([path.join(folder, 'new')], { holdOut: 0.2 });
    const texts = async (documents: CorpusDocument[]) => documents.map(({ sha256 }) => sha256).sort();
    expect(await texts(renamed.heldOut)).toEqual(await texts(heldOut));
  });

  it('takes the end of a single document, behind a line end', async () => {
    const lines = Array.from({ length: 100 }, (_, i) => `line ${i}\n`);
    await write({ 'a.txt': lines.join('') });
    const { training, heldOut } = await readCorpus([folder], { holdOut: 0.1 });
    expect(await textOf(training)).toBe(lines.slice(0, 91).join(''));
    expect(await textOf(heldOut)).toBe(lines.slice(91).join(''));
    expect([training[0].words, heldOut[0].words]).toEqual([182, 18]);
    await appendFile(heldOut[0].file, 'x');
    // What was read is a part of the file and still the same.
    expect(await textOf(heldOut)).toBe(lines.slice(91).join(''));
  });

  it('takes the ends of documents that are too few for the share', async () => {
    await write({ 'a.txt': 'one two three four\n'.repeat(50), 'b.txt': 'five six\n'.repeat(50) });
    const { training, heldOut } = await readCorpus([folder], { holdOut: 0.05 });
    expect([names(training), names(heldOut)]).toEqual([
      ['a.txt', 'b.txt'],
      ['a.txt', 'b.txt'],
    ]);
  });

  it('says so when a text is too short or a share is no share', async () => {
    await write({ 'a.txt': 'word' });
    await expect(readCorpus([folder], { holdOut: 0.5 })).rejects.toThrow('too short to hold out');
    for (const holdOut of [1, -0.1, Number.NaN]) {
      await expect(readCorpus([folder], { holdOut })).rejects.toThrow('cannot be held out');
    }
  });
});
