import { describe, expect, it } from 'vitest';
import { editDistance, nearest } from './suggest.js';

describe('editDistance', () => {
  it.each([
    ['', '', 0],
    ['', 'abc', 3],
    ['kitten', 'sitting', 3],
    ['lambada', 'lamdaba', 2],
    ['ab', 'ba', 1],
    ['gpt2-meduim', 'gpt2-medium', 1],
  ])('%s to %s takes %i edits, in both directions', (a, b, edits) => {
    expect(editDistance(a, b)).toBe(edits);
    expect(editDistance(b, a)).toBe(edits);
  });
});

describe('nearest', () => {
  const names = ['gpt2', 'gpt2-medium', 'gpt2-large', 'gpt2-xl'];

  it('finds the name with the fewest edits', () => {
    expect(nearest('gpt2-medum', names)).toBe('gpt2-medium');
    expect(nearest('GPT2-XL', names)).toBe('gpt2-xl');
  });

  it('offers nothing when the name is like none of them', () => {
    expect(nearest('bert-base', names)).toBeUndefined();
    expect(nearest('', names)).toBeUndefined();
  });
});
