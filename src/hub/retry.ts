import { setTimeout as sleepMs } from 'node:timers/promises';
import { UserError } from '../errors.js';
import type { Clock } from './progress.js';

/** Attempts in a row without progress before a failing server or connection is given up. @internal */
export const MAX_ATTEMPTS = 6;

/** The same where nobody answers at all (no network, wrong name): waiting rarely helps, and the user is waiting. @internal */
export const MAX_ATTEMPTS_UNREACHABLE = 3;

/** Bytes that an attempt must bring to start the count afresh: a poor line may cut a 6 GB file many times. @internal */
export const PROGRESS_BYTES = 1 << 20;

/** First wait; each further one is twice as long, up to `MAX_WAIT_MS`, times a random factor from 0.5 to 1. @internal */
export const FIRST_WAIT_MS = 1_000;

/** Longest wait that we choose ourselves. @internal */
export const MAX_WAIT_MS = 30_000;

/** Longest wait that a server may ask for (the hub counts requests in windows of 5 minutes); beyond it we give up. */
const MAX_RETRY_AFTER_MS = 310_000;

/** A failure that may be gone at the next attempt. Never leaves the hub folder. */
export class TransientError extends Error {
  /** Nobody answered: no name, no route, connection refused. */
  readonly unreachable: boolean;
  /** What the server's Retry-After asks for. */
  readonly retryAfterMs: number | undefined;

  constructor(
    message: string,
    options: { unreachable?: boolean; retryAfterMs?: number; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.name = 'TransientError';
    this.unreachable = options.unreachable ?? false;
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** All attempts failed: the last reason, and whether anybody answered at all. */
export class GaveUpError extends UserError {
  readonly unreachable: boolean;

  constructor(what: string, last: TransientError, attempts: number, hint: string) {
    super(`${what}: ${last.message}${attempts > 1 ? ` (${attempts} attempts)` : ''}.`, { hint, cause: last });
    this.unreachable = last.unreachable;
  }
}

/** The real clock: waits for real, and rejects at once when the signal is aborted. */
export const realClock: Clock = {
  sleep: (ms, signal) => sleepMs(ms, undefined, { signal }),
  random: Math.random,
};

/** How `retrying` behaves. */
export interface RetryPolicy {
  /** Start of the message when all attempts failed: `Cannot fetch config.json of gpt2`. */
  what: string;
  /** What the user can do then. */
  hint: string;
  clock: Clock;
  signal?: AbortSignal;
  maxAttempts?: number;
  onRetry?: (reason: string, waitMs: number) => void;
}

/**
 * Calls `attempt` until it does not throw TransientError. Waits in between: as long as the server asks, otherwise
 * exponentially longer with jitter, so that many clients do not come back at the same moment. `reportBytes` of an
 * attempt tells what it brought. Throws GaveUpError in the end; any other error passes through at once.
 */
export async function retrying<T>(
  policy: RetryPolicy,
  attempt: (reportBytes: (bytes: number) => void) => Promise<T>,
): Promise<T> {
  let failures = 0;
  let bytes = 0;
  for (;;) {
    try {
      return await attempt((count) => {
        bytes += count;
      });
    } catch (error) {
      if (!(error instanceof TransientError)) throw error;
      if (bytes >= PROGRESS_BYTES) failures = 0;
      bytes = 0;
      failures++;
      const limit = policy.maxAttempts ?? (error.unreachable ? MAX_ATTEMPTS_UNREACHABLE : MAX_ATTEMPTS);
      if (failures >= limit || (error.retryAfterMs ?? 0) > MAX_RETRY_AFTER_MS) {
        throw new GaveUpError(policy.what, error, failures, policy.hint);
      }
      const waitMs = error.retryAfterMs ?? waitBeforeAttempt(failures, policy.clock.random());
      policy.onRetry?.(error.message, waitMs);
      await policy.clock.sleep(waitMs, policy.signal);
    }
  }
}

/** Milliseconds before the attempt that follows `failures` ≥ 1 failures; `random` in [0, 1). Pure. @internal */
export function waitBeforeAttempt(failures: number, random: number): number {
  return Math.round(Math.min(FIRST_WAIT_MS * 2 ** (failures - 1), MAX_WAIT_MS) * (0.5 + random / 2));
}

/** Milliseconds that a Retry-After header asks for: seconds or a date (RFC 9110 §10.2.3). Undefined when it is neither. */
export function parseRetryAfter(header: string | null, now: number): number | undefined {
  if (header === null) return undefined;
  if (/^\d+$/.test(header.trim())) return Number(header) * 1000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
