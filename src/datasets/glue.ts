/** What the data sets of GLUE (Wang et al. 2018) have in common: names of files, the hub's copy, where they come from. */
import type { Dataset } from './dataset.js';

/** GLUE's splits with public labels, by the names of their files. */
export type GlueSplit = 'train' | 'dev' | 'dev_matched' | 'dev_mismatched';

const hubSplits: Readonly<Record<GlueSplit, string>> = {
  train: 'train',
  dev: 'validation',
  dev_matched: 'validation_matched',
  dev_mismatched: 'validation_mismatched',
};

/** The parts of a declaration that follow from GLUE's name of the task (`SST-2`), the hub's (`sst2`) and the split. */
export function glueDataset(
  task: string,
  hubName: string,
  split: GlueSplit,
): Pick<Dataset<unknown>, 'name' | 'folder' | 'hub' | 'sample' | 'source' | 'licence'> & { files: string[] } {
  const parquet = `${hubSplits[split]}-00000-of-00001.parquet`;
  return {
    name: `${task} ${split.replace('_', ' ')} (GLUE)`,
    folder: `glue/${task}`,
    files: [`${split}.tsv`, parquet, `${task}.zip`],
    hub: { repo: 'nyu-mll/glue', path: `${hubName}/${parquet}` },
    sample: `${task.toLowerCase().replace('sst-2', 'sst2')}-${split.replace('_', '-')}.tsv`,
    source: 'https://gluebenchmark.com/tasks',
    licence: 'not stated; for research (GLUE)',
  };
}
