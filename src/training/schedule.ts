/** How the learning rate goes over a run. */

/** The schedule of a run: serialisable, so that it is part of a result and of a saved state. */
export type Schedule =
  /**
   * Fine-tuning of the GPT-1 release (openai/finetune-transformer-lm opt.py:warmup_linear): with x = update / totalUpdates,
   * peak · (1 − x), and during the first `warmup` of the run also · x/warmup. The first update has rate 0.
   */
  | { kind: 'gpt1'; peak: number; warmup: number; totalUpdates: number }
  /**
   * Pre-training (GPT-1 paper §4.1): up to `peak` in a straight line over `warmupUpdates`, then half a cosine down to
   * `final`. The first update has rate peak / warmupUpdates, not 0.
   */
  | { kind: 'cosine'; peak: number; final: number; warmupUpdates: number; totalUpdates: number };

/** The GPT-1 release's fine-tuning: peak 6.25e-5, warm-up over 0.2 % of the updates (paper §4.1, train.py). */
export function gpt1Schedule(totalUpdates: number, peak = 6.25e-5): Schedule {
  return { kind: 'gpt1', peak, warmup: 0.002, totalUpdates };
}

/** Learning rate of an update, counted from 0; after the last one it stays at what it ends with. */
export function learningRate(schedule: Schedule, update: number): number {
  const { peak, totalUpdates } = schedule;
  if (schedule.kind === 'gpt1') {
    const x = Math.min(update / totalUpdates, 1);
    return peak * (x <= schedule.warmup ? x / schedule.warmup : 1) * (1 - x);
  }
  const { final, warmupUpdates } = schedule;
  if (update < warmupUpdates) return (peak * (update + 1)) / warmupUpdates;
  const x = Math.min((update - warmupUpdates) / Math.max(1, totalUpdates - warmupUpdates), 1);
  return final + (peak - final) * 0.5 * (1 + Math.cos(Math.PI * x));
}
