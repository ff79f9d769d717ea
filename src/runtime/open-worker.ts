import { type Device, listDevices, openOnDevice } from './devices.js';
import type { WorkerRequest } from './protocol.js';
import { startWorker, type WorkerClient } from './worker-thread.js';

/** A worker thread that has a model loaded, the device it is on, and what the user should know about the choice. */
export interface OpenedWorker {
  device: Device;
  opened: WorkerClient<WorkerRequest>;
  notes: string[];
}

/** Starts a worker and has it load a model on the wanted device. Rejects when no device can load it; no thread is left behind then. */
export async function openWorker(
  wanted: Device | 'auto',
  loadOn: (device: Device) => Promise<WorkerRequest>,
): Promise<OpenedWorker> {
  return openOnDevice(
    wanted,
    async (device) => {
      const worker = startWorker<WorkerRequest>('runtime');
      try {
        await worker.ask(await loadOn(device));
        return worker;
      } catch (error) {
        await worker.terminate();
        throw error;
      }
    },
    await listDevices(),
  );
}
