/**
 * RTE (Dagan et al. 2006 and the rounds after it) as GLUE joined it: does the hypothesis follow from the premise? The
 * labels of GLUE's test split are not public, so the training and the development split are all there is to measure on.
 */
import type { Dataset } from './dataset.js';
import { glueDataset } from './glue.js';
import { type LabelledRow, readLabelledTexts } from './labelled-texts.js';

/** The classes in the order of GLUE's label numbers: label 0 is entailment. */
export const rteClasses = ['entailment', 'not_entailment'] as const;

/** A pair of sentences; `label` is an index into `rteClasses`. */
export type RteRow = LabelledRow<'premise' | 'hypothesis'>;

/** Labels are numbers on the hub and in most copies, names in the archive that GLUE itself offers. */
function rte(split: 'train' | 'dev', publishedRows: number): Dataset<RteRow> {
  const declared = glueDataset('RTE', 'rte', split);
  const texts = { premise: ['sentence1', 'premise'], hypothesis: ['sentence2', 'hypothesis'] };
  const form = { texts, label: ['label'], members: declared.files };
  return {
    ...declared,
    publishedRows,
    read: ([file]) => readLabelledTexts(file!, form, { classes: rteClasses }),
  };
}

/** The pairs that a model is trained on. */
export const rteTrain = rte('train', 2490);

/** The pairs that it is measured on. */
export const rteDev = rte('dev', 277);
