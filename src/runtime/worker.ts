/**
 * The worker thread that owns the session, so that the event loop of the main thread stays free for progress, Ctrl-C
 * and the journal.
 */
import { exportBackend } from './export-backend.js';
import { type Backend, graphBackend } from './graph-backend.js';
import type { WorkerRequest } from './protocol.js';
import { createSession, type Session, timeRun } from './session.js';
import { serveRequests } from './worker-thread.js';

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

serveRequests(answer);
