import { describe, expect, it } from 'vitest';
import { exampleResult } from '../testing/example-result.js';
import { renderCsv } from './csv.js';
import type { Experiment } from './experiment.js';
import { wrapText } from './grid.js';
import { renderJson } from './json.js';
import { renderMarkdown } from './markdown.js';
import { buildTable } from './table.js';
import { renderTerminal } from './terminal.js';

/** A table small enough to be read here, with everything that can occur: an empty cell, notes, markup, a comma. */
const experiment: Experiment = {
  id: 'small',
  title: 'Two columns, three rows',
  source: 'Nobody, "A|B" (2019), Table 0',
  notes: { filter: 'Paper: a <filter> was used.', best: 'The best before.' },
  columns: [
    {
      id: 'ppl',
      heading: ['LAMBADA', 'PPL'],
      task: 'lambada',
      metric: 'perplexity',
      unit: 'perplexity',
      higherIsBetter: false,
    },
    {
      id: 'acc',
      heading: ['LAMBADA', 'ACC'],
      task: 'lambada',
      metric: 'accuracy_stop_word_filter',
      unit: 'percent',
      higherIsBetter: true,
      notes: ['filter'],
    },
  ],
  rows: [
    { id: 'best', label: 'best, before', model: null, published: ['99.8', null], notes: ['best'] },
    { id: '117M', label: '117M (124M)', model: 'gpt2', published: ['35.13', '42.001'] },
    { id: '345M', label: '345M (355M)', model: 'gpt2-medium', published: ['15.60', '55.48'] },
  ],
};
const table = buildTable(experiment, [
  exampleResult({ deviations: [] }),
  exampleResult({ settings: { limit: 10 } }),
]);

describe('renderTerminal', () => {
  it('draws ours, the difference and the standard error below the figures of the paper', async () => {
    expect(await renderTerminal(table, { color: false })).toBe(`Two columns, three rows
Nobody, "A|B" (2019), Table 0

┌──────────────────┬────────────┬─────────┬─────────┐
│ model            │            │ LAMBADA │ LAMBADA │
│                  │            │   PPL ↓ │   ACC ↑ │
│                  │            │         │     [1] │
├──────────────────┼────────────┼─────────┼─────────┤
│ best, before [2] │ paper      │    99.8 │       – │
├──────────────────┼────────────┼─────────┼─────────┤
│ 117M (124M)      │ paper      │   35.13 │  42.001 │
│                  │ ours       │   40.06 │   42.00 │
│                  │ difference │   +4.93 │    0.00 │
│                  │ std. error │    1.50 │    0.69 │
├──────────────────┼────────────┼─────────┼─────────┤
│ 345M (355M)      │ paper      │   15.60 │   55.48 │
└──────────────────┴────────────┴─────────┴─────────┘

[1] Paper: a <filter> was used.
[2] The best before.
Not shown: gpt2 on lambada: only the first 10 examples.
`);
  });

  it('wraps what names the rows of a table that is too wide', async () => {
    const text = await renderTerminal(table, { color: false, columns: 50 });
    const lines = text.split('\n');
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(50);
    expect(lines.filter((line) => line.startsWith('│ 117M (124M)'))).toEqual([
      '│ 117M (124M)  │ paper      │   35.13 │  42.001 │',
    ]);
  });

  it('cuts it between columns where that is not enough, and repeats what names the rows', async () => {
    const text = await renderTerminal(table, { color: false, columns: 40 });
    const lines = text.split('\n');
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(40);
    expect(lines.filter((line) => line.startsWith('│ 117M')).map((line) => line.slice(-10))).toEqual([
      ' │   35.13 │'.slice(-10),
      ' │  42.001 │'.slice(-10),
    ]);
  });

  it('shows one column at a time where not even that fits', async () => {
    const text = await renderTerminal(table, { color: false, columns: 10 });
    expect(text.split('\n').filter((line) => line.startsWith('│ 117M'))).toHaveLength(2);
  });

  it('writes escape codes only when colours are wanted, and they do not change the layout', async () => {
    const plain = await renderTerminal(table, { color: false });
    const coloured = await renderTerminal(table, { color: true });
    expect(plain).not.toContain('\x1b');
    expect(coloured).toContain('\x1b[1mLAMBADA\x1b[22m');
    expect(coloured.replace(/\x1b\[\d+m/g, '')).toBe(plain);
  });
});

describe('renderMarkdown', () => {
  it('writes one line per line of the table, with markup escaped', () => {
    expect(renderMarkdown(table)).toBe(`**Two columns, three rows**. Nobody, "A\\|B" (2019), Table 0

| model |  | LAMBADA PPL ↓ | LAMBADA ACC ↑ <sup>1</sup> |
| --- | --- | ---: | ---: |
| best, before <sup>2</sup> | paper | 99.8 | – |
| 117M (124M) | paper | 35.13 | 42.001 |
|  | ours | 40.06 | 42.00 |
|  | difference | +4.93 | 0.00 |
|  | std. error | 1.50 | 0.69 |
| 345M (355M) | paper | 15.60 | 55.48 |

1. Paper: a \\<filter\\> was used.
2. The best before.

- Not shown: gpt2 on lambada: only the first 10 examples.
`);
  });
});

describe('renderCsv', () => {
  it('writes one line per cell, numbers not rounded, what is not there left empty', () => {
    expect(
      renderCsv(table),
    ).toBe(`table,row,model,column,task,metric,unit,published,ours,difference,standard_error,n,seeds,deviation_over_seeds
small,best,,ppl,lambada,perplexity,perplexity,99.8,,,,,,
small,best,,acc,lambada,accuracy_stop_word_filter,percent,,,,,,,
small,117M,gpt2,ppl,lambada,perplexity,perplexity,35.13,40.0625,${40.0625 - 35.13},1.5,5153,,
small,117M,gpt2,acc,lambada,accuracy_stop_word_filter,percent,42.001,42,${42 - 42.001},0.6875,5153,,
small,345M,gpt2-medium,ppl,lambada,perplexity,perplexity,15.60,,,,,,
small,345M,gpt2-medium,acc,lambada,accuracy_stop_word_filter,percent,55.48,,,,,,
`);
  });

  it('quotes what would break a line', () => {
    const [row] = table.rows;
    expect(renderCsv({ ...table, rows: [{ ...row!, id: 'a "b", c' }] }).split('\n')[1]).toMatch(
      /^small,"a ""b"", c",,ppl,/,
    );
  });
});

describe('renderJson', () => {
  it('gives back the whole table', () => {
    expect(JSON.parse(renderJson(table))).toEqual(table);
  });
});

describe('wrapText', () => {
  it('breaks between words, keeps the indentation of the first line and lets a long word stand', () => {
    expect(wrapText('  one  two threefourfive six', 10, '    ')).toBe(
      '  one  two\n    threefourfive\n    six',
    );
  });

  it('leaves a text alone that fits exactly', () => {
    expect(wrapText('12345 7890', 10)).toBe('12345 7890');
  });
});
