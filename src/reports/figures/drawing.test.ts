import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { describe, expect, it } from 'vitest';
import type { Figure } from './figure.js';
import { renderPng } from './png.js';
import { describeFigure, renderSvg } from './svg.js';
import { renderTextFigure } from './text-chart.js';

/** One panel with everything that can occur: printed and read points, ours with an error, a level, markup in a name. */
const figure: Figure = {
  id: 'small',
  title: 'Score <by> size & more',
  source: 'Nobody (2019), Figure 0',
  notes: [
    'A note that is long enough to be wrapped where the drawing of a single panel ends, and then goes on.',
  ],
  panels: [
    {
      title: 'Panel',
      x: {
        label: 'size',
        scale: 'log',
        ticks: [
          { at: 100, text: '100' },
          { at: 1000, text: '1000' },
        ],
      },
      y: { label: 'score', scale: 'linear', from: 0, to: 100 },
      series: [
        {
          ...{ label: 'paper', origin: 'paper', connected: true, marked: true, source: 'somebody' },
          points: [
            { x: 100, y: 20, byEye: true },
            { x: 1000, y: 80 },
          ],
        },
        {
          ...{ label: 'ours', origin: 'ours', connected: true, marked: true, source: 'results' },
          points: [{ x: 1000, y: 75, standardError: 5 }],
        },
      ],
      lines: [{ label: 'best "before"', y: 50, source: 'somebody' }],
    },
  ],
};

describe('renderSvg', () => {
  const svg = renderSvg(figure);

  it('is well-formed, with a text alternative that has every number and how it came about', () => {
    expect(XMLValidator.validate(svg)).toBe(true);
    const { svg: root } = new XMLParser({ ignoreAttributes: false, htmlEntities: true }).parse(svg);
    expect(root['@_role']).toBe('img');
    expect(root['@_aria-labelledby']).toBe('small-title small-desc');
    expect(root.title['#text']).toBe('Score <by> size & more');
    expect(root.desc['#text']).toContain('paper: 20 at 100 (read by eye), 80 at 1,000.');
    expect(root.desc['#text']).toContain('best "before": 50.');
  });

  it('gives the same bytes again', () => {
    expect(renderSvg(structuredClone(figure))).toBe(svg);
  });

  it('draws what was read by eye hollow, and only that', () => {
    const marked = [
      ...svg.matchAll(/class="(paper|ours)( hollow)?" transform="translate\(([\d.]+) ([\d.]+)\)"/g),
    ];
    const drawn = marked.map(([, origin, hollow]) => `${origin}${hollow ?? ''}`);
    // Points of the paper and its entry in the legend, then the same of ours.
    expect(drawn).toEqual(['paper hollow', 'paper', 'paper', 'ours', 'ours']);
    expect(svg).toContain('paper (solid: printed, hollow: read by eye)');
  });

  it('puts higher values higher up and larger ones further right', () => {
    const [low, high] = [
      ...svg.matchAll(/class="paper[^"]*" transform="translate\(([\d.]+) ([\d.]+)\)"/g),
    ].map(([, x, y]) => ({ x: Number(x), y: Number(y) }));
    expect(high!.x).toBeGreaterThan(low!.x);
    expect(high!.y).toBeLessThan(low!.y);
  });

  it('tells curves apart without colour: by mark and by dash', () => {
    const paths = new Set([...svg.matchAll(/transform="translate[^"]*" d="([^"]+)"/g)].map(([, d]) => d));
    expect(paths.size).toBe(2);
    expect(svg).toMatch(/class="line ours" stroke-dasharray/);
  });

  it('follows a dark page, with rules that touch nothing else of it', () => {
    const [, style = ''] = /<style>([\s\S]*?)<\/style>/.exec(svg) ?? [];
    expect(style).toContain('prefers-color-scheme:dark');
    for (const [, selector] of style.matchAll(/(?:^|[}{])\s*([^{}@]+)\{/gm)) {
      expect(selector).toMatch(/^\.gpt-figure /);
    }
  });

  it('tells only the ends of a long curve in words', () => {
    const [panel] = figure.panels;
    const points = Array.from({ length: 100 }, (_, x) => ({ x, y: 2 * x }));
    const long = { ...figure, panels: [{ ...panel!, series: [{ ...panel!.series[0]!, points }] }] };
    expect(describeFigure(long)).toContain('paper: 100 points from 0 at 0 to 198 at 99.');
  });
});

describe('renderPng', () => {
  it('gives an opaque picture of twice the size', async () => {
    const png = await renderPng(renderSvg(figure));
    expect(png.subarray(1, 4).toString()).toBe('PNG');
    const [, width] = /width="(\d+)"/.exec(renderSvg(figure))!;
    expect(png.readUInt32BE(16)).toBe(2 * Number(width));
    // Colour type 2: without transparency.
    expect(png[25]).toBe(2);
  });
});

describe('renderTextFigure', () => {
  it.each([40, 80, 100])('fits %i characters', (columns) => {
    const lines = renderTextFigure(figure, columns).split('\n');
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(columns);
  });

  it('marks points by how they came about, the higher ones higher up', () => {
    const lines = renderTextFigure(figure, 60).split('\n');
    const rowOf = (mark: string) => lines.findIndex((line) => /[┤│]/.test(line) && line.includes(mark));
    const [byEye, printed, ours] = ['○', '●', '■'].map(rowOf);
    expect(printed).toBeGreaterThan(0);
    expect(ours).toBeGreaterThan(printed!);
    expect(byEye).toBeGreaterThan(ours!);
    expect(lines.some((line) => line.includes('┄ best "before": 50'))).toBe(true);
  });
});
