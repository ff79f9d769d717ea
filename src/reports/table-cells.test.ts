import { describe, expect, it } from 'vitest';
import { UserError } from '../errors.js';
import { exampleResult } from '../testing/example-result.js';
import { renderCsv } from './csv.js';
import { readExperiment } from './experiment.js';
import { renderJson } from './json.js';
import { renderMarkdown } from './markdown.js';
import { buildTable } from './table.js';
import { cellsOf, markdownCells } from './table-cells.js';

describe('markdownCells', () => {
  it('name a row by its columns to the left, and repeat what stands above an empty one', () => {
    const text = [
      '# Page',
      '**Losses**. Of two models.',
      '| model | part | loss | n |',
      '| --- | :--- | ---: | ---: |',
      '| small | train | 1.5 | 10 |',
      '| | dev | 1.75 | 5 |',
    ].join('\n');
    expect(markdownCells(text)).toEqual([
      { table: 'Page: Losses', row: 'small, train', column: 'loss', text: '1.5' },
      { table: 'Page: Losses', row: 'small, train', column: 'n', text: '10' },
      { table: 'Page: Losses', row: 'small, dev', column: 'loss', text: '1.75' },
      { table: 'Page: Losses', row: 'small, dev', column: 'n', text: '5' },
    ]);
  });

  it('keep a bar that is part of a cell, and pass over lines that only look like a table', () => {
    const text = '| no rule below |\n\n## B\n|a|b|\n|---|---:|\n|x\\|y|1|\n';
    expect(markdownCells(text)).toEqual([{ table: 'B', row: 'x\\|y', column: 'b', text: '1' }]);
  });
});

describe('cellsOf', () => {
  it('finds our number in every format that gpt table writes', async () => {
    const table = buildTable(await readExperiment('gpt2-table3'), [exampleResult()]);
    const find = (text: string, format: 'markdown' | 'csv' | 'json') =>
      cellsOf(text, format, 'x').filter((cell) => ['40.0625', '40.06'].includes(cell.text));
    expect(find(renderMarkdown(table), 'markdown')).toMatchObject([
      { table: 'Zero-shot results on many data sets' },
    ]);
    expect(find(renderMarkdown(table), 'markdown')[0]!.row).toMatch(/^117M \(124M\).*, ours$/);
    const place = { table: 'gpt2-table3', row: '117M', column: 'lambada-ppl, ours', text: '40.0625' };
    expect(find(renderCsv(table), 'csv')).toEqual([place]);
    expect(find(renderJson(table), 'json')).toEqual([place]);
  });

  it.each([
    ['csv', 'a,b\n1,2\n'],
    ['csv', 'table,row,column,ours\n"unclosed,1,2,3\n'],
    ['json', '{"id": "x"}'],
    ['json', 'no JSON'],
  ] as const)('refuses as %s: %j', (format, text) => {
    expect(() => cellsOf(text, format, 'some.file')).toThrow(UserError);
    expect(() => cellsOf(text, format, 'some.file')).toThrow('some.file');
  });
});
