/** SNLI (Bowman et al. 2015): does a sentence follow from the caption of a picture, contradict it, or neither? */
import type { Dataset } from './dataset.js';
import { type LabelledRow, readLabelledTexts } from './labelled-texts.js';

/** The classes in the order of the hub's label numbers. */
export const snliClasses = ['entailment', 'neutral', 'contradiction'] as const;

/** A pair of sentences; `label` is an index into `snliClasses`. */
export type SnliRow = LabelledRow<'premise' | 'hypothesis'>;

/** Pairs on which the annotators did not agree, which nobody uses: `-` in the authors' files, -1 on the hub. */
const unlabelled = ['-', '-1'];

function snli(split: 'train' | 'dev' | 'test', publishedRows: number): Dataset<SnliRow> {
  const hubSplit = split === 'dev' ? 'validation' : split;
  const files = [
    `snli_1.0_${split}.jsonl`,
    `snli_1.0_${split}.txt`,
    `${hubSplit}.tsv`,
    `${hubSplit}-00000-of-00001.parquet`,
  ];
  const form = {
    texts: { premise: ['premise', 'sentence1'], hypothesis: ['hypothesis', 'sentence2'] },
    label: ['gold_label', 'label'],
    members: [...files, `${split}.tsv`],
  };
  return {
    name: `SNLI ${split}`,
    folder: 'snli',
    files: [...files, 'snli_1.0.zip'],
    hub: { repo: 'stanfordnlp/snli', path: `plain_text/${hubSplit}-00000-of-00001.parquet` },
    sample: `snli-${split === 'train' ? 'train' : 'dev'}.jsonl`,
    publishedRows,
    source: 'https://nlp.stanford.edu/projects/snli/',
    licence: 'CC BY-SA 4.0',
    read: ([file]) => readLabelledTexts(file!, form, { classes: snliClasses, unlabelled }),
  };
}

/** The pairs that a model is trained on: those of 550,152 that have a label. */
export const snliTrain = snli('train', 549_367);

/** The development pairs with a label, of 10,000. */
export const snliDev = snli('dev', 9842);

/** The test pairs with a label, of 10,000. */
export const snliTest = snli('test', 9824);
