/**
 * Both ends of a worker thread that answers requests one after another. ONNX Runtime blocks the thread that calls it,
 * so every session lives in such a thread, and the event loop of the main thread stays free.
 */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parentPort, Worker } from 'node:worker_threads';
import { DataError, type DataProblem, UserError } from '../errors.js';

/** An error as it crosses the thread boundary, which keeps neither its class nor its own properties. */
interface SentError {
  name: string;
  message: string;
  hint?: string;
  problem?: DataProblem;
  /** System errors: `ENOSPC` … */
  code?: string;
}

/** Worker → main thread, in the order of the requests. */
type Reply = { ok: true; result: unknown } | { ok: false; error: SentError };

/** The main thread's end of a worker. */
export interface WorkerClient<Request> {
  /** Rejects with the worker's error, or when the worker ends before it answers. */
  ask(request: Request, transfer?: ArrayBuffer[]): Promise<unknown>;
  /** Ends the worker at once, whatever it is doing. */
  terminate(): Promise<void>;
}

/** Starts the worker of that folder of src/, e.g. `runtime`: its `worker.ts`. */
export function startWorker<Request>(folder: string): WorkerClient<Request> {
  const worker = new Worker(workerFile(folder));
  // Answers come in the order of the requests.
  const waiting: { resolve: (value: unknown) => void; reject: (error: Error) => void }[] = [];
  let ended: Error | undefined;
  const failAll = (error: Error) => {
    ended ??= error;
    for (const { reject } of waiting.splice(0)) reject(error);
  };
  worker.on('message', (reply: Reply) => {
    const caller = waiting.shift();
    if (reply.ok) caller?.resolve(reply.result);
    else caller?.reject(restoreError(reply.error));
  });
  worker.on('error', (error) => failAll(error instanceof Error ? error : new Error(String(error))));
  worker.on('exit', () => failAll(new Error('the worker thread ended')));
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

/** The worker's end: answers each request, and ends the thread after one of type `close`. */
export function serveRequests<Request extends { type: string }>(
  answer: (request: Request) => Promise<unknown>,
): void {
  let last: Promise<void> = Promise.resolve();
  parentPort?.on('message', (request: Request) => {
    last = last.then(async () => {
      let reply: Reply;
      try {
        reply = { ok: true, result: await answer(request) };
      } catch (error) {
        reply = { ok: false, error: describeError(error) };
      }
      parentPort?.postMessage(reply);
      if (request.type === 'close') parentPort?.close();
    });
  });
}

function describeError(error: unknown): SentError {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error) };
  const { name, message } = error;
  return {
    name,
    message,
    hint: error instanceof UserError ? error.hint : undefined,
    problem: error instanceof DataError ? error.problem : undefined,
    code: (error as NodeJS.ErrnoException).code,
  };
}

function restoreError({ name, message, hint, problem, code }: SentError): Error {
  if (problem) return new DataError(problem);
  if (name === 'UserError') return new UserError(message, { hint });
  const error = name === 'RangeError' ? new RangeError(message) : new Error(message);
  return code === undefined ? error : Object.assign(error, { code });
}

/** A worker cannot load TypeScript: tests that run from src/ use the build. */
function workerFile(folder: string): string {
  const beside = fileURLToPath(new URL(`../${folder}/worker.js`, import.meta.url));
  if (existsSync(beside)) return beside;
  const built = fileURLToPath(new URL(`../../dist/${folder}/worker.js`, import.meta.url));
  if (existsSync(built)) return built;
  throw new Error(`no build of the worker at ${built}: run "npm run build" first`);
}
