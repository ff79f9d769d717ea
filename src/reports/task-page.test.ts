import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { createTask } from '../tasks/find.js';
import { taskDefinitions } from '../tasks/index.js';
import { readExperiment } from './experiment.js';
import { readOthers } from './others.js';
import { renderTaskPage } from './task-page.js';

const pages = fileURLToPath(new URL('../../docs/tasks/', import.meta.url));

describe('the pages in docs/tasks', () => {
  test.each(taskDefinitions.map((definition) => [definition.name, definition] as const))(
    '%s is what its declaration says (gpt tasks --write docs/tasks)',
    async (name, definition) => {
      const experiment = await readExperiment(createTask(definition).paper.table);
      expect(await readFile(`${pages}${name}.md`, 'utf8')).toBe(
        renderTaskPage(definition, experiment, readOthers()),
      );
    },
  );

  test('a page shows the paper’s numbers and which of our metrics stands beside them', async () => {
    const definition = taskDefinitions.find(({ name }) => name === 'lambada')!;
    const page = renderTaskPage(definition, await readExperiment('gpt2-table3'), readOthers());
    expect(page).toContain('| 117M (124M) | 35.13 | 45.99 | `perplexity`, `accuracy_stop_word_filter` |');
    expect(page).toContain('| gpt2 | whole word | 32.56 % | EleutherAI/lm-evaluation-harness#2159 |');
  });
});

test('every metric that a table names is one that its task can give', async () => {
  const table3 = await readExperiment('gpt2-table3');
  for (const { task, metric } of table3.columns) {
    const definition = taskDefinitions.find(({ name }) => name === task);
    expect(definition, task).toBeDefined();
    expect(metric).toMatch(
      /^(perplexity|accuracy|bits_per_byte|bits_per_character|accuracy_stop_word_filter)$/,
    );
  }
});
