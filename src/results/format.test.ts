import { describe, expect, it } from 'vitest';
import { formatDigits, formatEstimate, formatNumber } from './format.js';

describe('formatNumber', () => {
  it.each([
    [0, '0.00'],
    [8.634, '8.63'],
    [-999.994, '-999.99'],
    [1000, '1,000'],
    [6142040.4, '6,142,040'],
    [1.5e9, '1.50e+9'],
    [Number.NaN, '–'],
    [Number.POSITIVE_INFINITY, '–'],
  ])('%s is %s', (value, text) => expect(formatNumber(value)).toBe(text));

  it('has the decimals of what it stands beside', () => {
    expect(formatNumber(69.04, { beside: 2801.6 })).toBe('69');
    expect(formatNumber(1300.4, { beside: 65.85 })).toBe('1,300.40');
  });
});

describe('formatEstimate', () => {
  it('is one style of number: value and error with the same decimals', () => {
    expect(formatEstimate({ value: 1953175.2, standardError: 179359.41, unit: 'perplexity' })).toBe(
      '1,953,175 ± 179,359',
    );
    expect(formatEstimate({ value: 6.852, standardError: 0.349, unit: 'percent' })).toBe('6.85 % ± 0.35');
    expect(formatEstimate({ value: 0.4, standardError: 0.02, unit: 'share' })).toBe('0.400 ± 0.020');
  });

  it('has no error where none is defined or where it is 0', () => {
    expect(formatEstimate({ value: 0, standardError: 0, unit: 'percent' })).toBe('0.00 %');
    expect(formatEstimate({ value: 1.2, standardError: null, unit: 'nats' })).toBe('1.20');
  });
});

describe('formatDigits', () => {
  it('counts are whole', () => expect(formatDigits({ value: 12345, unit: 'count' })).toBe('12,345'));
});
