/** Which parts of the held-out text a run reads when it looks at its model. */
import type { TokenizedCorpus } from '../datasets/tokenized-corpus.js';
import { type HeldOutWindow, heldOutWindows, spreadWindows } from './held-out.js';
import type { Pretraining } from './pretraining.js';
import type { WantedLooks } from './time-plan.js';

/** Tokens that are measured during the run, where time does not forbid it; all are measured at its end. */
const INTERIM_TOKENS = 1 << 16;

/** Tokens of text below which a measurement says nothing. */
const LEAST_TOKENS = 1 << 13;

/** The windows of a look: whole ones side by side, so many or enough of them for a steady number. */
export function interimWindows(
  run: Pick<Pretraining, 'config' | 'data'>,
  heldOut: TokenizedCorpus,
  count?: number,
): { chosen: HeldOutWindow[]; all: number } {
  const windows = windowsOf(run, heldOut, run.config.nCtx - 1);
  const share = count === undefined ? INTERIM_TOKENS / heldOut.tokens.length : count / windows.length;
  return { chosen: spreadWindows(windows, Math.min(1, share)), all: windows.length };
}

/** The held-out windows that a run would read if time did not matter. */
export function wantedLooks(run: Pretraining): WantedLooks {
  const count = Math.max(0, run.evaluations - 1);
  const { heldOut } = run.data;
  if (heldOut === undefined) return { count, windows: 0, last: 0, least: 0 };
  const windows = interimWindows(run, heldOut).chosen.length;
  return {
    count,
    windows,
    last: windowsOf(run, heldOut, run.config.nCtx >> 1).length,
    least: Math.min(windows, Math.ceil(LEAST_TOKENS / run.config.nCtx)),
  };
}

/** Windows over all of it, `stride` apart. */
export function windowsOf(
  { config, data }: Pick<Pretraining, 'config' | 'data'>,
  heldOut: TokenizedCorpus,
  stride: number,
): HeldOutWindow[] {
  return heldOutWindows(heldOut.documents, data.tokenizer.beginOfText !== undefined, config.nCtx, stride);
}
