/**
 * Which tokens a model sees when: windows of a fixed length in a seeded order. The order is a function of the number of the
 * update alone, so a resumed run needs to remember nothing.
 */

import { packSequences, type SequenceRange } from '../datasets/packing.js';
import { keyedRandom } from '../random/keyed-random.js';

/** A part of the run in which all windows have the same length. */
export interface WindowStage {
  /** Tokens of a window; the last one is only predicted. From 2 to nCtx. */
  length: number;
  /** Updates in this stage, at least 1. */
  updates: number;
  /** Windows of one update, at least 1. */
  windows: number;
}

/** The windows of an update, counted from 0, as ranges of the training tokens. */
export type WindowOrder = (update: number) => SequenceRange[];

/**
 * The order of windows. In each epoch of a stage every window comes once, in an order of its own and with cuts at other
 * places, so that no token always stands at the start of a window. Windows overlap by one token: the last target of
 * one is the first input of the next.
 *
 * Throws UserError when the text is shorter than two windows; RangeError for an update behind the last stage.
 */
export function createWindowOrder(
  tokens: ArrayLike<number>,
  stages: readonly WindowStage[],
  seed: number,
): WindowOrder {
  // A straddling batch needs two epochs; the one before is never asked for again.
  const epochs = new Map<string, SequenceRange[]>();
  const epochOf = (stage: number, epoch: number): SequenceRange[] => {
    const key = `${stage} ${epoch}`;
    let ranges = epochs.get(key);
    if (ranges === undefined) {
      ranges = shuffledWindows(tokens, stages[stage]!.length, keyedRandom('windows', seed, stage, epoch));
      if (epochs.size > 1) epochs.delete(epochs.keys().next().value!);
      epochs.set(key, ranges);
    }
    return ranges;
  };
  return (update) => {
    let stage = 0;
    let first = 0;
    while (stage < stages.length && update >= first + stages[stage]!.updates)
      first += stages[stage++]!.updates;
    const { length, windows } = stages[stage] ?? { length: 0, windows: 0 };
    if (windows === 0 || update < 0) throw new RangeError(`update ${update} is in no stage`);
    const perEpoch = windowsPerEpoch(tokens.length, length);
    return Array.from({ length: windows }, (_, index) => {
      const number = (update - first) * windows + index;
      return epochOf(stage, Math.floor(number / perEpoch))[number % perEpoch]!;
    });
  };
}

/** Windows of that length that fit whatever the offset: the same number in every epoch. */
export function windowsPerEpoch(tokenCount: number, length: number): number {
  return Math.floor((tokenCount - 1 - (length - 2)) / (length - 1));
}

function shuffledWindows(tokens: ArrayLike<number>, length: number, random: () => number): SequenceRange[] {
  const below = (limit: number) => Math.floor((random() >>> 0) * 2 ** -32 * limit);
  // Packed by the number of targets; the token behind each range belongs to the window.
  const ranges = packSequences(tokens, length - 1, below(length - 1))
    .slice(0, windowsPerEpoch(tokens.length, length))
    .map(({ start, end }) => ({ start, end: end + 1 }));
  for (let i = ranges.length - 1; i > 0; i--) {
    const j = below(i + 1);
    [ranges[i], ranges[j]] = [ranges[j]!, ranges[i]!];
  }
  return ranges;
}
