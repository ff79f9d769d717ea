/**
 * Decoders that read every text anew for each of its tokens: for ready-made exports, whatever their inputs are, and for devices
 * without the operation that keeps keys and values.
 */
import { planBatches } from './batch.js';
import { type Decoder, PASS_TOKENS, type PaddedRows, padRows } from './decoder.js';
import { checkLogits, exportFeeds } from './export-backend.js';
import type { SessionSpec } from './protocol.js';
import { type Session, type Tensor, tensor } from './session.js';

/** What comes after each row: logits [B, V] and log Σ exp of them [B]. */
interface NextTokens {
  logits: Float32Array;
  logSums: ArrayLike<number>;
}

/** A decoder on a session of `nextTokenGraph`. `feeds` has what the graph asks for beyond its own inputs: weights, in training. */
export function recomputingDecoder(session: Session, feeds: Readonly<Record<string, Tensor>> = {}): Decoder {
  return decoderOf(
    async ({ ids, shape, lastRows }) => {
      const outputs = await session.run({
        ...feeds,
        ids: tensor.int64(ids, shape),
        rows: tensor.int64(lastRows, [lastRows.length]),
      });
      return {
        logits: outputs.logits!.data as Float32Array,
        logSums: outputs.log_sum!.data as Float32Array,
      };
    },
    () => session.release(),
  );
}

/** A decoder on a ready-made export. Throws Error on one that has an unknown input or no logits. */
export function exportDecoder(session: Session, shape: NonNullable<SessionSpec['exported']>): Decoder {
  checkLogits(session);
  const makeFeeds = exportFeeds(session, shape);
  return decoderOf(
    async ({ ids, shape: [B, T], lastRows }) => {
      const output = (await session.run(makeFeeds(ids, B, T), ['logits'])).logits!;
      const [all, V] = [output.data as Float32Array, output.dims.at(-1)!];
      const logits = new Float32Array(B * V);
      const logSums = Array.from(lastRows, (at, row) => {
        const last = all.subarray(Number(at) * V, (Number(at) + 1) * V);
        logits.set(last, row * V);
        return logSumExp(last);
      });
      output.dispose();
      return { logits, logSums };
    },
    () => session.release(),
  );
}

function decoderOf(next: (rows: PaddedRows) => Promise<NextTokens>, release: () => Promise<void>): Decoder {
  let texts: number[][] = [];
  let answers: { logits: Float32Array; logSum: number }[] = [];
  const run = async () => {
    answers = [];
    const lengths = texts.map((text) => text.length);
    for (const { members } of planBatches(lengths, PASS_TOKENS)) {
      const { logits, logSums } = await next(padRows(members.map((member) => texts[member]!)));
      const V = logits.length / members.length;
      members.forEach((member, row) => {
        answers[member] = { logits: logits.subarray(row * V, (row + 1) * V), logSum: logSums[row]! };
      });
    }
  };
  return {
    async start(prompts) {
      texts = prompts.map((prompt) => [...prompt]);
      await run();
      return texts.map((_, row) => row);
    },
    async step(tokens) {
      texts = texts.map((text, row) => [...text, tokens[row]!]);
      await run();
    },
    keep(rows) {
      texts = rows.map((row) => texts[row]!);
      answers = rows.map((row) => answers[row]!);
    },
    logits: (row) => answers[row]!.logits,
    logSum: (row) => answers[row]!.logSum,
    release,
  };
}

function logSumExp(logits: Float32Array): number {
  const max = logits.reduce((a, b) => Math.max(a, b));
  return max + Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit - max), 0));
}
