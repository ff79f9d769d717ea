/**
 * What has public labels beside the split that chooses the epoch, such as MNLI's mismatched or Story Cloze's test split: measured
 * once, with the weights of the best epoch. The records are kept beside the journal, since the weights may be gone later.
 */
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { writeAtomically } from '../files/atomic-file.js';
import { readJsonObject } from '../files/json-file.js';
import { explainWriteError } from '../files/space.js';
import type { Metric } from '../results/result.js';
import { resultsTarget } from '../runs/journal.js';
import type { AnyFinetuneTask, ClassifiedRecord, FurtherSplit } from '../tasks/finetune-task.js';
import type { Tokenizer } from '../tokenizers/tokenizer.js';
import { type Inference, openInference } from '../training/infer.js';
import { headOf } from './finetune.js';
import type { FinetuneIdentity, RunFiles } from './identity.js';
import { type FinetuneExample, prepareFinetuneExamples } from './input.js';
import { measureExamples } from './measure.js';
import { enlargedConfig, readWeights } from './weights.js';

/** A further split, loaded. */
export interface FurtherRows {
  split: FurtherSplit<unknown>;
  rows: readonly unknown[];
  /** Of its file, hex. */
  sha256: string;
}

/** What is needed to measure them. */
export interface FurtherInputs {
  task: AnyFinetuneTask;
  identity: FinetuneIdentity;
  fingerprint: string;
  files: RunFiles;
  splits: readonly FurtherRows[];
  tokenizer: Tokenizer;
  /** Measure again what was measured before. */
  fresh: boolean;
  /** Threads of one operation; 0: one per core. */
  threads: number;
  /** Is told the examples of a split that are done; where it says no, the measurement ends. */
  onBatch: (split: string, done: readonly FinetuneExample[]) => boolean;
}

/** Records of a split, and the hash of the file that they are of. */
interface KeptSplit {
  sha256: string;
  records: ClassifiedRecord[];
}

/**
 * The metrics of all splits, in their order; undefined where `onBatch` said no. A split that was not measured before the weights of
 * the best epoch were removed is left out.
 */
export async function measureFurtherSplits(inputs: FurtherInputs): Promise<Metric[] | undefined> {
  const { task, identity, fingerprint, files, tokenizer, splits } = inputs;
  const { settings } = identity;
  const keptFile = furtherFile(files);
  const kept = inputs.fresh ? {} : await readKept(keptFile, fingerprint);
  const metrics: Metric[] = [];
  let model: Inference | undefined;
  try {
    for (const { split, rows, sha256 } of splits) {
      if (kept[split.id]?.sha256 !== sha256) {
        if (!existsSync(files.best)) continue;
        model ??= await openBestEpoch(inputs);
        const limited = settings.limit === null ? rows : rows.slice(0, settings.limit);
        const examples = prepareFinetuneExamples(task, limited, tokenizer, identity.model.config);
        const measured = await measureExamples(model, examples, settings.batch, (done) =>
          inputs.onBatch(split.id, done),
        );
        if (measured === undefined) return undefined;
        kept[split.id] = { sha256, records: measured.records };
        await writeKept(keptFile, fingerprint, kept);
      }
      metrics.push(...split.metrics(kept[split.id]!.records));
    }
    return metrics;
  } finally {
    await model?.close();
  }
}

/** Where the records of further splits are kept. @internal */
export function furtherFile({ journal }: Pick<RunFiles, 'journal'>): string {
  return journal.replace(/\.jsonl$/, '.further.json');
}

/** Loads model and classifier of the best epoch. */
async function openBestEpoch({
  task,
  identity,
  files,
  threads,
}: Pick<FurtherInputs, 'task' | 'identity' | 'files' | 'threads'>): Promise<Inference> {
  return openInference({
    config: enlargedConfig(identity.model.config),
    head: headOf(task),
    weights: await readWeights(files.best),
    tokenBudget: identity.settings.batchTokens,
    threads,
  });
}

async function readKept(file: string, fingerprint: string): Promise<Record<string, KeptSplit>> {
  const content = (await readJsonObject(file)) as
    | { fingerprint: string; splits: Record<string, KeptSplit> }
    | undefined;
  if (content?.fingerprint === fingerprint) return content.splits;
  // Of a run whose fingerprint begins alike, or of nothing that this version wrote.
  await rm(file, { force: true });
  return {};
}

async function writeKept(
  file: string,
  fingerprint: string,
  splits: Readonly<Record<string, KeptSplit>>,
): Promise<void> {
  const text = JSON.stringify({ fingerprint, splits });
  await writeAtomically(file, (handle) => handle.writeFile(text)).catch((error) => {
    throw explainWriteError(error, resultsTarget(path.dirname(file)));
  });
}
