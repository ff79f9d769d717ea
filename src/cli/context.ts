import type { Output } from './output.js';
import type { ProgressLine } from './progress.js';

/** What a long command gets from the outside. */
export interface CommandContext {
  output: Output;
  /** The line of progress on stderr. */
  line: ProgressLine;
  /** Aborted by the first Ctrl-C. */
  signal: AbortSignal;
  env: NodeJS.ProcessEnv;
}
