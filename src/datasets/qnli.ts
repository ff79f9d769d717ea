/** QNLI (Rajpurkar et al. 2016, as GLUE made pairs of SQuAD): does the sentence hold the answer to the question? */
import type { Dataset } from './dataset.js';
import { glueDataset } from './glue.js';
import { type LabelledRow, readLabelledTexts } from './labelled-texts.js';

/** The classes in the order of GLUE's label numbers. */
export const qnliClasses = ['entailment', 'not_entailment'] as const;

/** A question and a sentence; `label` is an index into `qnliClasses`. */
export type QnliRow = LabelledRow<'question' | 'sentence'>;

function qnli(split: 'train' | 'dev', publishedRows: number): Dataset<QnliRow> {
  const declared = glueDataset('QNLI', 'qnli', split);
  const texts = { question: ['question'], sentence: ['sentence'] };
  const form = { texts, label: ['label'], members: declared.files };
  return {
    ...declared,
    licence: 'CC BY-SA 4.0 (SQuAD)',
    publishedRows,
    read: ([file]) => readLabelledTexts(file!, form, { classes: qnliClasses }),
  };
}

/** The pairs that a model is trained on: GLUE's second version, as the first is no longer offered. */
export const qnliTrain = qnli('train', 104_743);

/** The pairs that it is measured on. */
export const qnliDev = qnli('dev', 5463);
