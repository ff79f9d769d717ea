/// <reference lib="dom" />
/**
 * The script of the report: finds, orders and shows examples. It runs in the reader's browser, where its compiled form is
 * part of the page, so it imports nothing but types. Texts of records reach the page as text nodes only, never as markup.
 */
import type { ExampleRow, ExampleSet, FieldValue } from './example-set.js';

/** Examples on one page of the list. */
export const PAGE_SIZE = 50;

/** What the reader looks for. */
export interface Query {
  show: 'all' | 'right' | 'wrong';
  /** Which of the set's criteria decides what is right. */
  criterion: number;
  /** Words or parts of words, in any field; upper and lower case are the same. `#12` is example 12. */
  text: string;
  order: 'file' | 'lowest' | 'highest';
}

/** Whether the example was right by that criterion. */
export function isRight(row: ExampleRow, criterion: number): boolean {
  return Math.floor(row[1] / 2 ** criterion) % 2 === 1;
}

/** The places of the examples that the query asks for, in its order. Examples without a number come last. */
export function findExamples({ rows, criteria }: ExampleSet, query: Query): number[] {
  const words = query.text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  const judged = query.show !== 'all' && criteria.length > 0;
  const found: number[] = [];
  rows.forEach((row, place) => {
    if (judged && isRight(row, query.criterion) !== (query.show === 'right')) return;
    if (words.length > 0 && !words.every((word) => holds(row, word))) return;
    found.push(place);
  });
  if (query.order === 'file') return found;
  const sign = query.order === 'lowest' ? 1 : -1;
  const worth = (place: number) => {
    const value = rows[place]![4];
    return value === null ? Number.POSITIVE_INFINITY : sign * value;
  };
  return found.sort((a, b) => (worth(a) === worth(b) ? a - b : worth(a) - worth(b)));
}

function holds(row: ExampleRow, word: string): boolean {
  if (word.startsWith('#')) return row[0] === word.slice(1) || row[0].startsWith(`${word.slice(1)}.`);
  return searchText(row).includes(word);
}

const searchTexts = new WeakMap<ExampleRow, string>();

function searchText(row: ExampleRow): string {
  let text = searchTexts.get(row);
  if (text === undefined) {
    const texts = row[5].flatMap((field) => (Array.isArray(field) ? field : [field]));
    text = [row[2], row[3], ...texts]
      .filter((part) => typeof part === 'string')
      .join('\n')
      .toLowerCase();
    searchTexts.set(row, text);
  }
  return text;
}

/** Which examples page `page` shows, from 0, and how many pages there are; a page that is not there becomes the nearest. */
export function cutPage(
  count: number,
  page: number,
): { page: number; pages: number; from: number; to: number } {
  const pages = Math.max(1, Math.ceil(count / PAGE_SIZE));
  const inside = Math.min(Math.max(page, 0), pages - 1);
  return { page: inside, pages, from: inside * PAGE_SIZE, to: Math.min(count, (inside + 1) * PAGE_SIZE) };
}

/** `log-probs` for `logProbs`, `given: answer` for `given.answer`: the key of a record in words. */
export function fieldLabel(name: string): string {
  if (name === 'input') return 'hash of the input';
  const words = name.replace(
    /([a-z0-9])([A-Z])/g,
    (_, before, letter) => `${before} ${letter.toLowerCase()}`,
  );
  return words.replaceAll('.', ': ').replace(/\blog prob/, 'log-prob');
}

/** A number with a minus sign and three decimals; whole numbers as they are. */
export function showNumber(value: number): string {
  const text = Number.isInteger(value) ? String(Math.abs(value)) : Math.abs(value).toFixed(3);
  return `${value < 0 ? '−' : ''}${text}`;
}

/** What stands beside an entry of a list of numbers: which of them is the largest, which the right one. */
export function entryNotes(
  list: readonly FieldValue[],
  place: number,
  answer: FieldValue | undefined,
): string[] {
  const numbers = list.filter((one) => typeof one === 'number');
  return [
    ...(numbers.length > 1 && list[place] === Math.max(...numbers) ? ['largest'] : []),
    ...(place === answer ? ['right answer'] : []),
  ];
}

type Child = Node | string | null;

/** An element with attributes and children; strings become text. */
function element(tag: string, attributes: Record<string, string>, ...children: Child[]): HTMLElement {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children.filter((child) => child !== null));
  return made;
}

function showField(field: FieldValue, answer: FieldValue | undefined): Child {
  if (field === null) return '–';
  if (typeof field === 'number') return showNumber(field);
  if (typeof field === 'string') return element('span', { class: 'text' }, field);
  if (!Array.isArray(field)) return String(field);
  if (field.length === 0) return 'none';
  return element(
    'ol',
    { start: '0' },
    ...field.map((entry: FieldValue, place) => {
      const notes = entryNotes(field, place, answer).join(', ');
      return element('li', {}, showField(entry, undefined), notes === '' ? null : ` (${notes})`);
    }),
  );
}

function showDetails(row: ExampleRow, set: ExampleSet): HTMLElement {
  const fieldOf = (name: string) => {
    const place = set.fields.indexOf(name);
    return place < 0 ? undefined : row[5][place];
  };
  const answer = typeof fieldOf('answer') === 'number' ? fieldOf('answer') : fieldOf('label');
  return element(
    'dl',
    {},
    ...set.criteria.map((criterion, bit) =>
      element(
        'div',
        {},
        element('dt', {}, criterion),
        element('dd', {}, isRight(row, bit) ? '✓ yes' : '✗ no'),
      ),
    ),
    ...set.fields.flatMap((name, place) => {
      const field = row[5][place] ?? null;
      if (field === null) return [];
      return element(
        'div',
        {},
        element('dt', {}, fieldLabel(name)),
        element('dd', {}, showField(field, answer)),
      );
    }),
  );
}

/** One example as a line that opens; its details are made when it does. */
function showExample(row: ExampleRow, set: ExampleSet, criterion: number): HTMLElement {
  const right = isRight(row, criterion);
  const cell = (kind: string, label: string, text: string | null) =>
    text === null
      ? null
      : element(
          'span',
          { class: kind },
          element('span', { class: 'label' }, label),
          element('span', { class: 'text' }, text),
        );
  const summary = element(
    'summary',
    {},
    element('span', { class: 'number' }, `#${row[0]}`),
    set.criteria.length === 0
      ? null
      : element('span', { class: right ? 'right' : 'wrong' }, right ? '✓ right' : '✗ wrong'),
    cell('expected', 'expected', row[2]),
    cell('said', 'model', row[3]),
    row[4] === null ? null : element('span', { class: 'value' }, showNumber(row[4])),
  );
  const details = element('details', {}, summary) as HTMLDetailsElement;
  details.addEventListener('toggle', () => {
    if (details.open && details.childElementCount === 1) details.append(showDetails(row, set));
  });
  return element('li', {}, details);
}

/** Sets the browser of examples going. The page has the form, the list and one block of JSON for each run. */
function start(): void {
  const part = <Part extends HTMLElement>(id: string) => document.getElementById(id) as Part;
  const browser = part('example-browser');
  if (browser === null) return;
  const form = part<HTMLFormElement>('example-form');
  const control = (name: string) => form.elements.namedItem(name) as HTMLSelectElement;
  const [run, show, criterion, order, text] = ['run', 'show', 'criterion', 'order', 'text'].map(control) as [
    HTMLSelectElement,
    HTMLSelectElement,
    HTMLSelectElement,
    HTMLSelectElement,
    HTMLSelectElement,
  ];
  const sets = new Map<string, ExampleSet>();
  const currentSet = () => {
    const known = sets.get(run.value);
    if (known !== undefined) return known;
    const set: ExampleSet = JSON.parse(part(`examples-${run.value}`).textContent ?? '');
    sets.set(run.value, set);
    return set;
  };
  let page = 0;

  const adapt = () => {
    const set = currentSet();
    criterion.replaceChildren(
      ...set.criteria.map((label, place) => element('option', { value: String(place) }, label)),
    );
    const judged = set.criteria.length > 0;
    if (!judged) show.value = 'all';
    show.disabled = !judged;
    criterion.disabled = set.criteria.length < 2;
    if (set.valueLabel === null) order.value = 'file';
    order.disabled = set.valueLabel === null;
    part('example-value').textContent =
      set.valueLabel === null ? '' : `The number of each example is its ${set.valueLabel}.`;
  };

  const draw = () => {
    const set = currentSet();
    const query = {
      show: show.value,
      criterion: Number(criterion.value),
      text: text.value,
      order: order.value,
    };
    const found = findExamples(set, query as Query);
    const cut = cutPage(found.length, page);
    page = cut.page;
    part('example-list').replaceChildren(
      ...found.slice(cut.from, cut.to).map((place) => showExample(set.rows[place]!, set, query.criterion)),
    );
    const count = (number: number) => number.toLocaleString('en-US');
    const of = set.total > set.rows.length ? ` (the run has ${count(set.total)})` : '';
    const range = found.length === 0 ? '' : `; shown: ${count(cut.from + 1)} to ${count(cut.to)}`;
    part('example-status').textContent =
      `${count(found.length)} of ${count(set.rows.length)} examples${of}${range}.`;
    for (const nav of browser.querySelectorAll<HTMLElement>('.pager')) {
      nav.hidden = cut.pages < 2;
      nav.querySelector('span')!.textContent = `Page ${cut.page + 1} of ${cut.pages}`;
      // A button that is disabled loses the focus: a reader who pages with the keyboard would be thrown back to the top.
      for (const button of nav.querySelectorAll('button')) {
        const next = cut.page + Number(button.value);
        button.setAttribute('aria-disabled', String(next < 0 || next >= cut.pages));
      }
    }
  };

  const restart = () => {
    page = 0;
    draw();
  };
  let waiting: ReturnType<typeof setTimeout> | undefined;
  form.addEventListener('submit', (event) => event.preventDefault());
  form.addEventListener('input', (event) => {
    clearTimeout(waiting);
    if (event.target === text) waiting = setTimeout(restart, 150);
    else {
      if (event.target === run) adapt();
      restart();
    }
  });
  browser.addEventListener('click', (event) => {
    const button = (event.target as Element).closest<HTMLButtonElement>('.pager button');
    if (button === null || button.getAttribute('aria-disabled') === 'true') return;
    page += Number(button.value);
    draw();
    part('example-status').scrollIntoView({ block: 'nearest' });
  });
  for (const link of document.querySelectorAll<HTMLElement>('a[data-run]')) {
    link.addEventListener('click', () => {
      run.value = link.dataset.run!;
      adapt();
      restart();
    });
  }
  browser.hidden = false;
  adapt();
  draw();
}

if (typeof document !== 'undefined') start();
