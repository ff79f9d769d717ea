/** From values to places along an axis, and where its ticks stand. */
import type { Axis, Panel } from './figure.js';

/** An axis whose ends are known. */
export interface Scale {
  /** Place of a value: 0 at the lower end, 1 at the upper one. */
  place(value: number): number;
  from: number;
  to: number;
  ticks: readonly { at: number; text: string }[];
}

/** The scales of a panel. Without any point the axes still have ends. */
export function panelScales({ x, y, series, lines }: Panel): { x: Scale; y: Scale } {
  const points = series.flatMap((one) => one.points);
  return {
    x: createScale(
      x,
      points.map((point) => point.x),
    ),
    y: createScale(y, [
      ...points.flatMap(({ y: value, standardError: error = 0 }) => [
        // An error beyond an end that was asked for is cut: a BLEU of 0.4 ± 1.5 needs no axis below zero.
        Math.max(value - error, Math.min(value, y.from ?? Number.NEGATIVE_INFINITY)),
        Math.min(value + error, Math.max(value, y.to ?? Number.POSITIVE_INFINITY)),
      ]),
      ...lines.map((line) => line.y),
    ]),
  };
}

/** A scale that shows all values. A logarithmic one leaves out what is not positive. @internal */
export function createScale(axis: Axis, values: readonly number[]): Scale {
  const isLog = axis.scale === 'log';
  const toLinear = (value: number) => (isLog ? Math.log10(value) : value);
  const shown = [...values, ...(axis.ticks ?? []).map((tick) => tick.at)].filter(
    (value) => Number.isFinite(value) && (!isLog || value > 0),
  );
  let [low, high] =
    shown.length === 0 ? (isLog ? [1, 10] : [0, 1]) : [Math.min(...shown), Math.max(...shown)];
  if (axis.ticks === undefined) [low, high] = isLog ? roundDecades(low, high) : roundEnds(low, high);
  if (axis.from !== undefined && axis.from <= Math.min(...shown)) low = axis.from;
  if (axis.to !== undefined && axis.to >= Math.max(...shown)) high = axis.to;
  const from = toLinear(low);
  const to = toLinear(high) === from ? from + 1 : toLinear(high);
  // Named places stand at the very ends otherwise, where marks would be cut.
  const margin = axis.ticks === undefined ? 0 : 0.06 * (to - from);
  const all = axis.ticks ?? (isLog ? decadeTicks(low, high) : roundTicks(low, high));
  const slack = 1e-9 * (to - from);
  const inside = all.filter(({ at }) => toLinear(at) >= from - slack && toLinear(at) <= to + slack);
  return {
    place: (value) => (toLinear(value) - from + margin) / (to - from + 2 * margin),
    from: low,
    to: high,
    ticks: inside,
  };
}

/** 1, 2 or 5 times a power of ten, such that at most six steps fill the range. */
function roundStep(range: number): number {
  const raw = range / 6;
  const power = 10 ** Math.floor(Math.log10(raw));
  return [1, 2, 5, 10].map((factor) => factor * power).find((step) => step >= raw * (1 - 1e-9))!;
}

function roundEnds(low: number, high: number): [number, number] {
  if (low === high) {
    const room = Math.abs(low) / 10 || 1;
    return roundEnds(low - room, high + room);
  }
  const step = roundStep(high - low);
  // Only so far apart that rounding does not show: a level at 0.3 is not 0.30000000000000004.
  const round = (value: number) => Number(value.toPrecision(12));
  return [round(step * Math.floor(low / step + 1e-9)), round(step * Math.ceil(high / step - 1e-9))];
}

function roundTicks(low: number, high: number): { at: number; text: string }[] {
  const step = roundStep(high - low);
  const decimals = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  const count = Math.floor((high - low) / step + 1e-6);
  const first = step * Math.ceil(low / step - 1e-9);
  return Array.from({ length: count + 1 }, (_, index) => {
    const at = Number((first + index * step).toPrecision(12));
    return { at, text: formatTick(at, decimals) };
  });
}

function roundDecades(low: number, high: number): [number, number] {
  const from = 10 ** Math.floor(Math.log10(low) + 1e-9);
  const to = 10 ** Math.ceil(Math.log10(high) - 1e-9);
  return [from, to === from ? 10 * from : to];
}

/** Powers of ten; where there are few of them, 2 and 5 times each as well. */
function decadeTicks(low: number, high: number): { at: number; text: string }[] {
  const [first, last] = [Math.ceil(Math.log10(low) - 1e-9), Math.floor(Math.log10(high) + 1e-9)];
  const factors = last - first <= 2 ? [1, 2, 5] : [1];
  const ticks: { at: number; text: string }[] = [];
  for (let exponent = first - 1; exponent <= last; exponent++) {
    for (const factor of factors) {
      const at = Number((factor * 10 ** exponent).toPrecision(12));
      ticks.push({ at, text: formatTick(at, Math.max(0, -exponent)) });
    }
  }
  return ticks;
}

function formatTick(value: number, decimals: number): string {
  // 100K, 1M: longer ones would run into each other.
  if (Math.abs(value) >= 1e5) return value.toLocaleString('en-US', { notation: 'compact' });
  return value.toLocaleString('en-US', {
    minimumFractionDigits: Math.min(decimals, 20),
    maximumFractionDigits: Math.min(decimals, 20),
  });
}
