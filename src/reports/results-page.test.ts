import { describe, expect, it } from 'vitest';
import type { Result } from '../results/result.js';
import { exampleResult } from '../testing/example-result.js';
import { compareTexts } from './check.js';
import { listExperiments } from './experiment.js';
import {
  type PageSources,
  renderNumbers,
  renderReadmeSection,
  renderResultsPage,
  replaceSection,
  sectionMarkers,
} from './results-page.js';

const experiments = await listExperiments();
const sources = (...results: Result[]): PageSources => ({ results, samples: [], experiments });
const tiny = exampleResult({ model: { name: 'tiny' }, settings: { limit: 200 } });

describe('the pages', () => {
  it('say "not run yet" of what was not run', () => {
    const section = renderReadmeSection(sources());
    expect(section).toContain('of the paper’s models not run yet');
    expect(section).toContain('| LAMBADA PPL | 35.13 | 15.60 | 10.87 | 8.63 |');
    const page = renderResultsPage(sources());
    expect(page).toMatch(/\| `gpt table gpt2-table3` \| .* \| 40 \| not run yet \|/);
    for (const { id } of experiments) expect(page).toContain(`### ${id}\n`);
    expect(page).toContain('Ours: not run yet.');
  });

  it('have a number of ours where a whole run gave one', () => {
    const section = renderReadmeSection(sources(exampleResult(), tiny));
    expect(section).toContain('| LAMBADA PPL | 35.13 | 40.06 ± 1.50 | 15.60 | 10.87 |');
    const page = renderResultsPage(sources(exampleResult(), tiny));
    expect(page).toMatch(/\| `gpt table gpt2-table3` \| .* \| 40 \| 2 \|/);
    expect(page).toContain(
      '| lambada | gpt2 | – | perplexity of the last word | 40.06 ± 1.50 | – | 5,153 | 200 |',
    );
    expect(page).toContain('| lambada | tiny | first 200 examples | perplexity of the last word |');
  });

  it('are the same whatever the order of the results', () => {
    const [there, back] = [sources(exampleResult(), tiny), sources(tiny, exampleResult())];
    for (const render of [renderResultsPage, renderReadmeSection, renderNumbers]) {
      expect(render(back)).toBe(render(there));
    }
  });

  it('show the mean over seeds at a glance, and each seed below', () => {
    const seeds = [42, 43].map((value) => ({ ...exampleResult(), fingerprint: String(value) }));
    const runs = seeds.map(({ fingerprint }) => ({
      ...{
        value: Number(fingerprint),
        file: `${fingerprint}.json`,
        fingerprint,
        metrics: { perplexity: 40 },
      },
    }));
    const spread = exampleResult().metrics.map(() => ({ deviation: 1.25, min: 1, max: 2, best: 42 }));
    const both: Result = { ...exampleResult(), sweep: { setting: 'seed', runs, spread } };
    const [, glance, below] = renderResultsPage(sources(...seeds, both)).split(/^## /m);
    expect(glance!.match(/^\| lambada \|/gm)).toHaveLength(1);
    expect(glance).toContain('| seed 42 43 | perplexity of the last word | 40.06 ± 1.50, s.d. 1.25 |');
    expect(below!.match(/^\| lambada \|.* perplexity /gm)).toHaveLength(3);
  });

  it('has what always saying the most frequent class would have given beside what was fine-tuned', () => {
    const result = exampleResult();
    const main = result.metrics.find(({ label }) => label === 'perplexity of the last word')!;
    const majority = { ...main, id: `majority_${main.id}`, value: 51, standardError: null };
    const withMajority = { ...result, metrics: [...result.metrics, majority] };
    expect(renderResultsPage(sources(result))).toContain('| – | 5,153 |');
    expect(renderResultsPage(sources(withMajority))).toContain('| 51.00 | 5,153 |');
  });
});

describe('numbers.csv', () => {
  it('changes with every digit of a result, and the check names file, metric, old and new', () => {
    const before = renderNumbers(sources(exampleResult()));
    const json = JSON.stringify(exampleResult());
    const [digits] = [Array.from(json.matchAll(/\d/g), ({ index }) => index)];
    expect(digits.length).toBeGreaterThan(100);
    for (const place of digits) {
      const other = json[place] === '1' ? '2' : '1';
      const after = renderNumbers(sources(JSON.parse(json.slice(0, place) + other + json.slice(place + 1))));
      expect(
        compareTexts('numbers.csv', 'csv', before, after),
        json.slice(place - 20, place + 1),
      ).not.toEqual([]);
    }
    const changed: Result = JSON.parse(json.replace('40.0625', '40.0626'));
    expect(compareTexts('numbers.csv', 'csv', before, renderNumbers(sources(changed)))).toContainEqual({
      ...{ file: 'numbers.csv', table: 'results', row: 'lambada--gpt2.json', column: 'perplexity, value' },
      ...{ old: '40.0625', new: '40.0626' },
    });
  });
});

describe('replaceSection', () => {
  const [begin, end] = sectionMarkers;

  it('leaves everything else as it is, and does so a second time', () => {
    const text = `# A\n\n${begin}\nold\n${end}\n\n## B\n`;
    const once = replaceSection(text, 'new\n');
    expect(once).toBe(`# A\n\n${begin}\n\nnew\n\n${end}\n\n## B\n`);
    expect(replaceSection(once!, 'new\n')).toBe(once);
  });

  it.each(['no section', `${end}\n${begin}`, begin])('finds no place in %j', (text) => {
    expect(replaceSection(text, 'new')).toBeUndefined();
  });
});
