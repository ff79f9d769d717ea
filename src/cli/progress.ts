import type { EvaluationProgress } from '../evaluation/evaluate.js';
import { formatBytes, formatCount, formatDuration } from '../format.js';
import type { DownloadProgress } from '../hub/progress.js';
import { printable } from '../printable.js';
import { formatMetric } from '../results/format.js';
import { wrapFor } from './output.js';

/** One line of progress on stderr: a spinner on a terminal, a plain line now and then elsewhere. */
export interface ProgressLine {
  /** Replaces the line. */
  update(text: string): void;
  /** Writes a line that stays, above the progress line. */
  note(text: string): void;
  /** Removes the line. */
  clear(): void;
}

/** Without a terminal a line is printed at most this often: a log should show that the run lives, not each batch. */
const PLAIN_INTERVAL_MS = 15_000;

/** Starts a progress line. `quiet` shows nothing but notes. */
export async function startProgress(options: { quiet?: boolean } = {}): Promise<ProgressLine> {
  if (options.quiet) return { update() {}, note: writeLine, clear() {} };
  // A terminal that does not know its width (a bare pty) makes ora count lines for ever.
  // One that cannot move its cursor would get every state of the line below the last.
  if (!process.stderr.isTTY || !process.stderr.columns || process.env.TERM === 'dumb') return plainProgress();
  const { default: ora } = await import('ora');
  // Ctrl-C is ours: ora's default would swallow it until the event loop is free.
  const spinner = ora({ discardStdin: false });
  return {
    update(text) {
      spinner.text = fitLine(printable(text), process.stderr.columns - SPINNER_WIDTH);
      if (!spinner.isSpinning) spinner.start();
    },
    note(text) {
      const wasSpinning = spinner.isSpinning;
      spinner.stop();
      writeLine(text);
      if (wasSpinning) spinner.start();
    },
    clear: () => void spinner.stop(),
  };
}

/** The spinner with the space behind it, and the last column, where some terminals begin a new line. */
const SPINNER_WIDTH = 3;

/**
 * A line of parts between ` · `, as many of the first ones as fit into so many characters: a line that is longer than the terminal is
 * wide moves it at every update. A first part that does not fit loses its middle: both its ends tell more.
 */
export function fitLine(text: string, columns: number): string {
  const [first = '', ...parts] = text.split(' · ');
  if (first.length > columns) {
    const kept = Math.max(1, columns - 1);
    return `${first.slice(0, Math.ceil(kept / 2))}…${first.slice(first.length - Math.floor(kept / 2))}`;
  }
  let line = first;
  for (const part of parts) if (line.length + 3 + part.length <= columns) line += ` · ${part}`;
  return line;
}

function plainProgress(): ProgressLine {
  let last = Date.now();
  return {
    update(text) {
      if (Date.now() - last < PLAIN_INTERVAL_MS) return;
      last = Date.now();
      writeLine(text);
    },
    note: writeLine,
    clear() {},
  };
}

function writeLine(text: string): void {
  process.stderr.write(`${wrapFor(process.stderr, printable(text))}\n`);
}

/** `lambada × gpt2  1,204/5,153 · 1,530 tokens/s · 3 min 20 s left · perplexity 35.1 · 46.0 %` */
export function describeEvaluation(title: string, progress: EvaluationProgress): string {
  const { examples, tokens, seconds, metrics } = progress;
  const parts = [`${title}  ${formatCount(examples.done)}/${formatCount(examples.total)}`];
  if (tokens.now > 0) {
    const speed = tokens.now / seconds;
    parts.push(`${formatCount(Math.round(speed))} tokens/s`);
    parts.push(`${formatDuration((tokens.total - tokens.done) / speed)} left`);
  } else if (examples.done < examples.total) {
    parts.push('loading the model');
  }
  for (const metric of metrics().slice(0, 2)) parts.push(`${metric.label} ${formatMetric(metric)}`);
  return parts.join(' · ');
}

/** Shows downloads on a progress line, with speed and estimate. */
export function downloadReporter(line: ProgressLine): (event: DownloadProgress) => void {
  let start: { time: number; bytes: number; file: string } | undefined;
  return (event) => {
    switch (event.kind) {
      case 'bytes': {
        if (start?.file !== event.file) {
          start = { time: Date.now(), bytes: event.doneBytes, file: event.file };
        }
        const speed = (event.doneBytes - start.bytes) / Math.max(0.001, (Date.now() - start.time) / 1000);
        const total = event.totalBytes === undefined ? '' : ` of ${formatBytes(event.totalBytes)}`;
        const parts = [`downloading ${event.file}  ${formatBytes(event.doneBytes)}${total}`];
        if (speed > 0) parts.push(`${formatBytes(speed)}/s`);
        if (speed > 0 && event.totalBytes !== undefined) {
          parts.push(`${formatDuration((event.totalBytes - event.doneBytes) / speed)} left`);
        }
        return line.update(parts.join(' · '));
      }
      case 'resume':
        return line.note(`${event.file}: going on after ${formatBytes(event.fromBytes)}.`);
      case 'restart':
        return line.note(`${event.file}: starting again, ${event.reason}.`);
      case 'retry':
        return line.note(
          `${event.file}: ${event.reason}; next try in ${formatDuration(event.waitMs / 1000)}.`,
        );
      case 'locked':
        return line.note(`${event.file}: another process is fetching it; waiting.`);
      case 'verify':
        return line.update(`checking ${event.file}`);
      case 'done':
        return line.clear();
    }
  };
}
