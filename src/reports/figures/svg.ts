/**
 * A figure as SVG. The same figure gives the same bytes. It can be told apart in black and white (marks, dashes), follows
 * a light or dark page, and says in words what it shows.
 */
import { wrapText } from '../grid.js';
import { type Figure, type FigurePoint, type FigureSeries, legendText, type Panel } from './figure.js';
import { panelScales, type Scale } from './scale.js';

/** Sizes in pixels. `plot` is the room between the axes; a panel that stands alone is larger. */
const smallPlot = { width: 300, height: 190 };
const largePlot = { width: 520, height: 300 };
const margin = { left: 58, right: 22, top: 34, bottom: 46 };
const lineHeight = 15;
const headHeight = 30;

/** Marks of the series in their order: paths around (0, 0). */
const marks = [
  'M-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0z',
  'M-3.6-3.6h7.2v7.2h-7.2z',
  'M0-4.6L4.4 3.4H-4.4z',
  'M0-5L4.4 0L0 5L-4.4 0z',
  'M-4.4-3.4H4.4L0 4.6z',
  'M-1.4-4.4h2.8v3h3v2.8h-3v3h-2.8v-3h-3v-2.8h3z',
];
const dashes = ['', '6 3', '2 3', '8 3 2 3', '10 4', '4 2 1 2'];

/** Middle tones: legible on white and on black. Every rule is about this drawing alone, so that it may stand within a page. */
const style = scope(
  [
    'text{font:11px system-ui,"DejaVu Sans",Arial,sans-serif;fill:#222}',
    '.title{font-size:13px;font-weight:600}',
    '.panel{font-size:12px;font-weight:600}',
    '.small{font-size:10px}',
    '.axis{stroke:#222;fill:none}',
    '.grid{stroke:#888;stroke-opacity:.3;fill:none}',
    '.level{stroke:#666;stroke-dasharray:1 3;fill:none}',
    '.paper{stroke:#444;fill:#444}',
    '.ours{stroke:#1b74c8;fill:#1b74c8}',
    '.guide{stroke:#777;fill:#777}',
    '.line{fill:none;stroke-width:1.4}',
    '.ours.line{stroke-width:2.2}',
    '.hollow{fill:#fff}',
  ],
  [
    'text{fill:#e6e6e6}',
    '.axis{stroke:#e6e6e6}',
    '.level{stroke:#aaa}',
    '.paper{stroke:#c8c8c8;fill:#c8c8c8}',
    '.ours{stroke:#5aa9f0;fill:#5aa9f0}',
    '.line{fill:none}',
    '.hollow{fill:#111}',
  ],
);

function scope(light: readonly string[], dark: readonly string[]): string {
  const own = (rules: readonly string[]) => rules.map((rule) => `.gpt-figure ${rule}`);
  return [...own(light), `@media (prefers-color-scheme:dark){${own(dark).join('')}}`].join('\n');
}

/** The figure as a document of its own, in UTF-8, ending in a newline. */
export function renderSvg(figure: Figure): string {
  const perRow = figure.panels.length === 1 ? 1 : 2;
  const plot = perRow === 1 ? largePlot : smallPlot;
  const panelWidth = margin.left + plot.width + margin.right;
  const width = perRow * panelWidth;
  const parts: string[] = [];
  let y = headHeight;
  for (let first = 0; first < figure.panels.length; first += perRow) {
    const row = figure.panels.slice(first, first + perRow);
    row.forEach((panel, place) => {
      parts.push(`<g transform="translate(${place * panelWidth} ${y})">`, ...drawPanel(panel, plot), '</g>');
    });
    y += Math.max(...row.map((panel) => panelHeight(panel, plot)));
  }
  const columns = Math.floor((width - 24) / 5.6);
  const small = [figure.source, ...figure.notes].flatMap((note) => wrapText(note, columns).split('\n'));
  for (const line of small) {
    y += 13;
    parts.push(text(12, y, line, 'small'));
  }
  const height = y + 12;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" class="gpt-figure" role="img" aria-labelledby="${figure.id}-title ${figure.id}-desc">`,
    `<title id="${figure.id}-title">${escapeXml(figure.title)}</title>`,
    `<desc id="${figure.id}-desc">${escapeXml(describeFigure(figure))}</desc>`,
    `<style>${style}</style>`,
    text(12, 20, figure.title, 'title'),
    ...parts,
    '</svg>',
    '',
  ].join('\n');
}

/** The figure in words: every point of up to 20 per series, the ends of longer ones. */
export function describeFigure({ title, source, panels }: Figure): string {
  const point = ({ x, y, byEye }: FigurePoint) =>
    `${formatPlain(y)} at ${formatPlain(x)}${byEye ? ' (read by eye)' : ''}`;
  const describe = (panel: Panel) => {
    const series = panel.series.map((one) => {
      const { points } = one;
      if (points.length === 0) return `${one.label}: nothing.`;
      if (points.length <= 20) return `${one.label}: ${points.map(point).join(', ')}.`;
      return `${one.label}: ${points.length} points from ${point(points[0]!)} to ${point(points.at(-1)!)}.`;
    });
    const lines = panel.lines.map((line) => `${line.label}: ${formatPlain(line.y)}.`);
    return [`${panel.title}: ${panel.y.label} by ${panel.x.label}.`, ...series, ...lines].join(' ');
  };
  return [`${title}. ${source}.`, ...panels.map(describe)].join(' ');
}

const formatPlain = (value: number) => value.toLocaleString('en-US', { maximumFractionDigits: 2 });

function panelHeight({ series }: Panel, plot: { height: number }): number {
  return margin.top + plot.height + margin.bottom + lineHeight * series.length;
}

function drawPanel(panel: Panel, plot: { width: number; height: number }): string[] {
  const scales = panelScales(panel);
  const at = (value: number, scale: Scale) => scale.place(value);
  const px = (value: number) => round(margin.left + plot.width * at(value, scales.x));
  const py = (value: number) =>
    round(margin.top + plot.height * (1 - Math.min(1, Math.max(0, at(value, scales.y)))));
  const [left, bottom] = [margin.left, margin.top + plot.height];
  const right = left + plot.width;
  const parts = [text(left, margin.top - 12, panel.title, 'panel')];
  for (const tick of scales.y.ticks) {
    const y = py(tick.at);
    parts.push(
      `<path class="grid" d="M${left} ${y}H${right}"/>`,
      text(left - 6, y + 4, tick.text, '', 'end'),
    );
  }
  for (const tick of scales.x.ticks) {
    const x = px(tick.at);
    parts.push(
      `<path class="axis" d="M${x} ${bottom}v4"/>`,
      text(x, bottom + 17, tick.text, 'small', 'middle'),
    );
  }
  parts.push(
    `<path class="axis" d="M${left} ${margin.top}V${bottom}H${right}"/>`,
    text(left + plot.width / 2, bottom + 34, panel.x.label, '', 'middle'),
    `<g transform="translate(13 ${margin.top + plot.height / 2}) rotate(-90)">${text(0, 0, panel.y.label, '', 'middle')}</g>`,
  );
  for (const line of panel.lines) {
    const y = py(line.y);
    const label = `${line.label} ${formatPlain(line.y)}`;
    // A label stands above its level, at the end of it that has more room.
    const room = (end: number) =>
      Math.min(
        ...panel.series.flatMap(({ points }) =>
          points.filter((one) => Math.abs(px(one.x) - end) < 80).map((one) => Math.abs(py(one.y) - y + 7)),
        ),
      );
    parts.push(
      `<path class="level" d="M${left} ${y}H${right}"/>`,
      room(left) >= room(right)
        ? text(left + 4, y - 3, label, 'small')
        : text(right, y - 3, label, 'small', 'end'),
    );
  }
  panel.series.forEach((series, place) => {
    parts.push(...drawSeries(series, place, px, py));
    parts.push(...drawLegend(series, place, bottom + margin.bottom + lineHeight * place));
  });
  return parts;
}

function drawSeries(
  { origin, points, connected, marked }: FigureSeries,
  place: number,
  px: (value: number) => number,
  py: (value: number) => number,
): string[] {
  const parts: string[] = [];
  if (connected && points.length > 1) {
    const d = points.map(({ x, y }, index) => `${index === 0 ? 'M' : 'L'}${px(x)} ${py(y)}`).join('');
    parts.push(`<path class="line ${origin}"${dash(place)} d="${d}"/>`);
  }
  if (!marked) return parts;
  for (const { x, y, byEye, standardError } of points) {
    if (standardError !== undefined && standardError > 0) {
      parts.push(
        `<path class="line ${origin}" d="M${px(x)} ${py(y - standardError)}V${py(y + standardError)}"/>`,
      );
    }
    parts.push(drawMark(px(x), py(y), origin, place, byEye));
  }
  return parts;
}

function drawLegend(series: FigureSeries, place: number, y: number): string[] {
  const { origin, connected, marked, points } = series;
  const x = margin.left;
  return [
    ...(connected ? [`<path class="line ${origin}"${dash(place)} d="M${x} ${y}h24"/>`] : []),
    ...(marked
      ? [drawMark(x + 12, y, origin, place, points.length > 0 && points.every((one) => one.byEye))]
      : []),
    text(x + 30, y + 4, legendText(series), 'small'),
  ];
}

function drawMark(x: number, y: number, origin: string, place: number, hollow = false): string {
  const kind = `${origin}${hollow ? ' hollow' : ''}`;
  return `<path class="${kind}" transform="translate(${x} ${y})" d="${marks[place % marks.length]}"/>`;
}

const dash = (place: number) => {
  const pattern = dashes[place % dashes.length];
  return pattern ? ` stroke-dasharray="${pattern}"` : '';
};

function text(x: number, y: number, content: string, kind = '', anchor = ''): string {
  const attributes = `${kind ? ` class="${kind}"` : ''}${anchor ? ` text-anchor="${anchor}"` : ''}`;
  return `<text x="${round(x)}" y="${round(y)}"${attributes}>${escapeXml(content)}</text>`;
}

/** Hundredths of a pixel: floating-point noise would make bytes differ between machines. */
const round = (value: number) => Math.round(value * 100) / 100;

function escapeXml(content: string): string {
  return content.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
