/** How fast this machine is: what `--minutes` needs to know before the schedule can be made. */
import type { TrainingExample } from '../training/batch.js';
import type { Trainer } from '../training/trainer.js';
import { sequenceOf } from './held-out.js';
import { interimWindows } from './looks.js';
import { createWindowOrder } from './order.js';
import type { Pretraining } from './pretraining.js';
import { planStages } from './settings.js';
import type { Speed } from './time-plan.js';

/** Passes before the clock starts: the first ones are slow because memory is touched for the first time. */
const WARM_UP = 2;

/** Timed passes of each kind; the median is taken. */
const TIMED = 5;

/**
 * Times a few updates of each length and a batch of held-out text with a trainer that is not used for anything else, so that the
 * run itself starts untouched. Where that would take longer than `patience` seconds, fewer passes have to do, at least one of each.
 */
export async function measureSpeed(run: Pretraining, trainer: Trainer, patience: number): Promise<Speed> {
  const { data, settings, config } = run;
  const { tokens } = data.training;
  const sequences = (ranges: readonly { start: number; end: number }[]): TrainingExample[] =>
    ranges.map((range) => ({ sequences: [sequenceOf(tokens, range)] }));
  const kinds = settings.lengths.length + (data.heldOut === undefined ? 0 : 1);
  const time = async (pass: () => Promise<unknown>): Promise<number> => {
    const seconds: number[] = [];
    const started = performance.now();
    do {
      run.signal?.throwIfAborted();
      run.onProgress?.({ phase: 'speed' });
      const start = performance.now();
      await pass();
      seconds.push((performance.now() - start) / 1000);
    } while (
      seconds.length < WARM_UP + TIMED &&
      (performance.now() - started) / 1000 + seconds.at(-1)! < patience / kinds
    );
    const timed = seconds.slice(Math.min(WARM_UP, seconds.length - 1)).toSorted((a, b) => a - b);
    return timed[timed.length >> 1]!;
  };
  let perUpdate = 0;
  for (const stage of settings.lengths) {
    const [planned] = planStages({ ...settings, lengths: [{ ...stage, share: 1 }] }, config.nCtx, 1);
    const batch = sequences(createWindowOrder(tokens.length, [planned!], settings.seed)(0));
    perUpdate += stage.share * (await time(() => trainer.step(batch)));
  }
  const { heldOut } = data;
  if (heldOut === undefined) return { perUpdate };
  const rows = Math.max(1, Math.floor(settings.batchTokens / config.nCtx));
  const batch = interimWindows(run, heldOut)
    .chosen.slice(0, rows)
    .map((range) => ({ sequences: [sequenceOf(heldOut.tokens, range)] }));
  return { perUpdate, perWindow: (await time(() => trainer.evaluate(batch))) / batch.length };
}
