/** CoLA (Warstadt et al. 2018): is a sentence acceptable English? Sentences from books and papers on grammar. */
import type { Dataset } from './dataset.js';
import { glueDataset } from './glue.js';
import { type LabelledRow, readLabelledTexts } from './labelled-texts.js';

/** The classes by label number. */
export const colaClasses = ['unacceptable', 'acceptable'] as const;

/** A sentence; `label` is an index into `colaClasses`. */
export type ColaRow = LabelledRow<'sentence'>;

function cola(split: 'train' | 'dev', publishedRows: number): Dataset<ColaRow> {
  const declared = glueDataset('CoLA', 'cola', split);
  const form = {
    texts: { sentence: ['sentence'] },
    label: ['label'],
    // The mark is the authors' judgement as printed: empty, * or ?.
    columns: ['source', 'label', 'mark', 'sentence'],
    members: declared.files,
  };
  return {
    ...declared,
    // The authors' corpus tells sentences of the training sources from those of others; GLUE's dev has both.
    files: [
      ...declared.files,
      split === 'train' ? 'in_domain_train.tsv' : ['in_domain_dev.tsv', 'out_of_domain_dev.tsv'],
    ],
    licence: 'published for research (fair use)',
    publishedRows,
    read: async (files) => {
      const parts = files.map((file) => readLabelledTexts(file, form, { classes: colaClasses }));
      return (await Promise.all(parts)).flat();
    },
  };
}

/** The sentences that a model is trained on. */
export const colaTrain = cola('train', 8551);

/** The sentences that it is measured on: 527 of the sources of the training part, then 516 of others. */
export const colaDev = cola('dev', 1043);
