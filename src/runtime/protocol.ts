/** What the main thread and the worker that owns the session say to each other. */
import type { OnnxInterface } from '../checkpoints/onnx-interface.js';
import type { ModelConfig } from '../models/config.js';
import type { PackedBatch } from './batch.js';
import type { TextStart } from './token-source.js';

/** How a session is made. */
export interface SessionSpec {
  /** ONNX ModelProto, or the path of a file that holds one. */
  model: Uint8Array | string;
  /** Folder that the locations of external parameters are relative to. */
  externalFolder?: string;
  /** ONNX Runtime execution provider: `cpu`, `cuda` … */
  provider: string;
  /** Threads of one operation; 0 is one per physical core (threads.ts). */
  threads: number;
  /** Context of a model whose products need an even number of rows: one with matrices of few bits. */
  evenRows?: number;
  /** For ready-made exports. */
  exported?: ExportedSpec;
}

/** A graph that somebody else wrote. */
export interface ExportedGraph {
  /** Its file, for messages. */
  file: string;
  interface: OnnxInterface;
  /** Shape of past keys and values, where the graph does not show it. */
  nHead: number;
  headWidth: number;
}

/** How a ready-made export is run. */
export interface ExportedSpec extends ExportedGraph {
  vocabSize: number;
  /** The graph takes one row only, or computes differently beside others. */
  oneRowAtATime: boolean;
  /** It quantises activations by what is in their tensor. */
  isDynamic: boolean;
  /** Of an export in two files the second one, and the path that it is loaded from. */
  withPast?: { model: string; graph: ExportedGraph };
}

/** Answers for the scored positions of a batch, in the order of its rows. */
export interface BatchScores {
  /** log p(target) in nats, [S]. */
  logProbs: Float32Array;
  /** Most probable token, [S]. */
  argMax: Int32Array;
  /** Most probable token that is not excluded, [S]; only when tokens were excluded. */
  bestAllowed?: Int32Array;
  /** Its log-probability, [S]. */
  bestAllowedLogProb?: Float32Array;
  /** Time inside the session, in milliseconds. */
  runMs: number;
}

/**
 * Which decoder a session is for: one that keeps keys and values, in this tool's own graph or an export's, or one that reads the
 * whole text for each token.
 */
export type DecoderKind =
  | { kind: 'cached'; config: ModelConfig }
  | { kind: 'export-cached' }
  | { kind: 'recomputing' };

/** A tensor on its way to a session. */
export type FeedTensor =
  | { type: 'int64'; data: BigInt64Array; dims: number[] }
  | { type: 'float32'; data: Float32Array; dims: number[] };

/**
 * Main thread → worker. `time` runs the loaded graph once and answers only how many milliseconds that took; `begin` and `next`
 * are the calls of a TokenSource, after `load-decoder`.
 */
export type WorkerRequest =
  | { type: 'load'; spec: SessionSpec; excluded?: readonly number[] }
  | { type: 'score'; batch: PackedBatch }
  | { type: 'time'; feeds: Record<string, FeedTensor> }
  | { type: 'load-decoder'; spec: SessionSpec; decoder: DecoderKind; vocabSize: number | undefined }
  | { type: 'begin'; texts: TextStart[]; places: number }
  | { type: 'next'; ended: readonly number[] }
  | { type: 'close' };
