import { expect, test } from 'vitest';
import { rte } from '../tasks/rte.js';
import { groupRuns, type PlannedRun, type PlanRequest, planRuns, uniqueRuns } from './plan.js';
import { paperSettings } from './settings.js';

/** A second declaration, on the same data. */
const reversed = { ...rte, name: 'etr' };

const plain: PlanRequest = {
  tasks: [rte],
  ablationTasks: [],
  settingsFor: () => paperSettings,
  seeds: [],
  runs: 1,
  transferLayers: [],
  withScratch: false,
  hasLstm: false,
};

const shown = (runs: readonly PlannedRun[]) =>
  runs.map(({ task, model, settings: { seed, transferLayers, lmCoef } }) =>
    [task.name, model, seed, transferLayers, lmCoef].join(' '),
  );

test('a task alone is one run, with several seeds one for each', () => {
  expect(shown(planRuns(plain))).toEqual(['rte main 42  0.5']);
  expect(shown(planRuns({ ...plain, runs: 3 }))).toEqual([
    'rte main 42  0.5',
    'rte main 43  0.5',
    'rte main 44  0.5',
  ]);
  expect(shown(planRuns({ ...plain, seeds: [7, 1] }))).toEqual(['rte main 7  0.5', 'rte main 1  0.5']);
});

test('layers and tasks are multiplied out, the seeds of one kind together', () => {
  const runs = planRuns({ ...plain, tasks: [rte, reversed], transferLayers: [0, 12], seeds: [1, 2] });
  expect(shown(runs).slice(0, 4)).toEqual([
    'rte main 1 0 0.5',
    'rte main 2 0 0.5',
    'rte main 1 12 0.5',
    'rte main 2 12 0.5',
  ]);
  expect(runs).toHaveLength(8);
  expect(groupRuns(runs, 'seed').map((group) => group.length)).toEqual([2, 2, 2, 2]);
  expect(groupRuns(runs, 'transferLayers').map(([first]) => first!.task.name)).toEqual([
    'rte',
    'rte',
    'etr',
    'etr',
  ]);
});

test('the ablation study has the rows of Table 5, the LSTM only where there is one', () => {
  const request = { ...plain, tasks: [], ablationTasks: [rte] };
  const rows = ['rte main 42  0.5', 'rte main 42 -1 0.5', 'rte main 42  0'];
  expect(shown(planRuns(request))).toEqual(rows);
  expect(shown(planRuns({ ...request, hasLstm: true }))).toEqual([...rows, 'rte lstm 42  0.5']);
});

test('what is asked for twice is run once', () => {
  expect(planRuns({ ...plain, ablationTasks: [rte], withScratch: true })).toHaveLength(3);
  const runs = planRuns(plain);
  expect(
    uniqueRuns([
      ...runs,
      ...structuredClone(runs.map(({ settings }) => settings)).map((settings) => ({ ...runs[0]!, settings })),
    ]),
  ).toEqual(runs);
});
