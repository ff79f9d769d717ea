import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { createTask } from '../tasks/find.js';
import { finetuneTasks, taskDefinitions } from '../tasks/index.js';
import { renderDocumentMarkdown, renderDocumentTerminal } from './document.js';
import { readExperiment } from './experiment.js';
import { readOthers } from './others.js';
import { finetuneTaskPage, taskPage } from './task-page.js';

const pages = fileURLToPath(new URL('../../docs/tasks/', import.meta.url));

describe('the pages in docs/tasks', () => {
  test.each(taskDefinitions.map((definition) => [definition.name, definition] as const))(
    '%s is what its declaration says (gpt tasks --write docs/tasks)',
    async (name, definition) => {
      const experiment = await readExperiment(createTask(definition).paper!.table);
      expect(await readFile(`${pages}${name}.md`, 'utf8')).toBe(
        renderDocumentMarkdown(taskPage(definition, experiment, readOthers())),
      );
    },
  );

  test('a page shows the paper’s numbers and which of our metrics stands beside them', async () => {
    const definition = taskDefinitions.find(({ name }) => name === 'lambada')!;
    const document = taskPage(definition, await readExperiment('gpt2-table3'), readOthers());
    const page = renderDocumentMarkdown(document);
    expect(page).toContain('| 117M (124M) | 35.13 | 45.99 | `perplexity`, `accuracy_stop_word_filter` |');
    expect(page).toContain('| gpt2 | whole word | 32.56 % | EleutherAI/lm-evaluation-harness#2159 |');
  });
});

test.each(
  [40, 80].flatMap((columns) => [...taskDefinitions, ...finetuneTasks].map((task) => ({ task, columns }))),
)(
  'the page of $task.name fits $columns columns of a terminal, without marks of Markdown',
  async ({ task, columns }) => {
    const page =
      'create' in task
        ? taskPage(task, await readExperiment(createTask(task).paper!.table), readOthers())
        : finetuneTaskPage(task, await readExperiment(task.paper!.table));
    const text = await renderDocumentTerminal(page, { columns, color: false });
    expect(text).not.toMatch(/`|^#|\| ---/m);
    // A word that is longer than the line, such as an address, stands by itself, and a column of a grid is never cut.
    const tooLong = text.split('\n').filter((line) => line.length > columns && line.trim().includes(' '));
    expect(tooLong.filter((line) => !/[/\w.-]{24,}|│/.test(line))).toEqual([]);
    expect(text).toContain('What differs from the paper');
  },
);

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
