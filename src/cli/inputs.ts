/** What a command works on, a model and data, brought here with its progress shown. */
import path from 'node:path';
import { readBilingualDictionary } from '../datasets/bilingual-dictionary.js';
import type { Dataset, LoadedDataset } from '../datasets/dataset.js';
import { loadDataset } from '../datasets/load.js';
import { sha256Of } from '../files/sha256.js';
import { formatBytes } from '../format.js';
import { downloadFile } from '../hub/download.js';
import type { DataIdentity } from '../results/result.js';
import { chooseDefaultModel } from '../runtime/default-model.js';
import { checkDtype } from '../runtime/in-dtype.js';
import { type OpenedModel, type OpenModelOptions, openModel } from '../runtime/open-model.js';
import type { TaskResources } from '../tasks/task.js';
import type { CommandContext } from './context.js';
import { downloadReporter } from './progress.js';

/** Opens a model by any of its names, showing downloads and the first reading of its weights. */
export async function openNamedModel(
  name: string,
  options: Pick<OpenModelOptions, 'randomSeed' | 'heads' | 'dtype' | 'gpt1Tokenizer'> & { device?: string },
  { line, signal, env }: CommandContext,
): Promise<OpenedModel> {
  const { device = 'cpu', dtype } = options;
  if (dtype === 'q8' || dtype === 'q4') checkDtype(dtype, device);
  line.update(`opening ${name}`);
  const model = await openModel(name, {
    ...options,
    signal,
    env,
    onProgress: downloadReporter(line),
    onVerify: ({ doneBytes, totalBytes }) =>
      line.update(`checking the weights of ${name}  ${formatBytes(doneBytes)} of ${formatBytes(totalBytes)}`),
    onRound: ({ done, total }) => line.update(`rounding ${name} to ${dtype}  ${done} of ${total} matrices`),
  });
  for (const note of model.notes) line.note(note);
  return model;
}

/** The model to use where none was named, the user being told which unless it is the wanted one; of random weights always that. */
export async function nameDefaultModel(
  wanted: 'gpt1' | 'gpt2',
  { random = false }: { random?: boolean },
  { line, env }: Pick<CommandContext, 'line' | 'env'>,
): Promise<string> {
  if (random) return wanted;
  const { name, note } = await chooseDefaultModel(wanted, env);
  if (note !== undefined) line.note(note);
  return name;
}

/** Loads a data set from where `--data`, GPT_DATA_DIR or the hub have it. */
export async function loadNamedData<Row>(
  dataset: Dataset<Row>,
  data: string | undefined,
  { line, signal, env }: CommandContext,
): Promise<LoadedDataset<Row>> {
  const loaded = await loadDataset(dataset, {
    data,
    dataDir: env.GPT_DATA_DIR,
    fetch: (location) =>
      downloadFile({ ...location, type: 'dataset' }, { signal, env, onProgress: downloadReporter(line) }),
  });
  for (const note of loaded.notes) line.note(note);
  return loaded;
}

/** What a result says about the data it is on. */
export function identifyData<Row>(
  { name }: Pick<Dataset<Row>, 'name'>,
  { source, file, sha256, rows, published, notes }: LoadedDataset<Row>,
): DataIdentity {
  return {
    ...{ name, source, file, sha256, rows: rows.length, complete: published },
    ...(source === 'file' && !published && { own: true as const }),
    ...(notes.length > 0 && { notes }),
  };
}

/** Reads the files that tasks make use of beside their data. Throws UserError when one cannot be read, DataError for what is in it. */
export async function readTaskResources({
  dictionary: file,
}: {
  dictionary?: string;
}): Promise<TaskResources> {
  if (file === undefined) return {};
  const words = await readBilingualDictionary(file);
  const hash = sha256Of(JSON.stringify([...words]));
  return { dictionary: { words, label: `${path.basename(file)}@${hash.slice(0, 8)}` } };
}
