import { describe, expect, it } from 'vitest';
import { createScale, panelScales } from './scale.js';

const texts = (values: number[], scale: 'linear' | 'log') =>
  createScale({ label: 'x', scale }, values).ticks.map(({ text }) => text);

describe('createScale', () => {
  it.each<[number[], string[]]>([
    [
      [0, 100],
      ['0', '20', '40', '60', '80', '100'],
    ],
    [
      [0.31, 0.68],
      ['0.3', '0.4', '0.5', '0.6', '0.7'],
    ],
    [
      [-3, 7],
      ['-4', '-2', '0', '2', '4', '6', '8'],
    ],
    [
      [4.2, 8.7],
      ['4', '5', '6', '7', '8', '9'],
    ],
  ])('has round numbers as ticks of a linear axis for %j', (values, expected) => {
    expect(texts(values, 'linear')).toEqual(expected);
  });

  it('has powers of ten as ticks of a logarithmic axis, and more of them where it is short', () => {
    expect(texts([1000, 1e6], 'log')).toEqual(['1,000', '10,000', '100K', '1M']);
    expect(texts([2, 50], 'log')).toEqual(['1', '2', '5', '10', '20', '50', '100']);
  });

  it('places equal ratios at equal distances on a logarithmic axis', () => {
    const { place } = createScale({ label: 'x', scale: 'log' }, [1, 10_000]);
    expect([1, 10, 100, 10_000].map(place)).toEqual([0, 0.25, 0.5, 1]);
  });

  it('keeps every point inside, also beyond the ends that were asked for', () => {
    const { from, to, place } = createScale({ label: 'y', scale: 'linear', from: 0, to: 50 }, [-7, 63]);
    expect(from).toBeLessThanOrEqual(-7);
    expect(to).toBeGreaterThanOrEqual(63);
    for (const value of [-7, 63]) expect(place(value)).toBeGreaterThanOrEqual(0);
    expect(createScale({ label: 'y', scale: 'linear', from: 0, to: 50 }, [10, 20])).toMatchObject({
      from: 0,
      to: 50,
    });
  });

  it('has ends for a single value and for none', () => {
    for (const values of [[], [5], [0]]) {
      const { from, to } = createScale({ label: 'y', scale: 'linear' }, values);
      expect(to).toBeGreaterThan(from);
    }
  });

  it('cuts an error at an end of the axis that was asked for, but never a point', () => {
    const scales = (from?: number) =>
      panelScales({
        ...{
          title: '',
          x: { label: 'x', scale: 'linear' },
          y: { label: 'y', scale: 'linear', from, to: 40 },
        },
        series: [
          {
            ...{ label: '', origin: 'ours', connected: true, marked: true, source: '' },
            points: [{ x: 1, y: 0.4, standardError: 1.5 }],
          },
        ],
        lines: [],
      });
    expect(scales(0).y.from).toBe(0);
    expect(scales(1).y.from).toBeLessThanOrEqual(0.4);
    expect(scales().y.from).toBeLessThanOrEqual(0.4 - 1.5);
  });
});
