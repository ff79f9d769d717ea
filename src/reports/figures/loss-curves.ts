/** The loss of a training run over its updates, as a figure. Pure; a run is what its journal says. */
import type { Figure, FigurePoint, FigureSeries, Panel } from './figure.js';

/** What a journal of training says, whichever command wrote it. */
export interface TrainingCurve {
  /** What was trained: model and task, or the folder of the run. */
  title: string;
  /** What was minimised, nats: `loss per token`. */
  lossLabel: string;
  /** One for each update. */
  training: readonly { update: number; loss: number }[];
  /** Measured on text or examples that were not trained on. */
  heldOut: readonly { update: number; loss: number }[];
  heldOutLabel: string;
  /** The score by update, for runs that have one. */
  score?: { label: string; points: readonly { update: number; value: number }[] };
}

/** Points of a curve: more than this cannot be told apart in the drawing. */
const MOST_POINTS = 300;

/** Figure of the run, with a second panel for its score. `file` names the journal in it. */
export function lossFigure(run: TrainingCurve, file: string): Figure {
  const { title, lossLabel, training, heldOut, heldOutLabel, score } = run;
  const size = Math.ceil(training.length / MOST_POINTS);
  const smoothed = meanOfGroups(training, size);
  const x = { label: 'updates', scale: 'linear' } as const;
  const source = `Journal ${file}`;
  const curve = (label: string, points: FigurePoint[], marked: boolean): FigureSeries[] =>
    points.length === 0 ? [] : [{ label, points, marked, origin: 'ours', connected: true, source }];
  const panels: Panel[] = [
    {
      title: 'Loss',
      x,
      y: { label: lossLabel, scale: 'linear' },
      lines: [],
      series: [
        ...curve(
          size === 1 ? 'training' : `training, mean of ${size} updates`,
          smoothed,
          smoothed.length === 1,
        ),
        ...curve(
          heldOutLabel,
          heldOut.map(({ update, loss }) => ({ x: update, y: loss })),
          true,
        ),
      ],
    },
  ];
  if (score !== undefined && score.points.length > 0) {
    panels.push({
      title: 'Score',
      x,
      y: { label: score.label, scale: 'linear' },
      lines: [],
      series: curve(
        score.label,
        score.points.map(({ update, value }) => ({ x: update, y: value })),
        true,
      ),
    });
  }
  return { id: 'loss', title, source, panels, notes: [] };
}

/** Means of `size` updates each, at the middle of them; the last group may be smaller. */
function meanOfGroups(updates: TrainingCurve['training'], size: number): FigurePoint[] {
  const points: FigurePoint[] = [];
  for (let first = 0; first < updates.length; first += size) {
    const group = updates.slice(first, first + size);
    const mean = (of: (one: { update: number; loss: number }) => number) =>
      group.reduce((sum, one) => sum + of(one), 0) / group.length;
    points.push({ x: mean(({ update }) => update), y: mean(({ loss }) => loss) });
  }
  return points;
}
