import { expect, test } from 'vitest';
import { readClaims } from '../reports/claims/claim.js';
import { listExperiments } from '../reports/experiment.js';
import { figureIds } from '../reports/figures/definition.js';
import { readDocuments } from '../testing/documents.js';
import { textTables } from './table.js';

const page = readDocuments().find(({ file }) => file === 'docs/papers.md')!;

/** The items of the page: place, what, commands, remark. */
const items = page.lines
  .filter((line) => /^\| (?!place|---)/.test(line))
  .map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
const places = items.map(([place]) => place!);
const commands = items.flatMap(([, , command]) =>
  Array.from(command!.matchAll(/`gpt ([^`]+)`/g), ([, one]) => one!),
);

/** What `gpt NAME …` is given on the page. */
const named = (name: string) =>
  new Set(commands.filter((one) => one.startsWith(`${name} `)).flatMap((one) => one.split(' ').slice(1)));

test('every item has a command, or a reason for having none', () => {
  expect(items.length).toBeGreaterThan(50);
  const bare = items.filter(([, , command, remark]) => !/`gpt /.test(command!) && remark === '');
  expect(bare).toEqual([]);
});

test('every table, figure and claim in experiments/ is shown by an item', async () => {
  const tables = [...(await listExperiments()).map(({ id }) => id), 'gpt1-table1'];
  expect(tables.filter((id) => !named('table').has(id))).toEqual([]);
  expect(Object.keys(textTables)).toContain('gpt1-table1');
  expect((await figureIds()).filter((id) => !named('figure').has(id))).toEqual([]);
  const claims = (await readClaims()).claims.map(({ id }) => id);
  expect(claims.filter((id) => !named('claims').has(id))).toEqual([]);
});

test('every table and figure of the papers is an item', () => {
  const numbers = (word: string, last: number) =>
    Array.from({ length: last }, (_, place) => `${word} ${place + 1}`);
  const [first, second] = [
    places.slice(0, places.lastIndexOf('Table 1')),
    places.slice(places.lastIndexOf('Table 1')),
  ];
  /** `Tables 7 to 11` stands for five. */
  const covers = (list: string[], wanted: string) =>
    list.some((place) => {
      const [, from, to] = /^Tables (\d+) (?:to|and) (\d+)$/.exec(place) ?? [];
      const number = Number(wanted.split(' ')[1]);
      const isTable = wanted.startsWith('Table ');
      return (
        place.replace(/ (left|right)$/, '') === wanted ||
        (isTable && Number(from) <= number && number <= Number(to))
      );
    });
  const missing = [
    ...[...numbers('Table', 5), ...numbers('Figure', 2)].filter((one) => !covers(first, one)),
    ...[...numbers('Table', 17), ...numbers('Figure', 5)].filter((one) => !covers(second, one)),
  ];
  expect(missing).toEqual([]);
});
