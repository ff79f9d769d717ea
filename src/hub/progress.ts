import type { Environment } from './settings.js';

/**
 * What happens while files arrive. Nothing here prints; the command line decides what of it to show.
 * `file` is the name a reader knows: `model.safetensors of openai-community/gpt2`.
 */
export type DownloadProgress =
  /** Bytes arrived. Both numbers include what an earlier run had already fetched; of a set of files, the whole set. */
  | { kind: 'bytes'; file: string; doneBytes: number; totalBytes: number | undefined }
  /** A partial file of an earlier run is continued. */
  | { kind: 'resume'; file: string; fromBytes: number }
  /** What had arrived is of no use; the file starts again from its first byte. */
  | { kind: 'restart'; file: string; reason: string }
  /** The server or the network failed; another attempt follows after `waitMs`. */
  | { kind: 'retry'; file: string; reason: string; waitMs: number }
  /** Another process is fetching the same file; this one waits for it. */
  | { kind: 'locked'; file: string }
  /** All bytes are here; their checksum is computed. */
  | { kind: 'verify'; file: string }
  /** The file is in its place. */
  | { kind: 'done'; file: string; path: string };

/** Time and chance, so that tests need not wait for real. */
export interface Clock {
  /** Resolves after `ms` milliseconds; rejects with the reason of the signal when that comes first. */
  sleep(ms: number, signal: AbortSignal | undefined): Promise<void>;
  /** Uniform in [0, 1). */
  random(): number;
}

/** What every download takes. */
export interface DownloadOptions {
  /** Stops the download; what has arrived stays for the next run. */
  signal?: AbortSignal;
  onProgress?: (event: DownloadProgress) => void;
  /** Environment variables; `process.env` when absent. */
  env?: Environment;
  /** Asks the hub even if the file is cached, and takes a newer version if there is one. */
  refresh?: boolean;
  clock?: Clock;
}
