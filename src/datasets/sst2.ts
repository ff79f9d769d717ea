/**
 * SST-2 (Socher et al. 2013): is a film review, or a phrase of one, positive or negative? GLUE trains on phrases; the
 * literature before it, and the sentence-level sets here, on whole sentences.
 */
import type { Dataset } from './dataset.js';
import { glueDataset } from './glue.js';
import { type LabelledRow, readLabelledTexts } from './labelled-texts.js';

/** The classes by label number. */
export const sst2Classes = ['negative', 'positive'] as const;

/** A sentence or phrase, tokenised and in lower case; `label` is an index into `sst2Classes`. */
export type Sst2Row = LabelledRow<'sentence'>;

const labels = { classes: sst2Classes };

function phrases(split: 'train' | 'dev', publishedRows: number): Dataset<Sst2Row> {
  const declared = glueDataset('SST-2', 'sst2', split);
  // The column has the second name in a widespread copy.
  const texts = { sentence: ['sentence', 'sentence1'] };
  const form = { texts, label: ['label'], members: declared.files };
  return { ...declared, publishedRows, read: ([file]) => readLabelledTexts(file!, form, labels) };
}

/** The phrases that a model is trained on in GLUE. */
export const sst2Train = phrases('train', 67_349);

/** The sentences that it is measured on. */
export const sst2Dev = phrases('dev', 872);

function sentences(split: 'train' | 'dev' | 'test', publishedRows: number): Dataset<Sst2Row> {
  const form = { texts: { sentence: ['sentence'] }, label: ['label'], columns: ['sentence', 'label'] };
  return {
    name: `SST-2 ${split}, whole sentences`,
    folder: 'glue/SST-2',
    files: [`sentences_${split}.tsv`],
    sample: `sst2-sentences-${split === 'train' ? 'train' : 'dev'}.tsv`,
    publishedRows,
    source: 'https://nlp.stanford.edu/sentiment/',
    licence: 'not stated; for research',
    read: ([file]) => readLabelledTexts(file!, form, labels),
  };
}

/** Whole sentences to train on. */
export const sst2SentencesTrain = sentences('train', 6920);

/** The same sentences as `sst2Dev`, without spaces at the end and with other spellings of some characters. */
export const sst2SentencesDev = sentences('dev', 872);

/** The test sentences, whose labels GLUE keeps to itself. */
export const sst2SentencesTest = sentences('test', 1821);
