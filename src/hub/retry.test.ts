import { expect, it } from 'vitest';
import {
  FIRST_WAIT_MS,
  GaveUpError,
  MAX_ATTEMPTS,
  MAX_ATTEMPTS_UNREACHABLE,
  MAX_WAIT_MS,
  PROGRESS_BYTES,
  parseRetryAfter,
  realClock,
  retrying,
  TransientError,
  waitBeforeAttempt,
} from './retry.js';

const policy = {
  what: 'Cannot fetch x',
  hint: 'Try again.',
  clock: { sleep: async () => {}, random: () => 0.5 },
};

/** Number of calls until `retrying` gave up. */
async function attemptsUntilGivenUp(error: TransientError, bytesPerAttempt: (attempt: number) => number) {
  let attempts = 0;
  const promise = retrying(policy, async (reportBytes) => {
    reportBytes(bytesPerAttempt(++attempts));
    throw error;
  });
  await expect(promise).rejects.toThrow(GaveUpError);
  return attempts;
}

it('gives up after the documented number of attempts', async () => {
  expect(await attemptsUntilGivenUp(new TransientError('cut'), () => 0)).toBe(MAX_ATTEMPTS);
  const nobody = new TransientError('refused', { unreachable: true });
  expect(await attemptsUntilGivenUp(nobody, () => 0)).toBe(MAX_ATTEMPTS_UNREACHABLE);
});

it('counts afresh when an attempt brought enough bytes', async () => {
  const bytes = (attempt: number) => (attempt === 4 ? PROGRESS_BYTES : 1000);
  expect(await attemptsUntilGivenUp(new TransientError('cut'), bytes)).toBe(3 + MAX_ATTEMPTS);
});

it('lets every other error through at once', async () => {
  let attempts = 0;
  const bug = new RangeError('bug');
  const promise = retrying(policy, async () => {
    attempts++;
    throw bug;
  });
  await expect(promise).rejects.toBe(bug);
  expect(attempts).toBe(1);
});

it('waits twice as long each time, up to a limit, with jitter downwards', () => {
  const waits = [1, 2, 3, 4, 5, 6, 7].map((failures) => waitBeforeAttempt(failures, 1));
  expect(waits).toEqual([1, 2, 4, 8, 16, 30, 30].map((seconds) => seconds * FIRST_WAIT_MS));
  expect(waitBeforeAttempt(7, 0)).toBe(MAX_WAIT_MS / 2);
});

it('reads Retry-After as seconds or as a date', () => {
  const now = Date.UTC(2015, 9, 21, 7, 28, 0);
  expect(parseRetryAfter('120', now)).toBe(120_000);
  // The date is the example of RFC 9110 §10.2.3, one minute later.
  expect(parseRetryAfter('Wed, 21 Oct 2015 07:29:00 GMT', now)).toBe(60_000);
  expect(parseRetryAfter('Wed, 21 Oct 2015 07:27:00 GMT', now)).toBe(0);
  expect(parseRetryAfter('soon', now)).toBeUndefined();
  expect(parseRetryAfter(null, now)).toBeUndefined();
});

it('the real clock wakes up when it is interrupted', async () => {
  const started = Date.now();
  const controller = new AbortController();
  const sleeping = realClock.sleep(60_000, controller.signal);
  controller.abort();
  await expect(sleeping).rejects.toThrow();
  expect(Date.now() - started).toBeLessThan(5_000);
});
