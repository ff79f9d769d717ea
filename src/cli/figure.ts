import path from 'node:path';
import { UsageError } from '../errors.js';
import { writeAtomically, writeFully } from '../files/atomic-file.js';
import { makeFolder } from '../files/folder.js';
import { explainWriteError } from '../files/space.js';
import { buildFigure } from '../reports/figures/build-figure.js';
import { figureIds, readFigureDefinition } from '../reports/figures/definition.js';
import type { Figure } from '../reports/figures/figure.js';
import { lossFigure } from '../reports/figures/loss-curves.js';
import { renderPng } from '../reports/figures/png.js';
import { renderSvg } from '../reports/figures/svg.js';
import { renderTextFigure } from '../reports/figures/text-chart.js';
import { wrapLines } from '../reports/grid.js';
import type { FigureOptions } from './commands/figure.js';
import type { Output } from './output.js';
import { readSoundResults } from './read-results.js';
import { readTrainingCurve } from './training-curve.js';

/**
 * `gpt figure [id]`: a figure of the papers with our points over it, or the losses of a training run by its journal; without
 * an id the list of figures. Throws UsageError for an unknown figure or ending, DataError for a malformed result or journal.
 */
export async function runFigure(
  id: string | undefined,
  options: FigureOptions,
  output: Output,
): Promise<void> {
  const ending = options.output === undefined ? undefined : endingOf(options.output);
  if (id === undefined) {
    if (options.output !== undefined)
      throw new UsageError('Which figure should be written? "gpt figure" lists them.');
    output.out(await listFigures(options, output));
    return;
  }
  const figure = await findFigure(id, options.results, output);
  if (options.json) output.out(JSON.stringify(figure, null, 2));
  if (options.output === undefined) {
    if (!options.json) output.out(renderTextFigure(figure, output.columns));
    return;
  }
  const svg = renderSvg(figure);
  await writeDrawing(options.output, ending === '.png' ? await renderPng(svg) : Buffer.from(svg));
  output.err(`Wrote ${options.output}.`);
}

/** A name of a published figure is never taken for a file: `./gpt2-figure1` is one. */
async function findFigure(id: string, results: string, output: Output): Promise<Figure> {
  if (!(await figureIds()).includes(id)) {
    const found = await readTrainingCurve(id);
    if (found !== undefined) return lossFigure(found.curve, path.basename(found.file));
  }
  return buildFigure(await readFigureDefinition(id), await readSoundResults(results, output));
}

async function listFigures({ results, json }: FigureOptions, output: Output): Promise<string> {
  const all = await readSoundResults(results, output);
  const entries = await Promise.all(
    (await figureIds()).map(async (id) => {
      const { title, source, panels } = buildFigure(await readFigureDefinition(id), all);
      const own = panels.flatMap(({ series }) => series.filter(({ origin }) => origin === 'ours'));
      return { id, title, source, ours: own.reduce((sum, { points }) => sum + points.length, 0) };
    }),
  );
  if (json) return JSON.stringify(entries, null, 2);
  const lines = entries.map(
    ({ id, title, source, ours }) => `${id}\n  ${title}\n  ${source}\n  our points: ${ours}\n`,
  );
  const training =
    '<journal>\n  The losses of a training run: the journal of "gpt finetune", or the folder of "gpt pretrain".';
  return wrapLines([...lines, training].join('\n'), output.columns);
}

function endingOf(file: string): '.svg' | '.png' {
  const ending = path.extname(file).toLowerCase();
  if (ending === '.svg' || ending === '.png') return ending;
  throw new UsageError(`--output ${file}: a figure is written as .svg or .png.`, {
    hint: `For example --output ${path.basename(file, path.extname(file)) || 'figure'}.svg.`,
  });
}

async function writeDrawing(file: string, bytes: Uint8Array): Promise<void> {
  const folder = path.dirname(file);
  try {
    await makeFolder(folder);
    await writeAtomically(file, (handle) => writeFully(handle, bytes));
  } catch (error) {
    throw explainWriteError(error, { path: folder, variable: '--output' });
  }
}
