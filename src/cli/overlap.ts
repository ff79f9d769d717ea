import { UsageError } from '../errors.js';
import { checkOutputFile, writeJsonLines } from '../files/output-file.js';
import { countOf, formatBytes, formatCount, formatDuration } from '../format.js';
import { listTextFiles } from '../overlap/documents.js';
import {
  measureOverlap,
  type Overlap,
  type OverlapProgress,
  type OverlapSettings,
} from '../overlap/overlap.js';
import type { MeasuredOverlap } from '../overlap/overlap-result.js';
import { identifyTexts, type PublishedTexts, publishedTexts } from '../overlap/published-texts.js';
import type { OverlapOptions } from './commands/overlap.js';
import type { CommandContext } from './context.js';
import { findText, nameText } from './data-paths.js';
import { commandLine } from './options.js';

/** Documents and passages that the terminal shows. */
const SHOWN = 10;

/** `gpt overlap`: how much of a test set stands word for word in a training set. */
export async function runOverlap(
  given: OverlapOptions & Pick<OverlapSettings, 'probes'>,
  context: CommandContext,
): Promise<void> {
  const { line, output, signal, env } = context;
  const find = (texts: string[]) => texts.map((text) => findText(text, env));
  const options = { ...given, test: find(given.test), train: find(given.train) };
  const published = options.dataset === undefined ? undefined : findPublished(options.dataset);
  const examplesFile = options.examples && { file: options.examples, option: '--examples' };
  if (examplesFile) await checkOutputFile(examplesFile);
  const start = performance.now();
  const test = await listTextFiles(options.test);
  const isTest = new Set(test.map(({ file }) => file));
  const train: typeof test = [];
  for (const entry of await listTextFiles(options.train)) {
    if (isTest.has(entry.file)) line.note(`${entry.name} is a test file and left out of the training text.`);
    else train.push(entry);
  }
  if (train.length === 0) throw new UsageError('Every training file is a test file as well.');
  const overlap = await measureOverlap(test, train, options, {
    signal,
    onProgress: reportProgress(line.update),
  });
  line.clear();
  if (examplesFile) await writeJsonLines(examplesFile, overlapping(overlap.documents));
  output.out(options.json ? JSON.stringify(overlap, null, 2) : renderOverlap(overlap));
  if (published !== undefined) {
    const seconds = (performance.now() - start) / 1000;
    const { title, note } = published;
    const measured: MeasuredOverlap = {
      ...{
        overlap,
        dataset: options.dataset!,
        whose: options.whose,
        title,
        note,
        lines: options.lines ?? false,
        seconds,
      },
      test: await identifyTexts(test, `${title} test`, published.test),
      train: await identifyTexts(train, `${title} train`, published.train),
    };
    await publish(measured, options, context);
  }
}

function findPublished(dataset: string): PublishedTexts {
  const found = publishedTexts[dataset];
  if (found !== undefined) return found;
  throw new UsageError(`--dataset ${dataset}: no table or figure has such texts.`, {
    hint: `There are: ${Object.keys(publishedTexts).join(', ')}.`,
  });
}

/** Writes the result and says where it stands, or why it stands nowhere. */
async function publish(
  measured: MeasuredOverlap,
  options: OverlapOptions,
  { output, env }: CommandContext,
): Promise<void> {
  // Imported here: results know of models, which loads much that counting words needs nothing of.
  const [{ buildOverlapResult }, { describeWritten, writeResult }, { describeEnvironment }] =
    await Promise.all([
      import('../overlap/overlap-result.js'),
      import('../results/results-folder.js'),
      import('./environment.js'),
    ]);
  const { test, train } = publishedTexts[measured.dataset]!;
  const isOwn = test === undefined && train === undefined;
  const compared = options.whose === 'own' ? [measured.test, measured.train] : [measured.test];
  for (const { name, file, rows, complete } of compared) {
    if (!complete && !isOwn)
      output.err(`${file} is not the whole of ${name}: it has ${countOf(rows, 'line')}.`);
  }
  const circumstances = {
    command: overlapCommand(options, env),
    environment: describeEnvironment(1),
    finishedAt: new Date(),
  };
  const isWhole = compared.every(({ complete }) => complete);
  const shown = isOwn ? 'gpt figure gpt2-figure5' : 'gpt table gpt2-table6';
  const advice = isWhole || isOwn ? `; "${shown}" has it beside the paper’s.` : '';
  const written = await writeResult(options.results, buildOverlapResult(measured, circumstances));
  output.err(`${describeWritten(written)}${advice}`);
}

/** The command line that measures it again, without what is only about showing it. */
function overlapCommand(
  { dataset, whose, test, train, n, lines, key }: OverlapOptions,
  env: NodeJS.ProcessEnv,
): string {
  const named = (texts: string[]) => texts.map((text) => nameText(text, env));
  const changed = [
    ...(whose === 'own' ? [] : [`--whose=${whose}`]),
    ...(n === 8 ? [] : [`--n=${n}`]),
    ...(lines ? ['--lines'] : []),
  ];
  const keyed = key === undefined || key === 'text' ? [] : [`--key=${key}`];
  const words = [
    'overlap',
    `--dataset=${dataset}`,
    ...changed,
    ...keyed,
    '--test',
    ...named(test),
    '--train',
    ...named(train),
  ];
  return commandLine(['node', 'gpt', ...words]);
}

const phases: Record<OverlapProgress['phase'], string> = {
  counting: 'counting the training text',
  filling: 'collecting its n-grams',
  checking: 'checking the filter',
  testing: 'looking up the test text',
};

/** `collecting its n-grams  1.2 GB of 8 GB · 12.5 MB/s · 9 min 04 s left` */
function reportProgress(update: (text: string) => void): (progress: OverlapProgress) => void {
  const start = Date.now();
  return ({ phase, doneBytes, totalBytes }) => {
    const speed = doneBytes / Math.max(0.001, (Date.now() - start) / 1000);
    const parts = [`${phases[phase]}  ${formatBytes(doneBytes)} of ${formatBytes(totalBytes)}`];
    if (doneBytes > 0) {
      parts.push(`${formatBytes(speed)}/s`, `${formatDuration((totalBytes - doneBytes) / speed)} left`);
    }
    update(parts.join(' · '));
  };
}

/** The documents that overlap, the worst first. */
function overlapping(documents: Overlap['documents']): Overlap['documents'] {
  return documents.filter(({ found }) => found > 0).sort((a, b) => b.percent - a.percent);
}

/** What was found, as text for a terminal. */
function renderOverlap({ n, train, set, total, documents }: Overlap): string {
  const lines = [
    `${formatPercent(total.percent)} % of the ${n}-grams of the test text are in the training text: ${formatCount(total.found)} of ${formatCount(total.ngrams)}`,
    '',
    `training text  ${countOf(train.files, 'file')}, ${countOf(train.documents, 'document')}, ${formatBytes(train.sizeBytes)}, ${countOf(train.words, 'word')}, ${formatCount(train.ngrams)} ${n}-grams`,
    describeSet(set),
  ];
  if (documents.length > 1) {
    const shares = documents.map(({ percent }) => percent).sort((a, b) => a - b);
    const median = (shares[(shares.length - 1) >> 1]! + shares[shares.length >> 1]!) / 2;
    const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length;
    lines.push(
      `documents      ${formatCount(documents.length)}, of which ${formatCount(shares.filter((share) => share > 0).length)} overlap; mean ${formatPercent(mean)} %, median ${formatPercent(median)} %`,
    );
  }
  const worst = overlapping(documents);
  if (worst.length > 0) {
    lines.push('', `${'found'.padStart(10)}  ${'%'.padStart(6)}  document`);
    for (const { document, found, percent } of worst.slice(0, SHOWN))
      lines.push(`${formatCount(found).padStart(10)}  ${formatPercent(percent).padStart(6)}  ${document}`);
    if (worst.length > SHOWN)
      lines.push(
        `${' '.repeat(20)}and ${formatCount(worst.length - SHOWN)} more (--examples FILE lists all)`,
      );
  }
  const passages = documents
    .flatMap(({ document, passages: own }) => own.map((passage) => ({ document, ...passage })))
    .sort((a, b) => b.words - a.words)
    .slice(0, SHOWN);
  if (passages.length > 0) {
    lines.push('', 'longest passages in both');
    for (const { words, text, document } of passages)
      lines.push(`${countOf(words, 'word').padStart(10)}  ${document}: ${shorten(text)}`);
  }
  return `${lines.join('\n')}\n`;
}

function describeSet(set: Overlap['set']): string {
  if (set.kind === 'exact') return `exact set      ${formatCount(set.distinct)} different ones`;
  const { bits, hashes, falsePositiveRate, estimatedRate, probes, hits } = set;
  return [
    `Bloom filter   ${formatBytes(bits / 8)}, ${hashes} hashes; false positives ${estimatedRate.toExponential(1)}, at most ${falsePositiveRate} asked for`,
    `check          ${formatCount(hits)} of ${formatCount(probes)} random strings found, ${(probes * estimatedRate).toPrecision(2)} expected`,
  ].join('\n');
}

/** Two decimals; two digits where that would be nothing: 0.0024. */
const formatPercent = (percent: number) =>
  percent > 0 && percent < 0.1 ? String(Number(percent.toPrecision(2))) : percent.toFixed(2);

const shorten = (text: string) => (text.length > 160 ? `${text.slice(0, 160)}…` : text);
