import { sha256Of } from '../files/sha256.js';
import type { TokenizerFiles } from './tokenizer-content.js';

/**
 * sha256 (hex) over the name of a tokenizer, its symbols by id and its merges by priority. Ids and the tokens around a text add
 * to it only where they are not those of the released tokenizers, whose fingerprints stay as they are.
 */
export function fingerprintOf(name: string, { vocab, merges, boundaries }: TokenizerFiles): string {
  const entries = [...vocab].toSorted(([, a], [, b]) => a - b);
  const symbols = entries.map(([symbol]) => symbol);
  const hasGaps = entries.some(([, id], place) => id !== place);
  const parts = [
    ...[name, symbols, merges],
    ...(hasGaps ? [entries.map(([, id]) => id)] : []),
    ...(boundaries === undefined ? [] : [boundaries]),
  ];
  return sha256Of(JSON.stringify(parts));
}
