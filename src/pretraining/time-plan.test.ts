import { describe, expect, test } from 'vitest';
import { planTime } from './time-plan.js';

const wanted = { count: 9, windows: 128, last: 1200, least: 16 };

describe('minutes are shared out', () => {
  test('so that everything fits, with a reserve', () => {
    for (const seconds of [20, 120, 3600, 86_400]) {
      for (const perWindow of [0.001, 0.05, 1]) {
        const plan = planTime(seconds, { perUpdate: 0.5, perWindow }, wanted);
        const planned = plan.updates * 0.5 + (plan.looks * plan.windows + plan.last) * perWindow;
        expect(planned).toBeLessThanOrEqual(Math.max(perWindow, 0.95 * seconds));
        expect(plan.updates * 0.5).toBeGreaterThan(0.7 * seconds);
      }
    }
  });

  test('with all that is wanted where there is time', () => {
    const plan = planTime(86_400, { perUpdate: 1, perWindow: 0.1 }, wanted);
    expect(plan).toMatchObject({ looks: 9, windows: 128, last: 1200 });
  });

  test('with shorter looks first, then fewer, then none, and a part of the last one', () => {
    expect(planTime(600, { perUpdate: 1, perWindow: 0.1 }, wanted)).toMatchObject({
      looks: 9,
      windows: 50,
      last: 676,
    });
    expect(planTime(120, { perUpdate: 1, perWindow: 0.1 }, wanted)).toMatchObject({ looks: 5, windows: 16 });
    expect(planTime(10, { perUpdate: 1, perWindow: 0.1 }, wanted)).toMatchObject({ looks: 0, last: 11 });
  });

  test('among updates alone where nothing is held out', () => {
    const plan = planTime(100, { perUpdate: 2 }, { count: 9, windows: 0, last: 0, least: 0 });
    expect(plan).toEqual({ updates: 47, looks: 9, windows: 0, last: 0 });
  });

  test('to no update where not one fits', () => {
    expect(planTime(10, { perUpdate: 20, perWindow: 1 }, wanted).updates).toBe(0);
    expect(planTime(-3, { perUpdate: 20, perWindow: 1 }, wanted).updates).toBe(0);
  });
});
