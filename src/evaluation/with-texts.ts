/** Records as people want to read them: with what was asked, and with what a right answer would be. */
import type { AnyTask, Prompt, RecordBase } from '../tasks/task.js';
import { inputHash } from './work.js';

/** The record with its prompt, the question where the prompt is longer than that, and the reference answers. */
export function withTexts(task: AnyTask, row: unknown, record: RecordBase): object {
  const asked = withPrompts(task, row, record);
  if (task.kind !== 'generate' || task.references === undefined || asked === record) return asked;
  const references = task.references(row);
  const { turns } = asked as { turns?: object[] };
  if (turns === undefined) return { ...references[0], ...asked };
  return { ...asked, turns: turns.map((turn, place) => ({ ...references[place], ...turn })) };
}

/** The record with what was asked, first of all; as it is where that cannot be proved by its hash. */
export function withPrompts(task: AnyTask, row: unknown, record: RecordBase): object {
  switch (task.kind) {
    case 'loglikelihood': {
      const pairs = task.requests(row).map(({ context, continuation }) => [context, continuation] as const);
      const [first, ...others] = pairs;
      if (inputHash(others.length === 0 ? first : pairs) !== record.input) return record;
      // The mark says where scoring begins; the same text may be there twice with different ones.
      const marked = pairs.map(([context, text]) => (context === '' ? text : `${context}▸${text}`));
      if (others.length > 0) return { texts: marked, ...record };
      return { prompt: first![0], continuation: first![1], ...record };
    }
    case 'choice': {
      const { context, options } = task.request(row);
      const same = inputHash([context, ...options]) === record.input;
      return same ? { prompt: context, options, ...record } : record;
    }
    case 'generate': {
      // Of a dialogue each question is asked after the answers before it, which its record has.
      const { turns } = record as { turns?: { answer: string }[] };
      const answers = turns?.map(({ answer }) => answer) ?? [];
      const prompts = (turns ?? [record]).map((_, turn) => textOf(task.prompt(row, answers.slice(0, turn))));
      if (inputHash(prompts) !== record.input) return record;
      if (turns === undefined) return { prompt: prompts[0], ...record };
      return { ...record, turns: turns.map((turn, place) => ({ prompt: prompts[place], ...turn })) };
    }
    case 'rolling':
      return record;
  }
}

function textOf(prompt: Prompt | undefined): string | undefined {
  return prompt && (prompt.before ?? '') + prompt.cuttable + (prompt.after ?? '');
}
