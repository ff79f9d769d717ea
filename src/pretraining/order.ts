/**
 * Which tokens a model sees when: windows of a fixed length in a seeded order. The order is a function of the number of the
 * update alone, so a resumed run needs to remember nothing.
 */

import { UserError } from '../errors.js';
import { keyedRandom } from '../random/keyed-random.js';
import { drawBelow, shuffle } from '../random/shuffle.js';

/** A part of the run in which all windows have the same length. */
export interface WindowStage {
  /** Tokens of a window; the last one is only predicted. From 2 to nCtx. */
  length: number;
  /** Updates in this stage, at least 1. */
  updates: number;
  /** Windows of one update, at least 1. */
  windows: number;
}

/** Tokens `start` to `end - 1`; all but the first are predicted. */
interface TokenWindow {
  start: number;
  end: number;
}

/** The windows of an update, counted from 0, as ranges of the training tokens. */
export type WindowOrder = (update: number) => TokenWindow[];

/** Window k of an epoch is number `order[k]` of those that lie end to end from `offset` on. */
interface Epoch {
  offset: number;
  order: Uint32Array;
}

/**
 * The order of the windows of that many tokens (GPT-2 paper §2.1: documents run into one another). In each epoch of a stage every window comes once, in an order of its own and with cuts at other
 * places, so that no token always stands at the start of a window. Windows overlap by one token: the last target of
 * one is the first input of the next.
 *
 * Throws UserError when the text is shorter than two windows; RangeError for an update behind the last stage.
 */
export function createWindowOrder(
  tokenCount: number,
  stages: readonly WindowStage[],
  seed: number,
): WindowOrder {
  // A straddling batch needs two epochs; the one before is never asked for again.
  const epochs = new Map<string, Epoch>();
  const epochOf = (stage: number, epoch: number): Epoch => {
    const key = `${stage} ${epoch}`;
    let found = epochs.get(key);
    if (found === undefined) {
      found = shuffleWindows(tokenCount, stages[stage]!.length, keyedRandom('windows', seed, stage, epoch));
      if (epochs.size > 1) epochs.delete(epochs.keys().next().value!);
      epochs.set(key, found);
    }
    return found;
  };
  return (update) => {
    let stage = 0;
    let first = 0;
    while (stage < stages.length && update >= first + stages[stage]!.updates)
      first += stages[stage++]!.updates;
    const { length, windows } = stages[stage] ?? { length: 0, windows: 0 };
    if (windows === 0 || update < 0) throw new RangeError(`update ${update} is in no stage`);
    const perEpoch = windowsPerEpoch(tokenCount, length);
    return Array.from({ length: windows }, (_, index) => {
      const number = (update - first) * windows + index;
      const { offset, order } = epochOf(stage, Math.floor(number / perEpoch));
      const start = offset + order[number % perEpoch]! * (length - 1);
      return { start, end: start + length };
    });
  };
}

/** Windows of that length that fit whatever the offset: the same number in every epoch. @internal */
export function windowsPerEpoch(tokenCount: number, length: number): number {
  return Math.floor((tokenCount - 1 - (length - 2)) / (length - 1));
}

function shuffleWindows(tokenCount: number, length: number, random: () => number): Epoch {
  const below = drawBelow(random);
  const offset = below(length - 1);
  if (tokenCount < length + offset) {
    throw new UserError(
      `The text has ${tokenCount} tokens; a sequence of ${length - 1} and its targets need ${length + offset}.`,
      { hint: 'Give more text, or a shorter context.' },
    );
  }
  const order = Uint32Array.from({ length: windowsPerEpoch(tokenCount, length) }, (_, index) => index);
  return { offset, order: shuffle(order, below) };
}
