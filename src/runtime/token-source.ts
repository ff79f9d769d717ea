/** Draws the tokens of a batch of texts. The worker's half of a generation; generation.ts has the other half. */

import { UserError } from '../errors.js';
import { keyedRandom } from '../random/keyed-random.js';
import type { Decoder } from './decoder.js';
import { chooseToken, type Sampling } from './sampling.js';

/** A text to be begun. */
export interface TextStart {
  /** Prompt, at least one token. */
  ids: readonly number[];
  sampling: Sampling;
  /** Of this text's random numbers, whatever else is in the batch. */
  seed: number;
}

/** A token that was drawn. */
export interface DrawnToken {
  /** Which text of the batch it belongs to. */
  text: number;
  token: number;
  /** log p(token | all before it), nats, before temperature and cuts. */
  logProb: number;
}

/** Gives texts one token at a time. */
export interface TokenSource {
  /** Begins a batch and forgets the one before; `places` bounds prompt and answer of the longest. The first token of each. */
  begin(texts: readonly TextStart[], places: number): Promise<DrawnToken[]>;
  /** Leaves the ended texts out from now on and gives the next token of each of the others. */
  next(ended: readonly number[]): Promise<DrawnToken[]>;
}

interface Row {
  text: number;
  sampling: Sampling;
  random: () => number;
  /** Drawn, but not yet read by the model. */
  token: number;
}

/**
 * A token source on a decoder. Only ids below `vocabSize` are drawn: the logits of a padded vocabulary have more places, for
 * which there is no token. Probabilities stay those of the model, over all places.
 */
export function tokenSource(decoder: Decoder, vocabSize = Number.POSITIVE_INFINITY): TokenSource {
  let rows: Row[] = [];

  const drawAll = (): DrawnToken[] =>
    rows.map((row, index) => {
      const [logits, logSum] = [decoder.logits(index), decoder.logSum(index)];
      if (!Number.isFinite(logSum)) {
        throw new UserError(`The logits of the model are no finite numbers (log Σ exp is ${logSum}).`, {
          hint: 'Its weights are damaged, or too large for float32.',
        });
      }
      row.token = chooseToken(logits.subarray(0, vocabSize), row.sampling, row.random);
      return { text: row.text, token: row.token, logProb: logits[row.token]! - logSum };
    });

  return {
    async begin(texts, places) {
      const prompts = texts.map(({ ids }) => ids);
      const order = await decoder.start(prompts, places);
      rows = order.map((text) => {
        const { sampling, seed } = texts[text]!;
        return { text, sampling, random: keyedRandom('generate', seed), token: -1 };
      });
      return drawAll();
    },
    async next(ended) {
      const kept = withoutGaps(rows.map(({ text }) => !ended.includes(text)));
      if (kept.length < rows.length) {
        decoder.keep(kept);
        rows = kept.map((row) => rows[row]!);
      }
      if (rows.length === 0) return [];
      await decoder.step(rows.map(({ token }) => token));
      return drawAll();
    },
  };
}

/** Which row each place takes so that the rows that stay stand together: they stay where they are, gaps are filled from the end. */
function withoutGaps(stays: readonly boolean[]): number[] {
  const count = stays.filter(Boolean).length;
  const movers = stays.flatMap((stay, row) => (stay && row >= count ? [row] : []));
  return Array.from({ length: count }, (_, row) => (stays[row] ? row : movers.shift()!));
}
