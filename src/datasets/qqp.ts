/** QQP (Iyer et al. 2017): do two questions asked on Quora mean the same? */
import type { Dataset } from './dataset.js';
import { glueDataset } from './glue.js';
import { type LabelledRow, readLabelledTexts, type TextForm } from './labelled-texts.js';

/** The classes by label number. */
export const qqpClasses = ['not_duplicate', 'duplicate'] as const;

/** Two questions; `label` is an index into `qqpClasses`. */
export type QqpRow = LabelledRow<'question1' | 'question2'>;

const texts = { question1: 'question1', question2: 'question2' };
/** Forms are told by name: Wang's file names no columns, and the hub's label column has another name than GLUE's. */
function readPairs(file: string, split: 'train' | 'dev'): Promise<QqpRow[]> {
  const isWang = /wang2017/i.test(file);
  const form: TextForm<'question1' | 'question2'> = {
    texts,
    label: isWang || /\.parquet$/i.test(file) ? 'label' : 'is_duplicate',
    columns: isWang ? ['question1', 'question2', 'label'] : undefined,
    // Line ends inside questions tore some lines of GLUE's file apart; its counts leave them out.
    tsv: { member: `${split}.tsv`, dropShortLines: !isWang },
    emptyTexts: true,
  };
  return readLabelledTexts(file, form, { classes: qqpClasses });
}

function qqp(split: 'train' | 'dev', publishedRows: number): Dataset<QqpRow> {
  return {
    ...glueDataset('QQP', 'qqp', split),
    licence: 'Quora terms; for research',
    publishedRows,
    read: ([file]) => readPairs(file!, split),
  };
}

/** The pairs that a model is trained on. */
export const qqpTrain = qqp('train', 363_846);

/** The pairs that it is measured on. */
export const qqpDev = qqp('dev', 40_430);

/** The balanced test part of Wang et al. 2017, tokenised: another selection from the same questions, not GLUE's. */
export const qqpWang2017Test: Dataset<QqpRow> = {
  name: 'Quora question pairs, test of Wang et al. 2017',
  folder: 'glue/QQP',
  files: ['quora_wang2017_test.txt'],
  sample: 'qqp-dev.tsv',
  publishedRows: 10_000,
  source: 'https://github.com/zhiguowang/BiMPM',
  licence: 'Quora terms; for research',
  read: ([file]) => readPairs(file!, 'dev'),
};
