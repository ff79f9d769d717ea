import { type ChildProcess, spawn } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const bin = fileURLToPath(new URL('../../bin/gpt.js', import.meta.url));

/** How a run of the command ended. */
export interface GptRun {
  /** Exit code; null when a signal ended it. */
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

/** Settings of a run. */
export interface GptRunOptions {
  cwd?: string;
  env?: Record<string, string>;
  /** Called once the process is started, e.g. to kill it. */
  onStart?: (child: ChildProcess) => void;
}

/** Environment without caches, tokens or proxies of the machine that runs the tests, and without a network. */
export function isolatedEnvironment(folder: string): Record<string, string> {
  return {
    PATH: process.env.PATH ?? '',
    SystemRoot: process.env.SystemRoot ?? '',
    HOME: folder,
    HF_HUB_CACHE: `${folder}/hub`,
    GPT_CACHE: `${folder}/cache`,
    HF_HUB_OFFLINE: '1',
  };
}

/** Runs the built command as a user does. */
export function runGpt(args: readonly string[], options: GptRunOptions = {}): Promise<GptRun> {
  const child = spawn(process.execPath, [bin, ...args], {
    cwd: options.cwd,
    env: options.env ?? process.env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output.stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    output.stderr += text;
  });
  options.onStart?.(child);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal, ...output }));
  });
}

/**
 * Runs the same command again and again and kills it each time at a random moment, in the middle fifth to half of what a whole
 * run takes on this machine. Stops after `times`, or when a run was done before its kill. Returns the number of kills.
 */
export async function killRepeatedly(
  args: readonly string[],
  options: GptRunOptions,
  { times, wholeRunMs, random }: { times: number; wholeRunMs: number; random: () => number },
): Promise<number> {
  for (let kills = 0; kills < times; kills++) {
    const delayMs = wholeRunMs * (0.2 + 0.3 * random());
    const { signal } = await runGpt(args, {
      ...options,
      onStart: (child) => setTimeout(() => child.kill('SIGKILL'), delayMs).unref(),
    });
    if (signal !== 'SIGKILL') return kills;
  }
  return times;
}

/** For `onStart`: sends Ctrl-C, once, as soon as a folder has a file whose name ends so. */
export function interruptOnceThereIs(ending: string, folder: string): (child: ChildProcess) => void {
  return (child) => {
    const timer = setInterval(async () => {
      const files = await readdir(folder).catch(() => []);
      if (!files.some((file) => file.endsWith(ending))) return;
      clearInterval(timer);
      child.kill('SIGINT');
    }, 20);
    child.on('close', () => clearInterval(timer));
  };
}
