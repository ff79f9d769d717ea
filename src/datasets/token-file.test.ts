import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { TokenFile, writeTokenFile } from './token-file.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'gpt-token-file-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** More than are written at once: 1 MiB of ids. */
const MANY = 700_001;

test.each([2, 4] as const)('ids of %i bytes come back, all of them and any part', async (idBytes) => {
  const file = path.join(folder, 'x.tokens');
  const idAt = (place: number) => (place * 7919) % (idBytes === 2 ? 65_536 : 1_000_003);
  await writeTokenFile(file, idBytes, async (append) => {
    for (let from = 0; from < MANY; from += 100_000) {
      const length = Math.min(100_000, MANY - from);
      await append(Array.from({ length }, (_, index) => idAt(from + index)));
    }
    return [MANY];
  });
  const tokens = TokenFile.open(file, idBytes)!;
  expect(tokens.length).toBe(MANY);
  expect(tokens.lengths).toEqual([MANY]);
  expect(tokens.slice().every((id, place) => id === idAt(place))).toBe(true);
  expect([...tokens.slice(524_287, 524_290)]).toEqual([524_287, 524_288, 524_289].map(idAt));
  expect(() => tokens.slice(MANY - 1, MANY + 100)).toThrow(RangeError);
  tokens.close();
  expect(TokenFile.open(file, idBytes === 2 ? 4 : 2)).toBeUndefined();
});

test('no tokens are a file too', async () => {
  const file = path.join(folder, 'none.tokens');
  await writeTokenFile(file, 2, async () => []);
  const tokens = TokenFile.open(file, 2)!;
  expect([tokens.length, tokens.lengths]).toEqual([0, []]);
  tokens.close();
});

test('nothing is left of a file whose writing fails', async () => {
  const file = path.join(folder, 'failed.tokens');
  const failing = writeTokenFile(file, 2, async (append) => {
    await append([1, 2, 3]);
    throw new Error('the text has changed');
  });
  await expect(failing).rejects.toThrow('the text has changed');
  await expect(stat(file)).rejects.toThrow('ENOENT');
  expect(await readdir(folder)).toEqual([]);
});
