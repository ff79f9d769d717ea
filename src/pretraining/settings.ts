/** What decides the numbers of a pre-training run beside model, vocabulary and text. */
import { UsageError } from '../errors.js';
import type { WindowStage } from './order.js';

/** When a run ends. `minutes` becomes a number of updates, since the schedule must know where it ends. */
export type RunLength = { updates: number } | { epochs: number } | { minutes: number };

/** Windows of some length during a share of all updates. */
export interface LengthShare {
  /** Tokens of a window; at most nCtx. */
  length: number;
  /** Of all updates; all shares together are 1. */
  share: number;
}

/** Settings of a run; every one is a flag of `gpt pretrain`. */
export interface PretrainSettings {
  /** Windows of the full context in one update; shorter ones are proportionally more. */
  batch: number;
  /** Short windows first save time while the model learns what is near; the last stage has the full context. */
  lengths: LengthShare[];
  /** Peak learning rate. */
  lr: number;
  /** Share of the updates during which the rate rises to its peak. */
  warmup: number;
  /** Decoupled, on tensors of two or more dimensions. */
  weightDecay: number;
  /** Decay of Adam's second moment. */
  beta2: number;
  /** Rate of dropout on embeddings, attention probabilities and both branches of a block. */
  dropout: number;
  /** Gradients are scaled down to this global norm. */
  maxGradNorm: number;
  /** Standard deviation of the initial matrices; absent: 0.02, as in the papers. */
  initStd?: number;
  /** Of the initial weights, the order of the windows, dropout and samples. */
  seed: number;
  /** Most tokens of one pass; larger batches are computed in several. */
  batchTokens: number;
}

/** Tokens of one update. */
export function tokensPerUpdate({ batch }: Pick<PretrainSettings, 'batch'>, nCtx: number): number {
  return batch * nCtx;
}

/** Updates in which the model reads `epochs` times as many tokens as there are; at least 1. */
export function updatesOfEpochs(
  epochs: number,
  tokens: number,
  settings: Pick<PretrainSettings, 'batch'>,
  nCtx: number,
): number {
  return Math.max(1, Math.round((epochs * tokens) / tokensPerUpdate(settings, nCtx)));
}

/** The stages of a run of so many updates; a stage too short for one update is left out. */
export function planStages(
  settings: Pick<PretrainSettings, 'batch' | 'lengths'>,
  nCtx: number,
  totalUpdates: number,
): WindowStage[] {
  const tokens = tokensPerUpdate(settings, nCtx);
  let share = 0;
  let before = 0;
  const stages = settings.lengths.map(({ length, share: own }): WindowStage => {
    share += own;
    const end = Math.round(Math.min(1, share) * totalUpdates);
    const updates = end - before;
    before = end;
    return { length, updates, windows: Math.max(1, Math.round(tokens / length)) };
  });
  return stages.filter(({ updates }) => updates > 0);
}

/**
 * Parses `512` or `128:0.6,512`: lengths with the share of the updates that each gets; the last one gets the rest. Throws
 * UsageError unless the last is `nCtx` and the shares make sense.
 */
export function parseLengths(text: string, nCtx: number): LengthShare[] {
  const wrong = (reason: string) =>
    new UsageError(`--lengths ${text}: ${reason}.`, {
      hint: `Give lengths with their share of the updates, the whole context last, as in --lengths ${Math.max(2, nCtx >> 2)}:0.6,${nCtx}`,
    });
  const parts = text.split(',');
  let rest = 1;
  return parts.map((part, index) => {
    const isLast = index === parts.length - 1;
    const [, digits, given] = /^(\d+)(?::([\d.]+))?$/.exec(part.trim()) ?? [];
    const length = Number(digits);
    if (!(length >= 2 && length <= nCtx)) throw wrong(`"${part}" is not a length from 2 to ${nCtx}`);
    if (isLast && length !== nCtx) throw wrong(`the last length must be the context, ${nCtx}`);
    if (isLast !== (given === undefined)) throw wrong('every length but the last needs a share');
    const share = isLast ? rest : Number(given);
    rest -= share;
    if (!(share > 0 && (isLast || rest > 0))) throw wrong('the shares must be above 0 and together below 1');
    return { length, share };
  });
}
