import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { DataError, UserError } from '../errors.js';
import type { SentError, TrainingReply, TrainingRequest } from './protocol.js';

/** The main thread's end of the training worker. */
export interface TrainingWorker {
  /** Rejects with the worker's error, or when the worker ends before it answers. */
  ask(request: TrainingRequest, transfer?: ArrayBuffer[]): Promise<unknown>;
  /** Ends the worker at once, whatever it is doing. */
  terminate(): Promise<void>;
}

/** Starts the training thread. */
export function startTrainingWorker(): TrainingWorker {
  const worker = new Worker(workerFile());
  // Answers come in the order of the requests.
  const waiting: { resolve: (value: unknown) => void; reject: (error: Error) => void }[] = [];
  let ended: Error | undefined;
  const failAll = (error: Error) => {
    ended ??= error;
    for (const { reject } of waiting.splice(0)) reject(error);
  };
  worker.on('message', (reply: TrainingReply) => {
    const caller = waiting.shift();
    if (reply.ok) caller?.resolve(reply.result);
    else caller?.reject(restoreError(reply.error));
  });
  worker.on('error', (error) => failAll(error instanceof Error ? error : new Error(String(error))));
  worker.on('exit', () => failAll(new Error('the training thread ended')));
  return {
    ask(request, transfer = []) {
      if (ended) return Promise.reject(ended);
      return new Promise((resolve, reject) => {
        waiting.push({ resolve, reject });
        worker.postMessage(request, transfer);
      });
    },
    async terminate() {
      await worker.terminate();
    },
  };
}

function restoreError({ name, message, hint, problem, code }: SentError): Error {
  if (problem) return new DataError(problem);
  if (name === 'UserError') return new UserError(message, { hint });
  const error = name === 'RangeError' ? new RangeError(message) : new Error(message);
  return code === undefined ? error : Object.assign(error, { code });
}

/** A worker cannot load TypeScript: tests that run from src/ use the build. */
function workerFile(): string {
  const beside = fileURLToPath(new URL('./worker.js', import.meta.url));
  if (existsSync(beside)) return beside;
  const built = fileURLToPath(new URL('../../dist/training/worker.js', import.meta.url));
  if (existsSync(built)) return built;
  throw new Error(`no build of the worker at ${built}: run "npm run build" first`);
}
