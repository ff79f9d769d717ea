import { readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { XMLValidator } from 'fast-xml-parser';
import { describe, expect, test } from 'vitest';
import { formatMetric } from '../results/format.js';
import type { Result } from '../results/result.js';
import { projectFolder } from '../testing/documents.js';

interface Recording {
  columns: number;
  scenes: { command: string; chunks: { afterMs: number; text: string }[] }[];
}

const folder = path.join(projectFolder, 'docs', 'screencast');
const read = (name: string) => readFileSync(path.join(folder, name), 'utf8').replaceAll('\r\n', '\n');
const recording = JSON.parse(read('recording.json')) as Recording;
const { drawSvg, drawText } = (await import(pathToFileURL(path.join(folder, 'draw.js')).href)) as {
  drawSvg(recording: Recording): string;
  drawText(recording: Recording): string;
};

describe('the screencast of the README', () => {
  test('is drawn from its recording (node docs/screencast/draw.js)', () => {
    expect(read('screencast.svg')).toBe(drawSvg(recording));
    expect(read('screencast.txt')).toBe(drawText(recording));
  });

  test('shows the numbers that the commands still give (node docs/screencast/record.js)', () => {
    const [scene] = recording.scenes.filter(({ command }) => command.startsWith('gpt eval '));
    const shown = scene!.chunks.map(({ text }) => text).join('');
    const file = path.join(projectFolder, 'results', 'samples', 'lambada--tiny--sample.json');
    const { metrics } = JSON.parse(readFileSync(file, 'utf8')) as Result;
    for (const metric of metrics) {
      const line = shown.split('\n').find((text) => text.includes(`│ ${metric.label} `));
      expect(line?.split('│')[2]?.trim(), metric.label).toBe(formatMetric(metric));
    }
  });

  test('is a well-formed drawing with its text in words, and still where motion is not wanted', () => {
    const svg = read('screencast.svg');
    expect(XMLValidator.validate(svg)).toBe(true);
    expect(svg).toContain('aria-labelledby="title description"');
    expect(svg.indexOf('animation: appear')).toBeGreaterThan(
      svg.indexOf('prefers-reduced-motion: no-preference'),
    );
  });
});

describe('drawing', () => {
  const draw = (...chunks: string[]) =>
    drawText({
      columns: 10,
      scenes: [{ command: 'gpt', chunks: chunks.map((text, at) => ({ afterMs: 10 * at, text })) }],
    });

  test('breaks lines at the width and leaves colours out of the text', () => {
    expect(draw('\x1b[1mbold\x1b[22m and pl', 'ain\n', 'end')).toBe('$ gpt\nbold and p\nlain\nend\n');
  });

  test('a row appears after the ones before it, the waiting shortened', () => {
    const svg = drawSvg({
      columns: 10,
      scenes: [
        {
          command: 'a',
          chunks: [
            { afterMs: 400, text: 'b\n' },
            { afterMs: 99_000, text: 'c\n' },
          ],
        },
      ],
    });
    const delays = Array.from(svg.matchAll(/animation-delay: ([\d.]+)s/g), ([, seconds]) => Number(seconds));
    expect(delays).toHaveLength(3);
    expect(delays).toEqual([...delays].sort((a, b) => a - b));
    expect(delays[1]! - delays[0]!).toBeCloseTo(0.4, 2);
    expect(delays[2]! - delays[1]!).toBeLessThan(1);
  });

  test('signs of XML are text', () => {
    const svg = drawSvg({ columns: 20, scenes: [{ command: 'a<b>&c', chunks: [] }] });
    expect(XMLValidator.validate(svg)).toBe(true);
    expect(svg).toContain('a&lt;b&gt;&amp;c');
  });
});
