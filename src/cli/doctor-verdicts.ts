/** How `gpt doctor` ends: what can be done here and what cannot, each as one sentence. */
import { formatBytes } from '../format.js';
import { registeredModels } from '../models/config.js';
import { largestThatFits, scoringMemory, trainingMemory } from './capabilities.js';

/** A kind of work, and whether this machine can do it. */
export interface DoctorVerdict {
  can: boolean;
  what: string;
}

/** What the verdicts follow from. */
export interface DoctorFindings {
  /** Node and ONNX Runtime work. */
  runs: boolean;
  memoryBytes: number;
  /** The hub's cache: null where the system does not say how much is free. */
  cache: { writable: boolean; freeBytes: number | null };
  resultsWritable: boolean;
  /** Samples that came with the package. */
  samples: number;
  isOffline: boolean;
}

/** The verdicts, the most basic one first. */
export function doctorVerdicts(found: DoctorFindings): DoctorVerdict[] {
  const { runs, memoryBytes, cache, resultsWritable, samples, isOffline } = found;
  const scored = largestThatFits('gpt2', memoryBytes, scoringMemory);
  const trained = (['gpt1', 'gpt2'] as const).flatMap(
    (architecture) => largestThatFits(architecture, memoryBytes, trainingMemory)?.name ?? [],
  );
  const free = cache.freeBytes ?? Number.POSITIVE_INFINITY;
  const fetched = registeredModels.filter(({ downloadBytes }) => downloadBytes < free);
  const memory = formatBytes(memoryBytes);
  return [
    {
      can: runs && samples > 0,
      what: runs
        ? samples > 0
          ? 'every command on tiny and the samples, without a network: "gpt eval gpt2-paper --model tiny --data sample"'
          : 'the samples that come with gpt are missing: install it again'
        : 'nothing runs before the errors above are mended',
    },
    scored === undefined
      ? {
          can: false,
          what: `zero-shot evaluation of the published models: ${memory} of memory are too little for gpt2`,
        }
      : { can: runs, what: `zero-shot evaluation up to ${scored.name}, by memory (${memory})` },
    trained.length === 0
      ? {
          can: false,
          what: `fine-tuning: ${memory} of memory are too little for GPT-1 (${formatBytes(trainingMemory(registeredModels[0]!.config))})`,
        }
      : { can: runs, what: `fine-tuning up to ${trained.join(' and ')}, by memory` },
    downloads(cache.writable, isOffline, fetched.length, cache.freeBytes),
    {
      can: resultsWritable,
      what: resultsWritable
        ? 'results are kept'
        : 'results cannot be written: name another folder with --results or GPT_RESULTS',
    },
  ];
}

function downloads(
  writable: boolean,
  isOffline: boolean,
  fitting: number,
  freeBytes: number | null,
): DoctorVerdict {
  if (isOffline) return { can: false, what: 'downloads: HF_HUB_OFFLINE is set, so nothing is fetched' };
  if (!writable) return { can: false, what: 'downloads: the cache cannot be written to' };
  const space = freeBytes === null ? '' : ` (${formatBytes(freeBytes)} free)`;
  if (fitting === registeredModels.length)
    return { can: true, what: `downloads: room for every model${space}` };
  if (fitting === 0) return { can: false, what: `downloads: no room for any published model${space}` };
  const names = registeredModels.slice(0, fitting).map(({ name }) => name);
  return { can: true, what: `downloads: room for ${names.at(-1)} at most${space}` };
}
