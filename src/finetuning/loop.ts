/** The epochs of a fine-tuning run: update after update, a measurement after each epoch, a saved state now and then. */

import path from 'node:path';
import { InterruptedError, UserError } from '../errors.js';
import { explainWriteError } from '../files/space.js';
import { countOf, formatCount } from '../format.js';
import type { FinetuneSettings } from '../results/finetune-settings.js';
import { resultsTarget } from '../runs/journal.js';
import type { AnyFinetuneTask } from '../tasks/finetune-task.js';
import type { Trainer } from '../training/trainer.js';
import type { RunFiles } from './identity.js';
import { type FinetuneExample, tokensOf } from './input.js';
import { bestEpoch, meanLoss, type TrainingJournalWriter, type UpdateLine } from './journal.js';
import { measureExamples } from './measure.js';
import { epochBatches } from './order.js';
import { type FinetuneProgress, startMeter } from './progress.js';
import type { StateNotes } from './resume.js';
import { writeWeights } from './weights.js';

/** What the loop works with. */
export interface LoopInputs {
  task: AnyFinetuneTask;
  settings: FinetuneSettings;
  train: readonly FinetuneExample[];
  dev: readonly FinetuneExample[];
  trainer: Trainer;
  /** Names and shapes of everything that is trained. */
  shapes: ReadonlyMap<string, number[]>;
  journal: TrainingJournalWriter;
  files: RunFiles;
  /** The state is saved when this much time has passed since the last time, and after each epoch. */
  saveSeconds: number;
  signal?: AbortSignal;
  onProgress?: (progress: FinetuneProgress) => void;
}

/**
 * Runs what is left of a run: the trainer has the state that belongs to the end of the journal. Throws InterruptedError
 * when the signal is aborted, after saving the state, and UserError when the loss is no number any more.
 */
export async function runEpochs(inputs: LoopInputs): Promise<void> {
  const { task, settings, train, dev, trainer, journal, files, signal } = inputs;
  const perEpoch = Math.floor(train.length / settings.batch);
  const updates = perEpoch * settings.epochs;
  const lengths = train.map((example) => Math.max(...example.sequences.map((ids) => ids.length)));
  const epochs = Array.from({ length: settings.epochs }, (_, epoch) =>
    epochBatches(lengths, settings, epoch).map((members) => members.map((member) => train[member]!)),
  );
  const meter = startMeter(journal.content, epochs, dev, inputs.onProgress);

  const save = async () => {
    await journal.flush();
    const notes: StateNotes = {
      fingerprint: journal.content.fingerprint,
      journalBytes: String(journal.content.bytes),
    };
    await trainer.saveState(files.state, notes).catch((error) => {
      throw explainWriteError(error, resultsTarget(path.dirname(files.state)));
    });
  };
  const stop = async () => {
    await save();
    throw new InterruptedError(
      `Stopped after ${formatCount(trainer.updates)} of ${countOf(updates, 'update')}.`,
      {
        hint: 'Nothing is lost: run the same command again to go on from here.',
      },
    );
  };

  for (let epoch = journal.content.epochs.length; epoch < settings.epochs; epoch++) {
    const batches = epochs[epoch]!;
    let savedAt = Date.now();
    for (let place = trainer.updates - epoch * perEpoch; place < perEpoch; place++) {
      if (signal?.aborted) await stop();
      const result = await step(inputs, batches[place]!, updates);
      await journal.appendUpdate(result);
      meter.trained(result.tokens, result.runMs);
      if (Date.now() - savedAt >= 1000 * inputs.saveSeconds) {
        await save();
        savedAt = Date.now();
      }
    }
    if (signal?.aborted) await stop();

    const start = performance.now();
    const measured = await measureExamples(trainer, dev, settings.batch, (done) => {
      meter.measured(done, performance.now() - start);
      return !signal?.aborted;
    });
    if (measured === undefined) return stop();
    const line = {
      epoch: epoch + 1,
      updates: trainer.updates,
      trainLoss: meanLoss(journal.content.updates.slice(-perEpoch)),
      devLoss: measured.loss,
      score: task.metrics(measured.records)[0]!.value,
      devTokens: dev.reduce((sum, example) => sum + tokensOf(example), 0),
      runMs: performance.now() - start,
    };
    // The weights come before the line that makes them the best: whoever reads it finds them.
    if (line.score > (bestEpoch(journal.content.epochs)?.line.score ?? Number.NEGATIVE_INFINITY)) {
      await writeWeights(files.best, inputs.shapes, await trainer.exportWeights()).catch((error) => {
        throw explainWriteError(error, resultsTarget(path.dirname(files.best)));
      });
    }
    await journal.appendEpoch({ line, records: measured.records });
    if (epoch + 1 < settings.epochs) await save();
    else await journal.flush();
    meter.show();
  }
}

/** One update, as the journal has it. */
async function step(
  { trainer, journal, files }: LoopInputs,
  batch: readonly FinetuneExample[],
  updates: number,
): Promise<UpdateLine> {
  const start = performance.now();
  try {
    const { loss, lmLoss = null, classLoss = null, gradNorm, lr, tokens } = await trainer.step(batch);
    const runMs = performance.now() - start;
    return { update: trainer.updates, loss, lmLoss, classLoss, gradNorm, lr, tokens, runMs };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    // The state is not saved: weights that give such a loss are of no use, and those saved before it may be.
    const best = bestEpoch(journal.content.epochs);
    const kept = best && `The weights of epoch ${best.line.epoch} are kept in ${files.best}. `;
    throw new UserError(`Stopped at update ${trainer.updates + 1} of ${updates}. ${error.message}`, {
      hint: `${kept ?? ''}Try a smaller --lr, which begins a new run; what was saved of this one stays.`,
      cause: error,
    });
  }
}
