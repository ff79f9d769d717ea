import { type Device, listDevices, openOnDevice } from '../runtime/devices.js';
import type { WorkerRequest } from '../runtime/protocol.js';
import type { WorkerClient } from '../runtime/worker-thread.js';
import { type GemmShape, gemm, gemmShapes } from './gemm.js';
import { loadInWorker, unload } from './timed-worker.js';
import { gigaflopRate, summarize } from './timing.js';

/** The fastest matrix products of this machine, loaded and ready to be measured again. */
export interface Peak {
  readonly device: Device;
  /** Why it is not the device that was asked for; usually empty. */
  readonly notes: string[];
  readonly shape: GemmShape;
  /** Floating-point operations of one run. */
  readonly flop: number;
  /** Milliseconds of one run. */
  run(): Promise<number>;
  close(): Promise<void>;
}

/** How the peak is looked for. */
export interface PeakOptions {
  device: Device | 'auto';
  /** Threads of one operation; 0 is one per physical core. */
  threads: number;
  /** Runs of each shape, after one that warms up. */
  repeat: number;
  shapes?: readonly GemmShape[];
  signal?: AbortSignal;
  onProgress?: (what: string) => void;
}

/** Measures every shape and keeps the one with the fastest median. */
export async function findPeak(options: PeakOptions): Promise<Peak> {
  const { threads, repeat, shapes = gemmShapes, signal, onProgress } = options;
  const available = await listDevices();
  let best: { peak: Peak; rate: number } | undefined;
  let candidate: Peak | undefined;
  try {
    for (const shape of shapes) {
      onProgress?.(`matrix products of width ${shape.width}`);
      const { model, feeds, flop } = gemm(shape);
      const { device, opened, notes } = await openOnDevice(
        best?.peak.device ?? options.device,
        (provider) => loadInWorker({ model, provider, threads }),
        available,
      );
      candidate = { device, notes: best?.peak.notes ?? notes, shape, flop, ...timed(opened, feeds) };
      await candidate.run();
      const times: number[] = [];
      while (times.length < repeat) {
        signal?.throwIfAborted();
        times.push(await candidate.run());
      }
      const rate = gigaflopRate(flop, summarize(times).medianMs);
      if (best === undefined || rate > best.rate) {
        await best?.peak.close();
        best = { peak: candidate, rate };
      } else {
        await candidate.close();
      }
      candidate = undefined;
    }
  } catch (error) {
    await Promise.all([candidate?.close(), best?.peak.close()]);
    throw error;
  }
  if (best === undefined) throw new RangeError('no shapes to measure');
  return best.peak;
}

function timed(
  worker: WorkerClient<WorkerRequest>,
  feeds: ReturnType<typeof gemm>['feeds'],
): Pick<Peak, 'run' | 'close'> {
  return {
    run: async () => (await worker.ask({ type: 'time', feeds })) as number,
    close: () => unload(worker),
  };
}
