import { DataError } from '../errors.js';
import type { ModelIdentity } from '../results/model-identity.js';
import { RESULT_SCHEMA, type Result, withoutErrorOfOne } from '../results/result.js';
import type { AnyTask, RecordBase } from '../tasks/task.js';
import type { JournalContent } from './journal.js';

/** What a result says beside the measurements. */
export interface Circumstances {
  command: string;
  environment: Result['environment'];
  /** When the last batch was computed; now, for a run that just ended. */
  finishedAt: Date;
}

/** The records of a complete run, in the order of the data file. Throws DataError naming what is missing or stands twice. */
export function completeRecords(contents: readonly JournalContent[], file: string): RecordBase[] {
  const { examples } = contents[0]!.header;
  const byIndex: (RecordBase | undefined)[] = new Array(examples).fill(undefined);
  for (const record of contents.flatMap((content) => content.records)) {
    if (record.index >= examples || byIndex[record.index] !== undefined) {
      const problem = 'the journals hold the same example twice.';
      throw new DataError({ file, at: `example ${record.index}`, problem });
    }
    byIndex[record.index] = record;
  }
  const records = byIndex.filter((record) => record !== undefined);
  if (records.length < examples) {
    throw new DataError({
      file,
      problem: 'the run is not complete.',
      expected: `${examples} examples`,
      found: records.length,
      hint: 'Run the missing shards, or run the same command again to finish an interrupted one.',
    });
  }
  return records;
}

/** The result of a complete run: metrics computed from its records, together with all that is needed to repeat it. */
export function buildResult(
  task: AnyTask,
  contents: readonly JournalContent[],
  records: readonly RecordBase[],
  { command, environment, finishedAt }: Circumstances,
): Result {
  const { identity, fingerprint } = contents[0]!.header;
  const batches = contents.flatMap((content) => [...content.batches.values()]);
  const inputTokens = batches.reduce((sum, batch) => sum + batch.inputTokens, 0);
  const scoringSeconds = batches.reduce((sum, batch) => sum + batch.runMs, 0) / 1000;
  const truncated = records.filter((record) => record.truncatedTokens > 0).length;
  const cut = `${truncated} contexts or prompts were cut to fit ${identity.model.config.nCtx} positions.`;
  return {
    schema: RESULT_SCHEMA,
    ...identity,
    fingerprint,
    metrics: task.metrics(records).map(withoutErrorOfOne),
    ...(task.details === undefined ? {} : { details: task.details(records) }),
    counts: {
      examples: records.length,
      inputTokens,
      scoredTokens: records.reduce((sum, record) => sum + record.scoredTokens, 0),
      truncatedExamples: truncated,
    },
    deviations: [
      ...task.deviations,
      ...(truncated === 0 ? [] : [cut]),
      ...readingDeviations(task, identity.model),
      ...graphDeviations(identity.model),
      ...(identity.model.notes ?? []),
    ],
    command,
    environment,
    time: {
      finishedAt: finishedAt.toISOString(),
      scoringSeconds: Number(scoringSeconds.toFixed(3)),
      tokensPerSecond: scoringSeconds === 0 ? 0 : Number((inputTokens / scoringSeconds).toFixed(1)),
    },
  };
}

/** A perplexity of GPT-1 is of another text than that of a model which reads capitals and white space. */
function readingDeviations(task: AnyTask, { tokenizer }: ModelIdentity): string[] {
  if (task.kind !== 'rolling' || task.reading === 'gpt1' || !tokenizer.name.startsWith('gpt1')) return [];
  return [
    'GPT-1 reads the text in lower case, its white space and punctuation normalised: the probability is of that text, divided by the units of the published one. It cannot be compared with a model that reads the text as it is; --reading gpt1 has both read alike.',
  ];
}

/** What a ready-made graph does that the papers' models do not. */
function graphDeviations({ onnx }: ModelIdentity): string[] {
  if (onnx === undefined || onnx.numbers === 'float32') return [];
  const numbers = `The ready-made graph ${onnx.file} has numbers of ${onnx.numbers} instead of float32.`;
  if (!onnx.isDynamic) return [numbers];
  return [
    numbers,
    'It quantises activations over whole tensors. Each text was computed alone, so nothing depends on the batch, but what a token gets depends a little on the tokens after it.',
  ];
}
