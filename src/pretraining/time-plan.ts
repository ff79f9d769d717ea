/** What a run of so many minutes spends them on. */

/** How long the parts of a run take here, measured. Seconds. */
export interface Speed {
  /** One update, the mean over the stages. */
  perUpdate: number;
  /** One window of held-out text; absent when nothing is held out. */
  perWindow?: number;
}

/** Windows of held-out text that a run without a limit would read. */
export interface WantedLooks {
  /** Looks on the way; that at the end is another matter. */
  count: number;
  /** Windows of one look. */
  windows: number;
  /** Windows at the end: all there are. */
  last: number;
  /** Windows below which a look says nothing. */
  least: number;
}

/** What fits. */
export interface TimePlan {
  updates: number;
  /** Looks on the way, and the windows of each. */
  looks: number;
  windows: number;
  /** Windows that the time for the last look is enough for. */
  last: number;
}

/** The share of the time that is not planned for: saving, samples, and a machine that has other things to do. */
const RESERVE = 0.06;

/** The most that the looks on the way, all together, and the last one take of the time. */
const LOOKS = 0.08;
const LAST_LOOK = 0.12;

/**
 * Shares out `seconds`: looks on the way get shorter before they get fewer, the last one reads a part of the text where all of it
 * takes too long, and the rest is for updates. `updates` is 0 where not one fits.
 */
export function planTime(seconds: number, { perUpdate, perWindow }: Speed, wanted: WantedLooks): TimePlan {
  const usable = Math.max(0, seconds * (1 - RESERVE));
  if (perWindow === undefined) {
    return { updates: Math.floor(usable / perUpdate), looks: wanted.count, windows: 0, last: 0 };
  }
  const affordable = Math.floor((LOOKS * usable) / perWindow);
  const windows = Math.min(
    wanted.windows,
    Math.max(wanted.least, Math.floor(affordable / Math.max(1, wanted.count))),
  );
  const looks = Math.min(wanted.count, Math.floor(affordable / windows));
  const last = Math.min(wanted.last, Math.max(1, Math.floor((LAST_LOOK * usable) / perWindow)));
  const rest = usable - (looks * windows + last) * perWindow;
  return { updates: Math.max(0, Math.floor(rest / perUpdate)), looks, windows, last };
}
