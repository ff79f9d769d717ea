/** The journal of any training run, of `gpt finetune` or `gpt pretrain`, as the curve that `gpt figure` draws. */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { UserError } from '../errors.js';
import { readTrainingJournal } from '../finetuning/journal.js';
import { readPretrainLog } from '../pretraining/log.js';
import type { TrainingCurve } from '../reports/figures/loss-curves.js';
import { journalKind } from '../reports/journal-kind.js';

/** A journal and what it says. */
export interface FoundCurve {
  /** Path of the journal itself. */
  file: string;
  curve: TrainingCurve;
}

/**
 * Reads the journal at `place`; a folder that `gpt pretrain` writes stands for its log. Undefined when there is no such file or
 * folder. Throws UserError when it is no journal of training, or has no updates yet; DataError when it is damaged.
 */
export async function readTrainingCurve(place: string): Promise<FoundCurve | undefined> {
  const file = await findJournal(place);
  if (file === undefined) return undefined;
  const curve =
    (await journalKind(file)) === 'finetuning' ? await finetuneCurve(file) : await pretrainCurve(file);
  if (curve === undefined || curve.training.length === 0) {
    throw new UserError(`${file} has no updates of a training run.`, {
      hint: 'Name a journal of "gpt finetune" (results/journals/….jsonl) or the log of "gpt pretrain" (…/training/log.jsonl).',
    });
  }
  return { file, curve };
}

async function findJournal(place: string): Promise<string | undefined> {
  const found = await stat(place).catch(() => undefined);
  if (found?.isFile()) return place;
  if (!found?.isDirectory()) return undefined;
  for (const log of [path.join(place, 'log.jsonl'), path.join(place, 'training', 'log.jsonl')]) {
    if ((await stat(log).catch(() => undefined))?.isFile()) return log;
  }
  throw new UserError(`There is no journal of training in the folder ${place}.`, {
    hint: 'Name the output folder of "gpt pretrain", or the journal itself.',
  });
}

async function finetuneCurve(file: string): Promise<TrainingCurve | undefined> {
  const journal = await readTrainingJournal(file);
  if (journal === undefined) return undefined;
  const { identity, updates, epochs } = journal;
  return {
    title: `Fine-tuning of ${identity.model.name} on ${identity.task.name}, seed ${identity.settings.seed}`,
    lossLabel: 'class loss + λ · language-model loss, nats',
    training: updates,
    heldOut: epochs.map(({ line }) => ({ update: line.updates, loss: line.devLoss })),
    heldOutLabel: 'class loss of the measured examples, after each epoch',
    score: {
      label: `score on ${identity.dev.name}`,
      points: epochs.map(({ line }) => ({ update: line.updates, value: line.score })),
    },
  };
}

async function pretrainCurve(file: string): Promise<TrainingCurve> {
  const events = await readPretrainLog(file);
  const folder = path.dirname(path.resolve(file));
  const run = path.basename(folder) === 'training' ? path.dirname(folder) : folder;
  return {
    title: `Pre-training of ${path.basename(run)}`,
    lossLabel: 'loss per token, nats',
    training: events.filter((event) => event.kind === 'update'),
    heldOut: events.flatMap((event) =>
      event.kind === 'held-out' ? [{ update: event.update, loss: event.nllPerToken }] : [],
    ),
    heldOutLabel: 'held-out text',
  };
}
