import type { SessionSpec, WorkerRequest } from '../runtime/protocol.js';
import { startWorker, type WorkerClient } from '../runtime/worker-thread.js';

/** Starts a worker thread and loads a graph there. Rejects with what ONNX Runtime says; no thread stays behind then. */
export async function loadInWorker(spec: SessionSpec): Promise<WorkerClient<WorkerRequest>> {
  const worker = startWorker<WorkerRequest>('runtime');
  try {
    await worker.ask({ type: 'load', spec });
    return worker;
  } catch (error) {
    await worker.terminate();
    throw error;
  }
}

/** Releases the graph and ends the thread; never rejects, since the reason for it may be that the thread has failed. */
export async function unload(worker: WorkerClient<WorkerRequest>): Promise<void> {
  await worker.ask({ type: 'close' }).catch(() => {});
  await worker.terminate();
}
