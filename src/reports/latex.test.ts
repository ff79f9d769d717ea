import { describe, expect, it } from 'vitest';
import { exampleResult } from '../testing/example-result.js';
import { readExperiment } from './experiment.js';
import { escapeLatex, renderLatex } from './latex.js';
import { buildTable } from './table.js';

describe('escapeLatex', () => {
  it.each([
    ['50 % of a_b & c#d', '50 \\% of a\\_b \\& c\\#d'],
    ['{x} \\ ~ ^ $', '\\{x\\} \\textbackslash{} \\textasciitilde{} \\textasciicircum{} \\$'],
    ['"A|B" <unk>', "``A$|$B'' $<$unk$>$"],
    ['−0.5 ± 1 – Fr→En ↓', '$-$0.5 $\\pm$ 1 -- Fr$\\rightarrow$En $\\downarrow$'],
  ])('turns %s into %s', (text, latex) => {
    expect(escapeLatex(text)).toBe(latex);
  });
});

describe('renderLatex', async () => {
  const latex = renderLatex(buildTable(await readExperiment('gpt2-table3'), [exampleResult()]));

  it('has as many cells in every line as there are columns', () => {
    const [, columns = ''] = /\\begin\{tabular\}\{([lr]+)\}/.exec(latex) ?? [];
    expect(columns).toBe('llrrrrrrrrrr');
    const lines = latex.split('\n').filter((line) => line.endsWith(' \\\\'));
    expect(lines).toHaveLength(2 + 5 + 3);
    for (const line of lines) expect(line.split(/(?<!\\)&/)).toHaveLength(columns.length);
  });

  it('sets ours below the figures of the paper, and footnotes for what differs', () => {
    expect(latex).toMatch(/117M \(124M\)\$\^\{\d+\}\$ & paper & 35\.13 & 45\.99 &/);
    expect(latex).toContain(' & ours & 40.06 & 42.00 &');
    expect(latex).toContain(' & difference & +4.93 & $-$3.99 &');
    expect(latex).toMatch(/\$\^\{\d+\}\$ Ours: The stop words are those of another list\.\\par/);
  });

  it('closes every environment and every brace', () => {
    const count = (pattern: RegExp) => latex.match(pattern)?.length ?? 0;
    expect(count(/\\begin\{/g)).toBe(count(/\\end\{/g));
    expect(count(/(?<!\\)\{/g)).toBe(count(/(?<!\\)\}/g));
  });
});
