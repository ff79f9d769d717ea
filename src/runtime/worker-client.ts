import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { WorkerReply, WorkerRequest } from './protocol.js';

type WithoutId<T> = T extends { id: number } ? Omit<T, 'id'> : never;

/** The main thread's end of a worker: sends a request, awaits its answer. */
export interface WorkerClient {
  /** Rejects with the worker's error, or when the worker ends before it answers. */
  ask(request: WithoutId<WorkerRequest>, transfer?: ArrayBuffer[]): Promise<unknown>;
  /** Ends the worker at once, whatever it is doing. */
  terminate(): Promise<void>;
}

/** Starts the worker thread. */
export function startWorker(): WorkerClient {
  const worker = new Worker(workerFile());
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  let nextId = 0;
  let ended: Error | undefined;
  const failAll = (error: Error) => {
    ended ??= error;
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  };
  worker.on('message', (reply: WorkerReply) => {
    const caller = waiting.get(reply.id);
    waiting.delete(reply.id);
    if (reply.ok) caller?.resolve(reply.result);
    else caller?.reject(new Error(reply.message));
  });
  worker.on('error', (error) => failAll(error instanceof Error ? error : new Error(String(error))));
  worker.on('exit', () => failAll(new Error('the worker thread ended')));
  return {
    ask(request, transfer = []) {
      if (ended) return Promise.reject(ended);
      const id = nextId++;
      return new Promise((resolve, reject) => {
        waiting.set(id, { resolve, reject });
        worker.postMessage({ ...request, id }, transfer);
      });
    },
    async terminate() {
      await worker.terminate();
    },
  };
}

/** A worker cannot load TypeScript: tests that run from src/ use the build. */
function workerFile(): string {
  const beside = fileURLToPath(new URL('./worker.js', import.meta.url));
  if (existsSync(beside)) return beside;
  const built = fileURLToPath(new URL('../../dist/runtime/worker.js', import.meta.url));
  if (existsSync(built)) return built;
  throw new Error(`no build of the worker at ${built}: run "npm run build" first`);
}
