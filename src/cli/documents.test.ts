import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { headingAnchors, localLinks, projectFolder, readDocuments, tellCode } from '../testing/documents.js';

const documents = readDocuments();

describe('links lead to files and headings that are there', () => {
  test.each(documents.map((document) => [document.file, document] as const))('%s', (file, document) => {
    const broken = localLinks(document).flatMap(({ place, path: target, anchor }) => {
      const full = target === '' ? file : path.posix.join(path.posix.dirname(file), target);
      if (!existsSync(path.join(projectFolder, full))) return [`${place}: ${target}`];
      const other = documents.find((candidate) => candidate.file === full);
      if (anchor === '' || other === undefined || headingAnchors(other).includes(anchor)) return [];
      return [`${place}: ${target}#${anchor}`];
    });
    expect(broken).toEqual([]);
  });

  test('the README leads to every document', () => {
    const readme = documents.find(({ file }) => file === 'README.md')!;
    const reached = new Set(localLinks(readme).map(({ path: target }) => path.posix.normalize(target)));
    // The pages of tasks have a list of their own.
    const pages = documents.filter(
      ({ file }) => file !== 'README.md' && !/^docs\/tasks\/(?!README)/.test(file),
    );
    expect(pages.map(({ file }) => file).filter((file) => !reached.has(file))).toEqual([]);
  });
});

/** All text between quotes in the source; what is put together over several lines stands together. */
function sourceTexts(): string {
  const src = path.join(projectFolder, 'src');
  const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && !file.startsWith('testing'),
  );
  return [...files.map((file) => path.join(src, file)), path.join(projectFolder, 'bin', 'gpt.js')]
    .map((file) => readFileSync(file, 'utf8'))
    .join('\n')
    .replaceAll(/['"`]\s*\+\s*['"`]/g, '')
    .replaceAll('\\n', '\n');
}

test('messages that docs/troubleshooting.md quotes are those of the program', () => {
  const page = documents.find(({ file }) => file === 'docs/troubleshooting.md')!;
  const quoted = tellCode(page).filter(({ code, text }) => code === 'text' && text !== '');
  expect(quoted.length).toBeGreaterThan(15);
  const source = sourceTexts();
  const unknown = quoted.flatMap(({ number, text }) =>
    // What varies is written as …; a DataError puts its message together from parts.
    text
      .replace(/^error: /, '')
      .split(/…|:? Expected |, found /)
      .map((part) => part.replace(/^[\s:.,()"]+|[\s:,("]+$/g, ''))
      .filter((part) => part.length > 8 && !source.includes(part))
      .map((part) => `line ${number}: ${part}`),
  );
  expect(unknown).toEqual([]);
});

test('the worked example of docs/perplexity.md has the numbers of the results', () => {
  const page = readFileSync(path.join(projectFolder, 'docs/perplexity.md'), 'utf8');
  const rows = page
    .split('\n')
    .flatMap((line) => /^\| `(results\/[^`]+)` `(\w+)` \| ([\d,.]+) \| ([\d,]+) \|/.exec(line) ?? []);
  expect(rows.length).toBeGreaterThan(0);
  for (let at = 0; at < rows.length; at += 5) {
    const [, file, id, value, n] = rows.slice(at, at + 5) as [string, string, string, string, string];
    const { metrics } = JSON.parse(readFileSync(path.join(projectFolder, file), 'utf8')) as {
      metrics: { id: string; value: number; n: number }[];
    };
    const metric = metrics.find((candidate) => candidate.id === id)!;
    const number = (text: string) => Number(text.replaceAll(',', ''));
    expect(metric.n, `${file} ${id}`).toBe(number(n));
    expect(number(value), `${file} ${id}`).toBeCloseTo(metric.value, value.split('.')[1]?.length ?? 0);
  }
});

test('the packed file has the name that the README gives it', () => {
  const { name, version } = JSON.parse(readFileSync(path.join(projectFolder, 'package.json'), 'utf8')) as {
    name: string;
    version: string;
  };
  const readme = readFileSync(path.join(projectFolder, 'README.md'), 'utf8');
  expect(new Set(readme.match(/[\w-]+-[\d.]+\.tgz/g))).toEqual(new Set([`${name}-${version}.tgz`]));
});
