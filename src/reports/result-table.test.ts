import { expect, test } from 'vitest';
import { checkShape } from '../files/json-shape.js';
import { resultShape } from '../results/result.js';
import { exampleResult } from '../testing/example-result.js';
import { renderCard } from './page/result-card.js';
import { renderResult } from './result-table.js';

test('what was read otherwise than it stands in the file is said below the numbers and on the page', async () => {
  const note = 'part.raw ends within a character: its last byte was left out.';
  const noted = exampleResult({ data: { notes: [note] } });
  checkShape(resultShape, noted, 'a.json', 'the result is malformed.');
  expect(await renderResult(noted, [], { color: false, columns: 200 })).toContain(`* ${note}`);
  expect(renderCard(noted, [], undefined).source).toContain(`<li>${note}</li>`);
});
