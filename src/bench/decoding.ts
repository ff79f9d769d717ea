/**
 * How fast a model writes. Each new token needs every weight once, so for a single text the limit is how fast memory can be
 * read, which is measured in turns with the writing; texts that are written together share that reading.
 */
import type { Checkpoint } from '../checkpoints/checkpoint.js';
import { encodeOnnx } from '../graph/onnx.js';
import * as ops from '../graph/ops.js';
import { joinPieces } from '../graph/protobuf.js';
import { input, parameter } from '../graph/value.js';
import { blockFormats, blocksOf } from '../models/block-matrix.js';
import type { ModelConfig } from '../models/config.js';
import { embeddingNames, outputProjectionName, parameterShapes } from '../models/parameters.js';
import type { Device } from '../runtime/devices.js';
import { type Generator, openGenerator } from '../runtime/generator.js';
import type { Sampling } from '../runtime/sampling.js';
import type { PeakOptions } from './peak.js';
import { loadInWorker, unload } from './timed-worker.js';
import { summarize, type Timing } from './timing.js';

/** Texts that are written together, tokens of their prompts, and tokens that are timed in each turn. */
const ROWS = [1, 16];
const PROMPT_TOKENS = 64;
const TIMED_TOKENS = 8;

/** Rows and columns of the matrix that is read to measure the memory: 268 MB, more than caches hold. */
const READ_SIZE = 8192;
const READ_BYTES = 4 * READ_SIZE * READ_SIZE;

/** The paper's way of drawing. */
const sampling: Sampling = { method: 'sample', temperature: 1, topK: 40, topP: 1 };

/** One number of texts. */
interface DecodingCase {
  /** Texts that are written together. */
  rows: number;
  /** From one token of every text to the next, drawing and the way between the threads included. */
  step: Timing;
  /** Of all texts together, of the median step. */
  tokensPerSecond: number;
  /** Bytes of weights over the time of the median step, over the speed of reading memory in the same turns. */
  fractionOfBandwidth: number;
}

/** Everything measured in one go. */
export interface DecodingBenchmark {
  device: Device;
  /** Why it is not the device that was asked for; usually empty. */
  notes: readonly string[];
  promptTokens: number;
  /** Weights that a step reads, bytes. */
  weightBytes: number;
  /** Reading of memory by a product of a vector and a large matrix. */
  memory: { gigabytesPerSecond: number; timing: Timing };
  cases: DecodingCase[];
  /** Largest resident memory of the process so far, bytes. */
  peakRssBytes: number;
}

/** Measures one text and several. Throws the signal's reason when it is aborted. */
export async function benchmarkDecoding(
  checkpoint: Checkpoint,
  options: Omit<PeakOptions, 'shapes'>,
): Promise<DecodingBenchmark> {
  const { threads, onProgress } = options;
  onProgress?.('loading the model');
  const reader = await openReader(threads);
  try {
    const generator = await openGenerator(checkpoint, options);
    try {
      const { config } = checkpoint;
      const cases: DecodingCase[] = [];
      const readTimes: number[] = [];
      for (const rows of ROWS) {
        const { steps, reads } = await measureInTurns(generator, reader.read, rows, config, options);
        const step = summarize(steps);
        const bandwidth = READ_BYTES / summarize(reads).medianMs;
        readTimes.push(...reads);
        cases.push({
          rows,
          step,
          tokensPerSecond: (rows * 1000) / step.medianMs,
          fractionOfBandwidth: weightBytes(checkpoint) / step.medianMs / bandwidth,
        });
      }
      const timing = summarize(readTimes);
      return {
        device: generator.device,
        notes: generator.notes,
        promptTokens: promptLength(config),
        weightBytes: weightBytes(checkpoint),
        memory: { gigabytesPerSecond: READ_BYTES / timing.medianMs / 1e6, timing },
        cases,
        // The only number of the process that is in kilobytes everywhere.
        peakRssBytes: process.resourceUsage().maxRSS * 1024,
      };
    } finally {
      await generator.close();
    }
  } finally {
    await reader.close();
  }
}

/** Reading memory, writing, and so on; the first turn warms up and does not count. */
async function measureInTurns(
  generator: Generator,
  read: () => Promise<number>,
  rows: number,
  config: ModelConfig,
  { repeat, signal, onProgress }: Omit<PeakOptions, 'shapes'>,
): Promise<{ steps: number[]; reads: number[] }> {
  const [steps, reads]: [number[], number[]] = [[], []];
  const prompt = Array.from({ length: promptLength(config) }, (_, t) => (t * 7919) % config.vocabSize);
  for (let turn = 0; turn <= repeat; turn++) {
    signal?.throwIfAborted();
    onProgress?.(`${rows} ${rows === 1 ? 'text' : 'texts'}  ${turn}/${repeat}`);
    const readMs = await read();
    const times: number[] = [];
    const requests = Array.from({ length: rows }, (_, row) => ({
      ids: prompt,
      maxTokens: TIMED_TOKENS + 1,
      sampling,
      seed: turn * rows + row,
    }));
    await generator.generate(requests, {
      signal,
      onToken: (request) => {
        if (request === 0) times.push(performance.now());
      },
    });
    if (turn === 0) continue;
    reads.push(readMs);
    times.slice(1).forEach((time, i) => {
      steps.push(time - times[i]!);
    });
  }
  return { steps, reads };
}

function promptLength({ nCtx }: ModelConfig): number {
  return Math.min(PROMPT_TOKENS, nCtx - TIMED_TOKENS - 1);
}

/** All parameters but the embeddings, of which a step reads a row: float32, or in few bits where the checkpoint has them so. */
function weightBytes(checkpoint: Checkpoint): number {
  const { config } = checkpoint;
  const blocks = checkpoint.kind === 'weights' ? checkpoint.blocks : undefined;
  const projection = outputProjectionName(config);
  const lookedUp = embeddingNames(config.architecture).filter((name) => name !== projection);
  let bytes = 0;
  for (const [name, shape] of parameterShapes(config)) {
    if (lookedUp.includes(name)) continue;
    const matrix = blocks?.matrices.get(name);
    if (blocks === undefined || matrix === undefined)
      bytes += 4 * shape.reduce((product, size) => product * size, 1);
    else {
      const { bits, block } = blockFormats[blocks.format];
      bytes += matrix.rows * blocksOf(matrix.columns, blocks.format) * ((block * bits) / 8 + 4);
    }
  }
  return bytes;
}

/**
 * A vector times a matrix of READ_BYTES, on the CPU, with as many threads as the model gets: it does next to nothing but read. The
 * matrix lies in the graph, for what goes to another thread is copied.
 */
async function openReader(threads: number) {
  const matrix = new Float32Array(READ_BYTES / 4).fill(1);
  const x = input('x', 'float32', [1, READ_SIZE]);
  const weight = parameter('matrix', 'float32', [READ_SIZE, READ_SIZE], new Uint8Array(matrix.buffer));
  const model = joinPieces(encodeOnnx({ inputs: [x], outputs: { y: ops.matmul(x, weight) } }));
  const worker = await loadInWorker({ model, provider: 'cpu', threads });
  const feeds = {
    x: { type: 'float32' as const, data: new Float32Array(READ_SIZE).fill(1), dims: [1, READ_SIZE] },
  };
  return {
    read: async () => (await worker.ask({ type: 'time', feeds })) as number,
    close: () => unload(worker),
  };
}
