import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const src = fileURLToPath(new URL('..', import.meta.url));
const tests = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.test.ts') && path.basename(file) !== 'reference.test.ts')
  .map((file) => ({ file, text: readFileSync(path.join(src, file), 'utf8') }));

test('a test finds benchmark files in one way, and skips only where none are there', () => {
  const others = tests.filter(({ text }) => /\bshared\//.test(text));
  expect(others.map(({ file }) => file)).toEqual([]);
});

test('a test that may be skipped says in its name what it needs', () => {
  const skipped = tests.flatMap(({ file, text }) =>
    [...text.matchAll(/\.skipIf\((.*?)\)(?:\.each\(.*?\))?\(\s*(['"`])(.*?)\2,\s/gs)].map((match) => ({
      file,
      isData: match[1] === '!hasData',
      name: match[3]!,
    })),
  );
  expect(skipped.length).toBeGreaterThan(50);
  const silent = skipped.filter(({ isData, name }) => !(isData ? /\$\{needsData\}$/ : /\(needs /).test(name));
  expect(silent).toEqual([]);
});
