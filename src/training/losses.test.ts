import { expect, test } from 'vitest';
import { compareDerivatives } from '../testing/finite-differences.js';
import { classificationLoss, squaredErrorLoss } from './losses.js';

const matrix = (rows: number, columns: number) => ({
  dims: [rows, columns],
  shape: ['E', columns] as [string, number],
});

test.each([
  [
    'the squared error',
    () =>
      compareDerivatives({ x: matrix(4, 1), targets: matrix(4, 1), weights: matrix(4, 1) }, (values) =>
        squaredErrorLoss(values.x!, values.targets!, values.weights!),
      ),
  ],
  [
    'the cross-entropy with soft labels',
    () =>
      compareDerivatives({ x: matrix(3, 6), targets: matrix(3, 6) }, (values) =>
        classificationLoss(values.x!, values.targets!),
      ),
  ],
])('the gradient of %s agrees with finite differences', async (_, compare) => {
  const pairs = await compare();
  expect(pairs[0]!.name).toBe('x');
  for (const { name, graph, differences } of pairs) {
    const largest = Math.max(...differences.map(Math.abs));
    expect(largest, `${name} has no influence`).toBeGreaterThan(0.01);
    const error = Math.max(...graph.map((value, i) => Math.abs(value - differences[i]!))) / largest;
    expect(error, `${name}: ${graph} and ${differences}`).toBeLessThan(1e-4);
  }
});
