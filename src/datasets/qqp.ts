/** QQP (Iyer et al. 2017): do two questions asked on Quora mean the same? */
import type { Dataset } from './dataset.js';
import { glueDataset } from './glue.js';
import { type LabelledRow, readLabelledTexts } from './labelled-texts.js';

/** The classes by label number. */
export const qqpClasses = ['not_duplicate', 'duplicate'] as const;

/** Two questions; `label` is an index into `qqpClasses`. */
export type QqpRow = LabelledRow<'question1' | 'question2'>;

const texts = { question1: ['question1'], question2: ['question2'] };

/** Wang's file names no columns; it is told by its own name. */
function readPairs(file: string, members: readonly string[]): Promise<QqpRow[]> {
  const isWang = /wang2017/i.test(file);
  const form = {
    texts,
    label: ['is_duplicate', 'label'],
    ...(isWang && { columns: ['question1', 'question2', 'label'] }),
    // Line ends inside questions tore some lines of GLUE's file apart; its counts leave them out.
    dropShortLines: !isWang,
    emptyTexts: true,
    members,
  };
  return readLabelledTexts(file, form, { classes: qqpClasses });
}

function qqp(split: 'train' | 'dev', publishedRows: number): Dataset<QqpRow> {
  const declared = glueDataset('QQP', 'qqp', split);
  return {
    ...declared,
    licence: 'Quora terms; for research',
    publishedRows,
    read: ([file]) => readPairs(file!, declared.files),
  };
}

/** The pairs that a model is trained on. */
export const qqpTrain = qqp('train', 363_846);

/** The pairs that it is measured on. */
export const qqpDev = qqp('dev', 40_430);
