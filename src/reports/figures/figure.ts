/** A figure as data: what is drawn, free of any way of drawing it. */

/** One point. */
export interface FigurePoint {
  x: number;
  y: number;
  /** Taken from the paper's drawing by eye, not printed anywhere: drawn hollow. */
  byEye?: boolean;
  /** Standard error of y, in its unit. */
  standardError?: number;
}

/** Points that belong together. */
export interface FigureSeries {
  label: string;
  /** `guide` is a line to compare with, such as a diagonal: it has no marks. */
  origin: 'paper' | 'ours' | 'guide';
  /** By rising x. */
  points: FigurePoint[];
  /** Whether a line goes through the points. */
  connected: boolean;
  /** Whether the points are marked; curves of many points have no marks. */
  marked: boolean;
  /** Where the points come from. */
  source: string;
}

/** A level to compare with: a horizontal line over the whole panel. */
interface ReferenceLine {
  label: string;
  y: number;
  source: string;
}

/** One axis. */
export interface Axis {
  /** What it shows, with its unit. */
  label: string;
  scale: 'linear' | 'log';
  /** Ends of the axis, unless a point lies beyond; what is absent follows from the points. */
  from?: number;
  to?: number;
  /** Places that are named; absent: round numbers. */
  ticks?: readonly { at: number; text: string }[];
}

/** One pair of axes. */
export interface Panel {
  title: string;
  x: Axis;
  y: Axis;
  series: FigureSeries[];
  lines: ReferenceLine[];
}

/** A figure of a paper, or of a run. */
export interface Figure {
  /** Name on the command line. */
  id: string;
  title: string;
  source: string;
  panels: Panel[];
  /** What a reader should know; below the drawing. */
  notes: string[];
}

/** How the points of a series came about, for its legend. */
function describeReading({ origin, points }: FigureSeries): string {
  if (origin !== 'paper') return '';
  const byEye = points.filter((point) => point.byEye).length;
  if (byEye === 0) return 'printed';
  return byEye === points.length ? 'read by eye' : 'solid: printed, hollow: read by eye';
}

/** The legend's words for a series. */
export function legendText(series: FigureSeries): string {
  const reading = describeReading(series);
  return reading === '' ? series.label : `${series.label} (${reading})`;
}
