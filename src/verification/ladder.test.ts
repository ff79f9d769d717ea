import { expect, test } from 'vitest';
import { readOthers } from '../reports/others.js';
import { exampleResult } from '../testing/example-result.js';
import { answersRung, checkRung, leftOutRung, rungsOf } from './ladder.js';

const others = readOthers();
const sha256 = 'a'.repeat(64);

test('a model’s numbers are grouped by the run that gives them, the cheapest run first', () => {
  const rungs = rungsOf('gpt2', others);
  expect(rungs.map(({ task, numbers }) => [task, numbers.map(({ value }) => value)])).toEqual([
    ['wikitext103', ['37.37', '0.9769']],
    ['wikitext2', ['29.94']],
    ['lambada', ['32.56', '40.06', '46.67']],
    ['lambada-original', ['26']],
  ]);
  expect(rungsOf('gpt2-large', others).map(({ numbers }) => numbers[0]!.value)).toEqual(['19.44', '16.44']);
  expect(rungsOf('gpt2-xl', others).map(({ numbers }) => numbers.map(({ value }) => value))).toEqual([
    ['51.21', '10.63'],
  ]);
});

test('a result settles a rung only if it is of those weights, options and all of the data', () => {
  const lambada = rungsOf('gpt2', others)[2]!;
  const recipe = rungsOf('gpt2', others)[1]!;
  expect(answersRung(exampleResult(), lambada, sha256)).toBe(true);
  expect(answersRung(exampleResult(), lambada, 'b'.repeat(64))).toBe(false);
  expect(answersRung(exampleResult({ data: { complete: false } }), lambada, sha256)).toBe(false);
  expect(answersRung(exampleResult({ settings: { limit: 10 } }), lambada, sha256)).toBe(false);
  const wikitext = (variant: Record<string, string>) =>
    exampleResult({ task: { name: 'wikitext2', variant } });
  const { form, text, documents, windows } = recipe.options as Record<string, string>;
  expect(
    answersRung(
      wikitext({ windows: windows!, documents: documents!, text: text!, form: form! }),
      recipe,
      sha256,
    ),
  ).toBe(true);
  expect(answersRung(wikitext({ form: form! }), recipe, sha256)).toBe(false);
});

test('numbers within the tolerance hold, others fail; a rung without a result says why', () => {
  const lambada = rungsOf('gpt2', others)[2]!;
  // The example has 32.5, 46.5 and a perplexity of its own.
  const facts = checkRung(lambada, exampleResult());
  expect(facts.map(({ expected, verdict }) => [expected, verdict])).toContainEqual(['32.56', 'holds']);
  expect(facts.map(({ expected, verdict }) => [expected, verdict])).toContainEqual(['46.67', 'fails']);
  expect(leftOutRung(lambada, 'no data').map(({ verdict, note }) => [verdict, note])).toEqual(
    Array(3).fill(['not checked', 'no data']),
  );
});

test('rounded weights settle a rung only where they were asked for, and within what rounding may change', () => {
  const lambada = rungsOf('gpt2', others)[2]!;
  const rounded = exampleResult({ model: { name: 'gpt2 q8', dtype: 'q8' } });
  expect(answersRung(rounded, lambada, sha256)).toBe(false);
  expect(answersRung(rounded, lambada, sha256, 'q8')).toBe(true);
  expect(answersRung(exampleResult(), lambada, sha256, 'q8')).toBe(false);
  const tolerances = (result: typeof rounded) =>
    checkRung(lambada, result).map(({ tolerance }) => Number(tolerance!.slice(2)));
  const [exact, wider] = [tolerances(exampleResult()), tolerances(rounded)];
  exact.forEach((tolerance, i) => {
    expect(wider[i]).toBeGreaterThan(tolerance);
  });
});
