/** A small version of a figure for a terminal: characters on a grid, as wide as the terminal. */
import { wrapText } from '../grid.js';
import { type Figure, type FigureSeries, legendText, type Panel } from './figure.js';
import { panelScales } from './scale.js';

/** Lines between the axes. */
const HEIGHT = 12;
const WIDEST = 100;
/** Room for the texts of the y axis and the axis itself. */
const LEFT = 9;

const solid = ['●', '■', '▲', '◆', '▼', '✚'];
const hollow = ['○', '□', '△', '◇', '▽', '✛'];

/** The figure as lines of at most `columns` characters (80 where unknown, no more than 100). */
export function renderTextFigure({ title, source, panels, notes }: Figure, columns = 80): string {
  const width = Math.max(40, Math.min(columns, WIDEST));
  const parts = [
    wrapText(title, width),
    wrapText(source, width),
    '',
    ...panels.flatMap((panel) => [drawPanel(panel, width), '']),
    ...notes.map((note) => wrapText(note, width)),
  ];
  return `${parts.join('\n').trimEnd()}\n`;
}

function drawPanel(panel: Panel, width: number): string {
  const scales = panelScales(panel);
  const inner = width - LEFT - 1;
  const canvas = Array.from({ length: HEIGHT }, () => Array<string>(inner).fill(' '));
  const column = (x: number) => Math.round((inner - 1) * scales.x.place(x));
  const row = (y: number) => Math.round((HEIGHT - 1) * (1 - scales.y.place(y)));
  const put = (x: number, y: number, sign: string, over = true) => {
    const line = canvas[y];
    if (line?.[x] !== undefined && (over || line[x] === ' ')) line[x] = sign;
  };
  for (const { y } of panel.lines) for (let x = 0; x < inner; x++) put(x, row(y), '┄');
  for (const { points, connected } of panel.series) {
    if (!connected) continue;
    points.slice(1).forEach((to, index) => {
      const from = points[index]!;
      drawLine([column(from.x), row(from.y)], [column(to.x), row(to.y)], (x, y) => put(x, y, '·'));
    });
  }
  panel.series.forEach(({ points, marked }, place) => {
    if (marked) for (const point of points) put(column(point.x), row(point.y), markOf(place, point.byEye));
  });
  const yTexts = new Map(scales.y.ticks.map(({ at, text }) => [row(at), text]));
  const lines = canvas.map((signs, place) => {
    const text = yTexts.get(place);
    const label = (text ?? '').slice(0, LEFT - 2).padStart(LEFT - 2);
    return `${label} ${text === undefined ? '│' : '┤'}${signs.join('')}`.trimEnd();
  });
  return [
    panel.title,
    panel.y.label,
    ...lines,
    `${' '.repeat(LEFT - 1)}└${'─'.repeat(inner)}`,
    xTexts(
      scales.x.ticks.map(({ at, text }) => ({ place: LEFT + column(at), text })),
      width,
    ),
    panel.x.label.padStart(Math.floor((width + panel.x.label.length) / 2)),
    ...panel.series.map((series, place) =>
      wrapText(`  ${legendMark(series, place)} ${legendText(series)}`, width, '    '),
    ),
    ...panel.lines.map((line) => wrapText(`  ┄ ${line.label}: ${line.y}`, width, '    ')),
  ].join('\n');
}

const markOf = (place: number, byEye = false) => (byEye ? hollow : solid)[place % solid.length]!;

function legendMark({ marked, points }: FigureSeries, place: number): string {
  if (!marked) return '·';
  return markOf(place, points.length > 0 && points.every((point) => point.byEye));
}

/** Texts below the axis, each around its place; one that would touch the one before is left out. */
function xTexts(texts: readonly { place: number; text: string }[], width: number): string {
  let line = '';
  for (const { place, text } of texts) {
    const start = Math.max(0, Math.min(place - Math.floor(text.length / 2), width - text.length));
    if (line === '' || start > line.length) line = line.padEnd(start) + text;
  }
  return line;
}

type Place = [x: number, y: number];

function drawLine([x0, y0]: Place, [x1, y1]: Place, put: (x: number, y: number) => void): void {
  const steps = Math.max(Math.abs(x1 - x0), Math.abs(y1 - y0), 1);
  for (let step = 0; step <= steps; step++) {
    put(Math.round(x0 + ((x1 - x0) * step) / steps), Math.round(y0 + ((y1 - y0) * step) / steps));
  }
}
