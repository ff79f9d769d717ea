import { describe, expect, it } from 'vitest';
import { findRegisteredModel } from '../models/config.js';
import type { MetricUnit } from '../results/result.js';
import { taskDefinitions } from '../tasks/index.js';
import { exampleResult } from '../testing/example-result.js';
import { renderSheetCsv } from './csv.js';
import { listExperiments, readExperiment } from './experiment.js';
import { readOthers } from './others.js';
import { listReproductions, othersFor, reproductionSheet, type Verdict, verdictOf } from './reproduction.js';
import { renderSheetLatex, renderSheetMarkdown, renderSheetTerminal } from './sheet.js';

const others = readOthers();

describe('verdictOf', () => {
  it.each<[number, number | undefined, number | undefined, MetricUnit, Verdict]>([
    [45.99, undefined, undefined, 'percent', 'not run'],
    [45.99, 46.67, 0.69, 'percent', 'matches'],
    [45.99, 46.69, 0.69, 'percent', 'differs'],
    // 2 % and 10 % of 35.13.
    [35.13, 35.8, 0.5, 'perplexity', 'matches'],
    [35.13, 38.6, 1.5, 'perplexity', 'close'],
    [35.13, 40.06, 1.5, 'perplexity', 'differs'],
    [35.13, 36.6, 1.5, 'perplexity', 'matches'],
    [0.99, 1.05, undefined, 'bits per byte', 'close'],
    [11.5, 11.3, undefined, 'points', 'matches'],
    [11.5, 5, undefined, 'points', 'differs'],
  ])('of %d against %s ± %s in %s: %s', (paper, ours, standardError, unit, verdict) => {
    expect(verdictOf(paper, { ours, standardError }, unit)).toBe(verdict);
  });
});

describe('othersFor', () => {
  it('is only asked about tasks and metrics that exist', () => {
    for (const { task, model, metric } of others) {
      expect(
        taskDefinitions.some(({ name }) => name === task),
        task,
      ).toBe(true);
      expect(findRegisteredModel(model)?.name).toBe(model);
      expect(metric).toMatch(/^[a-z_0-9]+$/);
    }
  });

  it('takes the values of the task in the unit of the number beside', () => {
    expect(othersFor('gpt2', 'lambada', 'perplexity', others)).toEqual([
      { value: '40.06', setting: 'whole word', source: 'EleutherAI/lm-evaluation-harness#2159' },
    ]);
    expect(othersFor('gpt2', 'lambada', 'percent', others).map(({ value }) => value)).toEqual([
      '32.56 %',
      '46.67 %',
      '41.98 to 42.01 %',
    ]);
    expect(othersFor('gpt2-large', 'lambada', 'percent', others)).toEqual([]);
    expect(othersFor('gpt2', 'enwik8', 'bits per byte', others)).toMatchObject([
      { value: '2.23 bits per byte' },
    ]);
  });
});

describe('the list of reproductions', async () => {
  const experiments = await listExperiments();

  it('has every number of Table 3 once, and ours where there is one', async () => {
    const list = listReproductions([await readExperiment('gpt2-table3')], [exampleResult()], others);
    expect(list).toHaveLength(40);
    expect(list.filter(({ verdict }) => verdict !== 'not run')).toMatchObject([
      { model: '117M (124M)', column: 'LAMBADA PPL', paper: '35.13', ours: 40.0625, verdict: 'differs' },
      { model: '117M (124M)', column: 'LAMBADA ACC', paper: '45.99', ours: 42, n: 5153, verdict: 'differs' },
    ]);
  });

  it('leaves out sizes, rows of no model, and what was read off a drawing', () => {
    const list = listReproductions(experiments, [], others);
    const tables = new Set(list.map(({ experiment }) => experiment));
    for (const id of ['gpt2-table2', 'gpt2-table5', 'gpt1-figure2']) expect(tables).not.toContain(id);
    for (const id of ['gpt1-table2', 'gpt2-table3', 'gpt2-table4', 'gpt2-text']) expect(tables).toContain(id);
    // WebText was never published, so its row is nobody's to measure; the other one is.
    const overlaps = list.filter(({ experiment }) => experiment === 'gpt2-table6');
    expect(overlaps.map(({ paper }) => paper)).toEqual(['2.67', '0.66', '7.50', '2.34', '9.09', '13.19']);
    expect(list.every(({ verdict }) => verdict === 'not run')).toBe(true);
  });

  it('is printed in four ways, each with all rows', async () => {
    const list = listReproductions(experiments, [exampleResult()], others);
    const sheet = reproductionSheet(list);
    expect(sheet.notes[0]).toMatch(new RegExp(`^${list.length} numbers: .*2 differs`));
    expect(renderSheetCsv(sheet).trimEnd().split('\n').length).toBeGreaterThan(list.length);
    const markdown = renderSheetMarkdown(sheet);
    expect(markdown.split('\n').filter((line) => line.startsWith('| gpt'))).toHaveLength(list.length);
    expect(renderSheetLatex(sheet, 'x').match(/^ {4}gpt[12]-.* \\\\$/gm)).toHaveLength(list.length);
    const terminal = await renderSheetTerminal(sheet, { columns: 120, color: false });
    expect(Math.max(...terminal.split('\n').map((line) => line.length))).toBeLessThanOrEqual(120);
    expect(terminal.match(/ not run │\n/g)).toHaveLength(
      list.filter(({ verdict }) => verdict === 'not run').length,
    );
  });

  it('names table and model once for rows that follow each other on a terminal', async () => {
    const list = listReproductions(experiments, [], others);
    const terminal = await renderSheetTerminal(reproductionSheet(list), { color: false });
    const table2 = terminal.split('\n').filter((line) => line.startsWith('│ gpt1-table2 '));
    expect(table2).toHaveLength(1);
    expect(terminal).toMatch(/ MNLI-m +│ +82\.1 .*\n│ +│ .*│ MNLI-mm +│ +81\.4 /);
  });
});
