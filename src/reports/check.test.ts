import { describe, expect, it } from 'vitest';
import type { Metric, Result } from '../results/result.js';
import { exampleResult } from '../testing/example-result.js';
import { compareResults, compareTexts, describeDifference } from './check.js';
import { listExperiments } from './experiment.js';

const page = [
  '# P',
  'A sentence.',
  '',
  '| model | loss |',
  '| --- | ---: |',
  '| a | 1.00 |',
  '| b | 2.00 |',
  '',
];
const differences = (committed: string[], expected: string[]) =>
  compareTexts('p.md', 'markdown', committed.join('\n'), expected.join('\n')).map(describeDifference);
const replaced = (place: number, ...lines: string[]) => page.toSpliced(place, 1, ...lines);

describe('compareTexts', () => {
  it('finds nothing in the same text, whatever its line ends', () => {
    expect(differences(page, page)).toEqual([]);
    expect(compareTexts('p.md', 'markdown', page.join('\r\n'), page.join('\n'))).toEqual([]);
  });

  it('names table, row, column, old and new', () => {
    expect(differences(page, replaced(6, '| b | 2.01 |'))).toEqual([
      'p.md: table P, row b, column loss: old 2.00, new 2.01',
    ]);
  });

  it.each([
    ['a row more', replaced(6, '| b | 2.00 |', '| c | 3.00 |'), 'table P, row c: old (not there), new 3.00'],
    ['a row less', replaced(6), 'table P, row b: old 2.00, new (not there)'],
    [
      'a second row of the same name',
      replaced(6, '| b | 2.00 |', '| b | 9.00 |'),
      'row b, column loss: old (not there), new 9.00',
    ],
    ['another sentence', replaced(1, 'Two sentences.'), 'row line 2: old A sentence., new Two sentences.'],
    [
      'rows in another order',
      [...page.slice(0, 5), page[6]!, page[5]!, ''],
      'row line 6: old | a | 1.00 |, new | b | 2.00 |',
    ],
    ['a line end too many', [...page, ''], 'row line 9: old (not there), new (empty)'],
  ])('finds %s', (_, expected, message) => {
    expect(differences(page, expected)).toEqual([expect.stringContaining(message)]);
  });

  it('finds every change of a single character of a page', () => {
    const text = page.join('\n');
    for (let place = 0; place < text.length; place++) {
      const changed = `${text.slice(0, place)}${text[place] === '7' ? '8' : '7'}${text.slice(place + 1)}`;
      expect(compareTexts('p.md', 'markdown', changed, text), changed).not.toEqual([]);
    }
  });
});

describe('compareResults', () => {
  const compare = async (old: Result, fresh: Result) =>
    compareResults([old], [fresh], await listExperiments()).differences.map(describeDifference);
  const withMetric = (changes: Partial<Metric>, id = 'perplexity') =>
    exampleResult({
      metrics: exampleResult().metrics.map((metric) =>
        metric.id === id ? { ...metric, ...changes } : metric,
      ),
    });

  it('finds nothing in a run on another day', async () => {
    const later = exampleResult({ time: { finishedAt: '2027-01-01T00:00:00.000Z', scoringSeconds: 1 } });
    expect(await compare(exampleResult(), later)).toEqual([]);
  });

  it.each([
    // 40.0625 may differ by a ten-thousandth of itself, 0.00400625.
    ['perplexity', { value: 40.066 }, []],
    [
      'perplexity',
      { value: 40.125 },
      [
        'lambada--gpt2.json: table gpt2-table3, row lambada, gpt2, column LAMBADA PPL (perplexity): old 40.0625, new 40.125 (may differ by 0.00401)',
      ],
    ],
    ['perplexity', { value: 40.01 }, ['old 40.0625, new 40.01 ']],
    // The standard error of 1.5 by a hundredth, or by as much as the value where that is more.
    ['perplexity', { standardError: 1.51 }, []],
    [
      'perplexity',
      { standardError: 1.55 },
      ['column LAMBADA PPL (perplexity), standard error: old 1.5, new 1.55'],
    ],
    ['perplexity', { standardError: null }, ['standard error: old 1.5, new null']],
    ['perplexity', { n: 5152 }, ['examples: old 5153, new 5152']],
    // Of 5,153 examples one is worth 0.019 points, less than 0.05.
    ['accuracy_whole_word', { value: 32.54 }, []],
    [
      'accuracy_whole_word',
      { value: 32.56 },
      ['column accuracy_whole_word: old 32.5, new 32.56 (may differ by 0.05)'],
    ],
  ])('%s: %j gives %j', async (id, changes, expected) => {
    const found = await compare(exampleResult(), withMetric(changes, id));
    expect(found).toEqual(expected.map((part) => expect.stringContaining(part)));
  });

  it('lets one example of a small sample turn over, but not two', async () => {
    const [small, one, two] = [50, 55, 60].map((value) =>
      withMetric({ value, n: 20 }, 'accuracy_whole_word'),
    );
    expect(await compare(small!, one!)).toEqual([]);
    expect(await compare(small!, two!)).toHaveLength(1);
  });

  it('does not compare numbers of different things, but says what differs', async () => {
    const newer = exampleResult({
      task: { version: 2 },
      data: { sha256: 'e'.repeat(64) },
      metrics: [{ ...exampleResult().metrics[0]!, value: 99 }],
    });
    expect(await compare(exampleResult(), newer)).toEqual([
      expect.stringContaining('column version of the task: old 1, new 2'),
      expect.stringContaining(`column data (sha256): old ${'c'.repeat(64)}, new ${'e'.repeat(64)}`),
    ]);
  });

  it('names a metric that is gone', async () => {
    const fewer = exampleResult({ metrics: exampleResult().metrics.slice(1) });
    expect(await compare(exampleResult(), fewer)).toEqual([
      expect.stringContaining('column accuracy_whole_word: old 32.5, new (not there)'),
    ]);
  });

  it('says which results are on one side only', () => {
    const medium = exampleResult({ model: { name: 'gpt2-medium' } });
    const { compared, onlyCommitted, onlyFresh } = compareResults([exampleResult()], [medium], []);
    expect([compared, onlyCommitted, onlyFresh]).toEqual([
      [],
      ['lambada--gpt2.json'],
      ['lambada--gpt2-medium.json'],
    ]);
  });
});
