/**
 * A trial of a ready-made graph on three tokens. Exports are made by tracing, and tracing can lose what a language model lives by: that a
 * token sees those before it only, and where a text goes on behind kept keys and values. Such a graph runs and gives wrong numbers.
 */
import { DataError } from '../errors.js';
import type { Decoder } from './decoder.js';
import { passLogits, runExport } from './export-feeds.js';
import type { ExportedSpec } from './protocol.js';
import type { Session } from './session.js';

/** Share of the spread of logits: far above what roundings make, also those of 16 bits, and far below what another token does. */
const TOLERANCE = 0.05;

/**
 * Throws DataError when logits depend on a later token. Nothing is tried with graphs of dynamic quantisation, in which they
 * always do a little.
 */
export async function checkCausal(session: Session, spec: ExportedSpec): Promise<void> {
  if (spec.isDynamic || spec.vocabSize < 4) return;
  const [one, other] = [
    await logitsAt(session, spec, [0, 1, 2], 1),
    await logitsAt(session, spec, [0, 1, 3], 1),
  ];
  if (!(difference(one, other) > TOLERANCE)) return;
  throw new DataError({
    file: spec.file,
    at: spec.interface.logits.name,
    problem:
      'the logits of a token depend on the tokens after it, so this is no model that writes from left to right.',
    hint: 'If it should be one, the export has lost its causal mask: export it again, with another version or other settings.',
  });
}

/** Throws DataError when a token gets other logits behind kept keys and values than in one pass. */
export async function checkPast(session: Session, decoder: Decoder, spec: ExportedSpec): Promise<void> {
  if (spec.isDynamic || spec.vocabSize < 4) return;
  const whole = await logitsAt(session, spec, [0, 1, 2], 2);
  await decoder.start([[0, 1]], 3);
  await decoder.step([2]);
  if (!(difference(whole, decoder.logits(0)) > TOLERANCE)) return;
  throw new DataError({
    file: spec.withPast?.graph.file ?? spec.file,
    at: spec.interface.logits.name,
    problem: 'behind past keys and values the logits are others than in one pass.',
    hint: 'The export is faulty: export it again, or without past keys and values.',
  });
}

/** Logits of the token at that place of a text. */
async function logitsAt(
  session: Session,
  spec: ExportedSpec,
  text: readonly number[],
  place: number,
): Promise<Float32Array> {
  const { name } = spec.interface.logits;
  const shape = [1, text.length] as const;
  const outputs = await runExport(session, spec, { ids: BigInt64Array.from(text, BigInt), shape }, [name]);
  const logits = passLogits(outputs[name]!, shape, spec, spec.vocabSize);
  const row = Float32Array.from(logits.row(place));
  logits.dispose();
  return row;
}

/** The largest difference, in parts of the spread of the logits where that is more than 1; NaN is no difference. */
function difference(one: Float32Array, other: Float32Array): number {
  let [most, least, highest] = [0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < one.length; i++) {
    most = Math.max(most, Math.abs(one[i]! - other[i]!) || 0);
    least = Math.min(least, one[i]!);
    highest = Math.max(highest, one[i]!);
  }
  return most / Math.max(1, highest - least);
}
