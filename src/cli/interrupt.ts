import { InterruptedError } from '../errors.js';

/** Ctrl-C while a command runs. */
export interface Interrupt {
  signal: AbortSignal;
  /** Stops listening. */
  dispose(): void;
}

/** Whether it was SIGTERM that stopped the program. */
let wasTerminated = false;

/** The exit code of a command that was stopped, as shells count: 128 and the number of the signal. */
export function interruptedCode(): 130 | 143 {
  return wasTerminated ? 143 : 130;
}

/**
 * The first Ctrl-C (or SIGTERM) asks the command to stop where nothing is lost; the second one ends the process at once.
 * `onFirst` tells the user so.
 */
export function listenForInterrupt(onFirst: () => void): Interrupt {
  const controller = new AbortController();
  const listener = (signal: NodeJS.Signals) => {
    if (signal === 'SIGTERM') wasTerminated = true;
    if (controller.signal.aborted) {
      // A clean line and a visible cursor, whatever a spinner left behind.
      if (process.stderr.isTTY) process.stderr.write('\r\u001B[K\u001B[?25h');
      process.exit(interruptedCode());
    }
    onFirst();
    controller.abort(new InterruptedError('Interrupted.'));
  };
  process.on('SIGINT', listener);
  process.on('SIGTERM', listener);
  return {
    signal: controller.signal,
    dispose() {
      process.off('SIGINT', listener);
      process.off('SIGTERM', listener);
    },
  };
}
