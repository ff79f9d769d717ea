/** How many updates fit into a given time: what `--minutes` needs to know before the schedule can be made. */
import type { TrainingExample } from '../training/batch.js';
import type { Trainer } from '../training/trainer.js';
import { sequenceOf } from './held-out.js';
import { interimWindows } from './loop.js';
import { createWindowOrder } from './order.js';
import type { Pretraining } from './pretrain.js';
import { planStages } from './settings.js';

/** Passes before the clock starts: the first ones are slow because memory is touched for the first time. */
const WARM_UP = 2;

/** Timed passes of each kind; the median is taken. */
const TIMED = 5;

/** The share of the time that is not planned for: saving, samples, and a machine that has other things to do. */
const RESERVE = 0.03;

/**
 * Measures a few updates of each length and a look at held-out text with a trainer that is thrown away, so that the run itself
 * starts untouched. At least one update for each length comes out.
 */
export async function updatesInMinutes(
  minutes: number,
  run: Pretraining,
  openTrainer: () => Promise<Trainer>,
): Promise<number> {
  const { data, settings, config, evaluations } = run;
  const { tokens } = data.training;
  const trainer = await openTrainer();
  const sequences = (ranges: readonly { start: number; end: number }[]): TrainingExample[] =>
    ranges.map((range) => ({ sequences: [sequenceOf(tokens, range)] }));
  const time = async (pass: () => Promise<unknown>): Promise<number> => {
    const seconds: number[] = [];
    for (let number = 0; number < WARM_UP + TIMED; number++) {
      run.signal?.throwIfAborted();
      run.onProgress?.({ phase: 'speed' });
      const start = performance.now();
      await pass();
      if (number >= WARM_UP) seconds.push((performance.now() - start) / 1000);
    }
    return seconds.toSorted((a, b) => a - b)[TIMED >> 1]!;
  };
  try {
    let perUpdate = 0;
    for (const stage of settings.lengths) {
      const [planned] = planStages({ ...settings, lengths: [{ ...stage, share: 1 }] }, config.nCtx, 1);
      const batch = sequences(createWindowOrder(tokens, [planned!], settings.seed)(0));
      perUpdate += stage.share * (await time(() => trainer.step(batch)));
    }
    let looking = 0;
    if (data.heldOut !== undefined) {
      const heldOut = data.heldOut;
      const rows = Math.max(1, Math.floor(settings.batchTokens / config.nCtx));
      const { chosen } = interimWindows(run, heldOut);
      const batch = chosen
        .slice(0, rows)
        .map((range) => ({ sequences: [sequenceOf(heldOut.tokens, range)] }));
      const perWindow = (await time(() => trainer.evaluate(batch))) / batch.length;
      // At the end every token is read twice: once for itself and once as context.
      const lastLook = (2 * heldOut.tokens.length) / config.nCtx;
      looking = perWindow * (Math.max(0, evaluations - 1) * chosen.length + lastLook);
    }
    const seconds = minutes * 60 * (1 - RESERVE) - looking;
    return Math.max(settings.lengths.length, Math.floor(seconds / perUpdate));
  } finally {
    await trainer.close();
  }
}
