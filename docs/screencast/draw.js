/**
 * Draws the screencast of the README: a recording of real commands (record.js) as an SVG in which each row appears when
 * it was printed, and as plain text. `node docs/screencast/draw.js` writes both anew from recording.json.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';

/**
 * @typedef {{ afterMs: number, text: string }} Chunk What a command printed, and when: milliseconds since it was started.
 * @typedef {{ command: string, chunks: Chunk[] }} Scene
 * @typedef {{ columns: number, scenes: Scene[] }} Recording
 * @typedef {{ character: string, style: string, seconds: number }} Cell One character on the screen and when it appears.
 */

const characterWidth = 7.8;
const lineHeight = 17;
const margin = 14;
/** Nobody types evenly, but nobody wants to watch it either. */
const typingSeconds = 0.028;
const pauseBeforeCommand = 0.6;
/** Whoever looks at a README does not wait for a model to be loaded. */
const longestWait = 0.9;

/** The screen: rows of cells, long lines broken at the width as a terminal does. */
function layOut({ columns, scenes }) {
  /** @type {Cell[][]} */
  const rows = [[]];
  let seconds = 0;
  const newRow = () => rows.push([]);
  const put = (character, style) => {
    if (rows.at(-1).length >= columns) newRow();
    rows.at(-1).push({ character, style, seconds });
  };
  for (const [number, { command, chunks }] of scenes.entries()) {
    if (number > 0) newRow();
    seconds += pauseBeforeCommand;
    for (const character of '$ ') put(character, 'prompt');
    for (const character of command) {
      seconds += typingSeconds;
      put(character, 'command');
    }
    newRow();
    let before = 0;
    let style = '';
    for (const { afterMs, text } of chunks) {
      seconds += Math.min(longestWait, (afterMs - before) / 1000);
      before = afterMs;
      for (const piece of text.split(/(\x1b\[[\d;]*m|\n)/)) {
        if (piece === '\n') newRow();
        else if (piece.startsWith('\x1b')) style = styleAfter(style, piece);
        else for (const character of piece) put(character, style);
      }
    }
    while (rows.at(-1).length === 0) rows.pop();
    newRow();
  }
  while (rows.at(-1).length === 0) rows.pop();
  return { rows, seconds };
}

/** Names of colours by their codes; others are shown as plain text. */
const colours = { 31: 'red', 32: 'green', 33: 'yellow', 34: 'blue', 35: 'magenta', 36: 'cyan', 90: 'dim' };

/** The classes that hold behind an escape sequence, as `bold cyan`. */
function styleAfter(style, sequence) {
  let classes = style === '' ? [] : style.split(' ');
  for (const code of sequence.slice(2, -1).split(';').map(Number)) {
    if (code === 0) classes = [];
    else if (code === 1) classes = [...classes, 'bold'];
    else if (code === 2) classes = [...classes, 'dim'];
    else if (code === 22) classes = classes.filter((name) => name !== 'bold' && name !== 'dim');
    else {
      const kept = classes.filter((name) => name === 'bold');
      classes = code in colours ? [...kept, colours[code]] : kept;
    }
  }
  return [...new Set(classes)].join(' ');
}

const escapeXml = (text) =>
  text.replace(/[&<>]/g, (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[sign]);

/** @param {Cell[][]} rows */
const rowText = (row) =>
  row
    .map(({ character }) => character)
    .join('')
    .trimEnd();

/** The recording as plain text. @param {Recording} recording */
export function drawText(recording) {
  return `${layOut(recording).rows.map(rowText).join('\n')}\n`;
}

/** One row of text, in runs of one style. @param {Cell[]} cells */
function drawRow(cells, y) {
  /** @type {{ style: string, text: string }[]} */
  const runs = [];
  for (const { character, style } of cells) {
    const last = runs.at(-1);
    if (last?.style === style) last.text += character;
    else runs.push({ style, text: character });
  }
  const spans = runs.map(({ style, text }) =>
    style === '' ? escapeXml(text) : `<tspan class="${style}">${escapeXml(text)}</tspan>`,
  );
  // The length is stated so that lines and boxes meet whatever font the reader has.
  const length = (cells.length * characterWidth).toFixed(1);
  return `<text x="${margin}" y="${y}" textLength="${length}" lengthAdjust="spacingAndGlyphs">${spans.join('')}</text>`;
}

/** The recording as SVG: the same bytes for the same recording. @param {Recording} recording */
export function drawSvg(recording) {
  const { rows, seconds } = layOut(recording);
  const width = Math.ceil(recording.columns * characterWidth + 2 * margin);
  const height = rows.length * lineHeight + 2 * margin;
  // A row appears when its last character was printed. Single characters were tried: browsers that show the picture through
  // <img>, as GitHub does, left some of them out.
  /** @type {{ seconds: number, lines: string[] }[]} */
  const steps = [];
  for (const [number, row] of rows.entries()) {
    const cells = row.slice(0, rowText(row).length);
    if (cells.length === 0) continue;
    const { seconds } = cells.at(-1);
    if (steps.at(-1)?.seconds !== seconds) steps.push({ seconds, lines: [] });
    steps.at(-1).lines.push(drawRow(cells, margin + lineHeight * (number + 0.75)));
  }
  const groups = steps.map(({ lines }, step) => `<g class="t${step}">\n${lines.join('\n')}\n</g>`);
  const commands = recording.scenes.map(({ command }) => command).join('; ');
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title description">
<title id="title">gpt in a terminal: ${escapeXml(commands)}</title>
<desc id="description">${escapeXml(rows.map(rowText).join('\n'))}</desc>
<style>
svg { --paper: #ffffff; --edge: #d1d9e0; --ink: #1f2328; --dim: #59636e; --red: #b62324; --green: #116329; --yellow: #7d4e00; --blue: #0550ae; --magenta: #8250df; --cyan: #1b6e78 }
@media (prefers-color-scheme: dark) { svg { --paper: #0d1117; --edge: #3d444d; --ink: #e6edf3; --dim: #9198a1; --red: #ff8e8a; --green: #56d364; --yellow: #e3b341; --blue: #79c0ff; --magenta: #d2a8ff; --cyan: #76d9e6 } }
rect { fill: var(--paper); stroke: var(--edge) }
text { font: 13px ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; fill: var(--ink); white-space: pre }
.command, .bold { font-weight: 600 }
.prompt, .green { fill: var(--green) }
.dim { fill: var(--dim) }
${['red', 'yellow', 'blue', 'magenta', 'cyan'].map((name) => `.${name} { fill: var(--${name}) }`).join('\n')}
@keyframes appear { from { opacity: 0 } to { opacity: 1 } }
@media (prefers-reduced-motion: no-preference) {
g { animation: appear 200ms both }
${steps.map(({ seconds }, step) => `.t${step} { animation-delay: ${seconds.toFixed(2)}s }`).join('\n')}
}
</style>
<!-- ${seconds.toFixed(1)} seconds, once; without animation everything is there from the start. -->
<rect x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="8"/>
${groups.join('\n')}
</svg>
`;
}

/** Writes screencast.svg and screencast.txt beside this file. @param {Recording} recording */
export async function writeDrawings(recording) {
  await writeFile(new URL('screencast.svg', import.meta.url), drawSvg(recording));
  await writeFile(new URL('screencast.txt', import.meta.url), drawText(recording));
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await writeDrawings(JSON.parse(await readFile(new URL('recording.json', import.meta.url), 'utf8')));
}
