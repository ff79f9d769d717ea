/** One sentence as each model's tokenizer cuts it. */
import { formatCount } from '../format.js';
import type { Tokenizer } from '../tokenizers/tokenizer.js';
import type { ComparedModel } from './model.js';
import type { Section } from './section.js';

/** Ids and pieces of a text. */
export function compareTokens(models: readonly ComparedModel[], text: string): Section {
  const encoded = models.map(({ tokenizer }) =>
    tokenizer === undefined ? undefined : { tokenizer, ids: tokenizer.encode(text) },
  );
  const sources = encoded.map((one) =>
    one === undefined
      ? null
      : `computed with ${one.tokenizer.name}, ${formatCount(one.tokenizer.vocabSize)} tokens`,
  );
  const row = (what: string, of: (one: { tokenizer: Tokenizer; ids: number[] }) => string) => ({
    what,
    values: encoded.map((one) => (one === undefined ? null : of(one))),
    sources,
  });
  return {
    id: 'tokenizer',
    title: `Tokens of ${JSON.stringify(text)}`,
    rows: encoded.every((one) => one === undefined)
      ? []
      : [
          row('tokens', ({ ids }) => String(ids.length)),
          row('pieces', ({ tokenizer, ids }) => pieces(tokenizer, ids).join(' ')),
          row('ids', ({ ids }) => ids.join(' ')),
          row('decoded again', ({ tokenizer, ids }) =>
            tokenizer.decode(ids) === text ? 'the same text' : JSON.stringify(tokenizer.decode(ids)),
          ),
        ],
    notes: encoded.some((one) => one !== undefined)
      ? ['In pieces, · is a space and ⏎ a line end; ▯ is a piece of a character of several bytes.']
      : [],
  };
}

/** Tokens as text, with white space made visible: pieces stand beside each other with spaces between. */
function pieces(tokenizer: Tokenizer, ids: readonly number[]): string[] {
  return ids.map((id) =>
    tokenizer.decode([id]).replaceAll(' ', '·').replaceAll('\n', '⏎').replaceAll('\uFFFD', '▯'),
  );
}
