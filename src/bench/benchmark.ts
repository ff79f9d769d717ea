/** All that `gpt bench` measures of a model at work; training has its own (training.ts). */
import type { Checkpoint } from '../checkpoints/checkpoint.js';
import type { Device } from '../runtime/devices.js';
import type { GemmShape } from './gemm.js';
import { findPeak, type PeakOptions } from './peak.js';
import { type CaseResult, measureScoring } from './scoring.js';
import { measureSharedContext, type SharedContextResult } from './shared-context.js';
import { gigaflopRate, summarize, type Timing } from './timing.js';

/** Everything measured in one go. */
export interface Benchmark {
  device: Device;
  /** Why it is not the device that was asked for; usually empty. */
  notes: string[];
  /** Matrix products alone: median over all runs of the fastest shape. */
  peak: { shape: GemmShape; gigaflopPerSecond: number; timing: Timing };
  cases: CaseResult[];
  /** Largest resident memory of the process while it scored, bytes. */
  peakRssBytes: number;
  /** Options after one context; absent where the context cannot be shared. */
  sharedContext?: SharedContextResult;
}

/**
 * Measures the peak of this machine, how near to it scoring comes, and what sharing a context saves. Throws the
 * signal's reason when it is aborted.
 */
export async function benchmark(checkpoint: Checkpoint, options: PeakOptions): Promise<Benchmark> {
  const peak = await findPeak(options);
  try {
    const { cases, peakTimes } = await measureScoring(checkpoint, peak, options);
    // The only number of the process that is in kilobytes everywhere. Taken here: what follows loads the model twice.
    const peakRssBytes = process.resourceUsage().maxRSS * 1024;
    const timing = summarize(peakTimes);
    const { device, notes, shape, flop } = peak;
    return {
      device,
      notes,
      peak: { shape, gigaflopPerSecond: gigaflopRate(flop, timing.medianMs), timing },
      cases,
      peakRssBytes,
      sharedContext: await measureSharedContext(checkpoint, { ...options, device }),
    };
  } finally {
    await peak.close();
  }
}
