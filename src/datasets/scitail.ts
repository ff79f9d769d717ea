/** SciTail (Khot et al. 2018): does a sentence from the web support an answer to a question of a science exam? */
import type { Dataset } from './dataset.js';
import { type LabelledRow, readLabelledTexts } from './labelled-texts.js';

/** The classes: SciTail has no contradictions. */
export const scitailClasses = ['entails', 'neutral'] as const;

/** A pair of sentences; `label` is an index into `scitailClasses`. */
export type ScitailRow = LabelledRow<'premise' | 'hypothesis'>;

const labels = { classes: scitailClasses, aliases: { entailment: 0, not_entailment: 1 } };

function scitail(split: 'train' | 'dev' | 'test', publishedRows: number): Dataset<ScitailRow> {
  const original = `scitail_1.0_${split}.tsv`;
  const parquet = `${split === 'dev' ? 'validation' : split}-00000-of-00001.parquet`;
  const form = {
    texts: { premise: ['premise', 'sentence1'], hypothesis: ['hypothesis', 'sentence2'] },
    label: ['label', 'gold_label'],
    columns: ['premise', 'hypothesis', 'label'],
    members: [original, `snli_format/scitail_1.0_${split}.txt`, `${split}.jsonl`, parquet],
  };
  const read = (file: string) => {
    // A copy that was tokenised for other work has a number behind the label.
    const extraColumns = /_preprocessed\.txt$/i.test(file);
    return readLabelledTexts(file, { ...form, extraColumns }, labels);
  };
  return {
    name: `SciTail ${split}`,
    folder: 'scitail',
    files: [
      original,
      `scitail_1.0_${split}.txt`,
      `${split}.jsonl`,
      parquet,
      'SciTailV1.1.zip',
      `${split}_preprocessed.txt`,
    ],
    hub: { repo: 'allenai/scitail', path: `tsv_format/${parquet}` },
    sample: `scitail-${split === 'train' ? 'train' : 'dev'}.tsv`,
    publishedRows,
    source: 'https://allenai.org/data/scitail',
    licence: 'not stated (Allen Institute for AI)',
    read: ([file]) => read(file!),
  };
}

/** The pairs that a model is trained on. */
export const scitailTrain = scitail('train', 23_596);

/** The development pairs. */
export const scitailDev = scitail('dev', 1304);

/** The test pairs, with public labels. */
export const scitailTest = scitail('test', 2126);
