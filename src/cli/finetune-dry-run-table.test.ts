import { expect, test } from 'vitest';
import { type DryRunEntry, drawDryRun } from './finetune-dry-run-table.js';

const plain = { color: false };

function entry(changes: Partial<DryRunEntry> = {}, seed = 42): DryRunEntry {
  return {
    task: 'rte',
    model: 'gpt1',
    seed,
    parameterBytes: 1.86e9,
    residentBytes: 3.1e9,
    seconds: 600,
    work: {
      ...{ trainExamples: 2490, devExamples: 277, cut: { train: 13, dev: 2 } },
      ...{ tokensPerEpoch: 170_000, devTokens: 19_000, updates: 231 },
      ...{ positionsPerEpoch: 175_000, passesPerEpoch: 120, largestPass: 2040 },
    },
    ...changes,
    changed: [...(changes.changed ?? []), ...(seed === 42 ? [] : [`seed ${seed}`])],
  };
}

/** The cells of each line of a table that has some. */
const cells = (text: string) =>
  text
    .split('\n')
    .filter((line) => line.startsWith('│'))
    .map((line) =>
      line
        .split('│')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );

const glue = ['cola', 'sst2', 'mrpc', 'sts-b', 'qqp', 'mnli', 'qnli', 'rte', 'wnli'];
const sweep = glue.flatMap((task) =>
  [[], ['from-scratch']].flatMap((changed) => [1, 2, 3].map((seed) => entry({ task, changed }, seed))),
);

test('GLUE with three seeds, each also from scratch, is a box for each task with two lines', async () => {
  const text = await drawDryRun(sweep, plain);
  const [head, ...lines] = cells(text);
  expect(head).toEqual([
    ...['task', 'settings', 'train + dev', 'of these cut', 'tokens/epoch', 'passes/epoch'],
    ...['updates', 'memory', 'time'],
  ]);
  expect(lines.map(([task, settings]) => [task, settings])).toEqual(
    glue.flatMap((task) => [
      [task, '3 seeds'],
      ['', 'from-scratch, 3 seeds'],
    ]),
  );
  expect(lines[0]!.slice(2)).toEqual([
    ...['2,490 + 277', '13 + 2', '170,000', '120 × ≤ 2,040', '231'],
    ...['1.86 GB, 3.1 GB', '3 × 10 min 00 s'],
  ]);
  // A line above the head, below it, and below each task.
  expect(text.split('\n').filter((line) => /^[┌├└]/.test(line))).toHaveLength(glue.length + 2);
  expect(text).toContain('54 runs would take about 9 h 00 min and 3.1 GB of memory.');
});

test('what differs between seeds is averaged, what is largest is kept, and the sum is that of all runs', async () => {
  const first = entry({ seconds: 100 }, 1);
  const more = { tokensPerEpoch: 170_100, passesPerEpoch: 122, largestPass: 2048 };
  const text = await drawDryRun(
    [first, entry({ seconds: 140, residentBytes: 3.3e9, work: { ...first.work, ...more } }, 2)],
    plain,
  );
  expect(cells(text)[1]).toEqual([
    ...['rte', '2 seeds', '2,490 + 277', '13 + 2', '170,050', '121 × ≤ 2,048', '231'],
    ...['1.86 GB, 3.3 GB', '2 × 2 min 00 s'],
  ]);
  expect(text).toContain('2 runs would take about 4 min 00 s and 3.3 GB');
});

test('what all runs were told is said once, and models are named where there are several', async () => {
  const changed = ['epochs 1', 'lr 0.0001'];
  const runs = [
    entry({ changed }),
    entry({ changed: [...changed, 'lm-coef 0'] }),
    entry({ changed, model: 'lstm' }),
  ];
  const text = await drawDryRun(runs, plain);
  expect(cells(text).map(([task, settings]) => [task, settings])).toEqual([
    ['task', 'settings'],
    ['rte × gpt1', '–'],
    ['', 'lm-coef 0'],
    ['rte × lstm', '–'],
  ]);
  expect(text).toContain('All runs: epochs 1, lr 0.0001.');
});

test('one run says its own settings and seed', async () => {
  const text = await drawDryRun([entry({ changed: ['epochs 1'] }, 7)], plain);
  expect(cells(text)[1]!.slice(0, 2)).toEqual(['rte', 'epochs 1, seed 7']);
  expect(text).toContain('The run would take about 10 min 00 s');
  expect(text).not.toContain('All runs');
});
