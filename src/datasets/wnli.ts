/** WNLI (Levesque et al. 2012, as GLUE made pairs of it): is the sentence with the pronoun replaced true? */
import type { Dataset } from './dataset.js';
import { glueDataset } from './glue.js';
import { type LabelledRow, readLabelledTexts } from './labelled-texts.js';

/** The classes in the order of GLUE's label numbers: unlike in RTE, label 1 is entailment. */
export const wnliClasses = ['not_entailment', 'entailment'] as const;

/** A pair of sentences; `label` is an index into `wnliClasses`. */
export type WnliRow = LabelledRow<'premise' | 'hypothesis'>;

function wnli(split: 'train' | 'dev', publishedRows: number): Dataset<WnliRow> {
  const declared = glueDataset('WNLI', 'wnli', split);
  const texts = { premise: ['sentence1', 'premise'], hypothesis: ['sentence2', 'hypothesis'] };
  const form = { texts, label: ['label'], members: declared.files };
  return {
    ...declared,
    // Some copies split the training part once more.
    files: split === 'train' ? [...declared.files, ['train_part1.tsv', 'train_part2.tsv']] : declared.files,
    publishedRows,
    read: async (files) => {
      const parts = files.map((file) => readLabelledTexts(file, form, { classes: wnliClasses }));
      return (await Promise.all(parts)).flat();
    },
  };
}

/** The pairs that a model is trained on. */
export const wnliTrain = wnli('train', 635);

/** The pairs that it is measured on; most of their sentences are in `wnliTrain` with the other label. */
export const wnliDev = wnli('dev', 71);
