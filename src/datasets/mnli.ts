/**
 * MNLI (Williams et al. 2018): does a sentence follow from another, contradict it, or neither? The development pairs are
 * from the genres of the training pairs (matched) and from others (mismatched).
 */
import type { Dataset } from './dataset.js';
import { glueDataset } from './glue.js';
import { type LabelledRow, readLabelledTexts } from './labelled-texts.js';

/** The classes in the order of the hub's label numbers. */
export const mnliClasses = ['entailment', 'neutral', 'contradiction'] as const;

/** A pair of sentences; `label` is an index into `mnliClasses`. */
export type MnliRow = LabelledRow<'premise' | 'hypothesis'>;

function mnli(split: 'train' | 'dev_matched' | 'dev_mismatched', publishedRows: number): Dataset<MnliRow> {
  const declared = glueDataset('MNLI', 'mnli', split);
  const files = [
    ...declared.files,
    `${split}.jsonl`,
    `multinli_1.0_${split}.jsonl`,
    `multinli_1.0_${split}.txt`,
  ];
  const form = {
    texts: { premise: ['premise', 'sentence1'], hypothesis: ['hypothesis', 'sentence2'] },
    label: ['gold_label', 'label'],
    members: files,
  };
  // Pairs on which the annotators did not agree are in the authors' files only.
  const labels = { classes: mnliClasses, unlabelled: ['-'] };
  return {
    ...declared,
    files: [...files, 'multinli_1.0.zip'],
    licence: 'OANC and others; free use (MultiNLI)',
    publishedRows,
    read: ([file]) => readLabelledTexts(file!, form, labels),
  };
}

/** The pairs that a model is trained on. */
export const mnliTrain = mnli('train', 392_702);

/** The development pairs of the same genres. */
export const mnliDevMatched = mnli('dev_matched', 9815);

/** The development pairs of other genres. */
export const mnliDevMismatched = mnli('dev_mismatched', 9832);
