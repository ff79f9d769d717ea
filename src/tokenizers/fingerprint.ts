import { createHash } from 'node:crypto';
import type { TokenizerFiles } from './vocabulary.js';

/** sha256 (hex) over the name of a tokenizer, its symbols by id and its merges by priority. */
export function fingerprintOf(name: string, files: TokenizerFiles): string {
  const symbols = [...files.vocab].toSorted(([, a], [, b]) => a - b).map(([symbol]) => symbol);
  return createHash('sha256')
    .update(JSON.stringify([name, symbols, files.merges]))
    .digest('hex');
}
