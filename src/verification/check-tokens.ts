import type { Tokenizer } from '../tokenizers/tokenizer.js';
import type { PublishedTokens } from './answers.js';
import { type CheckedFact, secondsSince } from './fact.js';

/** Whether the tokenizer cuts the published texts into the published ids; the first that it does not is named. */
export function checkTokens(tokenizer: Tokenizer, { cases, source }: PublishedTokens): CheckedFact {
  const start = performance.now();
  const wrong = cases.filter(([text, ids]) => `${tokenizer.encode(text)}` !== `${ids}`);
  const fact = {
    step: 'tokenizer' as const,
    what: `${cases.length} texts`,
    expected: 'the published ids',
    source,
    seconds: secondsSince(start),
  };
  const [first] = wrong;
  if (first === undefined) return { ...fact, found: 'the same', verdict: 'holds' };
  const [text, ids] = first;
  const note = `${JSON.stringify(text)} is [${ids}], not [${tokenizer.encode(text)}]`;
  return { ...fact, found: `${wrong.length} differ`, verdict: 'fails', note };
}
