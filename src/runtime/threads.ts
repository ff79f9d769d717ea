/** How many threads an operation gets where nobody says. */
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';

/** Where Linux tells which logical processors share a core. */
const SIBLINGS = (cpu: number) => `/sys/devices/system/cpu/cpu${cpu}/topology/thread_siblings_list`;

/**
 * Threads of one operation: `threads`, or for 0 one per physical core that this process may use. Two threads on one core share
 * its arithmetic units, so more would only get in each other's way.
 *
 * ONNX Runtime has a default of its own, which is not used: it ties its threads to processors, and was seen to end up with all
 * of them on one, at half the speed of a machine with two.
 */
export function resolveThreads(threads: number): number {
  return threads === 0 ? physicalCores(availableParallelism(), readSiblings) : threads;
}

/**
 * Physical cores among `allowed` logical processors. `siblingsOf` gives the processors that share a core with one, or undefined
 * where the system does not tell; then every processor counts as a core.
 * @internal
 */
export function physicalCores(allowed: number, siblingsOf: (cpu: number) => string | undefined): number {
  const cores = new Set<string>();
  for (let cpu = 0; ; cpu++) {
    const siblings = siblingsOf(cpu);
    if (siblings === undefined) break;
    cores.add(siblings.trim());
  }
  return cores.size === 0 ? allowed : Math.min(cores.size, allowed);
}

function readSiblings(cpu: number): string | undefined {
  try {
    return readFileSync(SIBLINGS(cpu), 'utf8');
  } catch {
    return undefined; // not Linux, or no such processor
  }
}
