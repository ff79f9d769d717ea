/**
 * Decoders that read every text anew for each of its tokens: for ready-made exports without past keys and values, and for
 * devices without the operation that keeps them.
 */
import { planBatches } from './batch.js';
import { type Decoder, PASS_TOKENS, type PaddedRows, padRows } from './decoder.js';
import { logSumExp, passLogits, runExport } from './export-feeds.js';
import type { ExportedSpec } from './protocol.js';
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

/** A decoder on a ready-made export that keeps no keys and values. */
export function recomputingExportDecoder(session: Session, spec: ExportedSpec): Decoder {
  const { name } = spec.interface.logits;
  return decoderOf(
    async ({ ids, shape, lastRows }) => {
      const outputs = await runExport(session, spec, { ids, shape }, [name]);
      const [read, V] = [passLogits(outputs[name]!, shape, spec, spec.vocabSize), spec.vocabSize];
      const logits = new Float32Array(lastRows.length * V);
      const logSums = Array.from(lastRows, (at, row) => {
        const last = read.row(Number(at));
        logits.set(last, row * V);
        return logSumExp(last, spec);
      });
      read.dispose();
      return { logits, logSums };
    },
    () => session.release(),
    spec.oneRowAtATime ? 1 : PASS_TOKENS,
  );
}

function decoderOf(
  next: (rows: PaddedRows) => Promise<NextTokens>,
  release: () => Promise<void>,
  passTokens = PASS_TOKENS,
): Decoder {
  let texts: number[][] = [];
  let answers: { logits: Float32Array; logSum: number }[] = [];
  const run = async () => {
    answers = [];
    const lengths = texts.map((text) => text.length);
    for (const { members } of planBatches(lengths, passTokens)) {
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
