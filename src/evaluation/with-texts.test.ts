import { expect, test } from 'vitest';
import { createTask, lookUpDefinition } from '../tasks/find.js';
import type { AnyTask, RecordBase } from '../tasks/task.js';
import { withTexts } from './with-texts.js';
import { inputHash } from './work.js';

const taskOf = (name: string): AnyTask => createTask(lookUpDefinition(name)!);
const record = (prompts: readonly string[], kept: object) =>
  ({
    ...{ index: 0, contextTokens: 1, scoredTokens: 1, truncatedTokens: 0 },
    input: inputHash(prompts),
    ...kept,
  }) as RecordBase;

test('each turn of a dialogue has its prompt, its question and the reference answers', () => {
  const row = {
    ...{ source: 'cnn', story: 'A cat sat.' },
    turns: [
      { question: 'Who?', references: ['a cat', 'cat'] },
      { question: 'What did it do?', references: ['sat'] },
    ],
  };
  const prompts = ['A cat sat.\n\nQ: Who?\nA:', 'A cat sat.\n\nQ: Who?\nA: a cat\nQ: What did it do?\nA:'];
  const kept = record(prompts, {
    turns: [
      { answer: 'a dog', references: 2 },
      { answer: 'sat', references: 1 },
    ],
  });
  expect(withTexts(taskOf('coqa'), row, kept)).toMatchObject({
    turns: [
      { prompt: prompts[0], question: 'Who?', reference: ['a cat', 'cat'], answer: 'a dog', references: 2 },
      { prompt: prompts[1], question: 'What did it do?', reference: ['sat'], answer: 'sat' },
    ],
  });
});

test('a record of another prompt stays as it is: nothing that is merely likely is shown', () => {
  const row = { question: 'who wrote hamlet', answers: ['Shakespeare'] };
  const other = record(['something else'], { answer: 'x' });
  expect(withTexts(taskOf('nq'), row, other)).toBe(other);
});
