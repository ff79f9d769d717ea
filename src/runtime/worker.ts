/**
 * The worker thread that owns the session, so that the event loop of the main thread stays free for progress, Ctrl-C
 * and the journal. Requests are answered one after another.
 */
import { parentPort } from 'node:worker_threads';
import { exportBackend } from './export-backend.js';
import { type Backend, graphBackend } from './graph-backend.js';
import type { WorkerReply, WorkerRequest } from './protocol.js';
import { createSession, type Session, timeRun } from './session.js';

let session: Session | undefined;
let backend: Backend | undefined;

async function answer(request: WorkerRequest): Promise<unknown> {
  switch (request.type) {
    case 'load': {
      session = await createSession(request.spec);
      const { exported } = request.spec;
      backend = exported ? exportBackend(session, exported, request.excluded) : graphBackend(session);
      return undefined;
    }
    case 'score':
      if (backend === undefined) throw new Error('score before load');
      return backend.score(request.batch);
    case 'time':
      if (session === undefined) throw new Error('time before load');
      return timeRun(session, request.feeds);
    case 'close':
      await backend?.release();
      session = undefined;
      backend = undefined;
      return undefined;
  }
}

let last: Promise<void> = Promise.resolve();

parentPort?.on('message', (request: WorkerRequest) => {
  last = last.then(async () => {
    let reply: WorkerReply;
    try {
      reply = { id: request.id, ok: true, result: await answer(request) };
    } catch (error) {
      const { message, stack } = error instanceof Error ? error : new Error(String(error));
      reply = { id: request.id, ok: false, message, stack };
    }
    parentPort?.postMessage(reply);
    if (request.type === 'close') parentPort?.close();
  });
});
