/** The size of a model to be trained: from a file, the name of a registered model, or numbers given one by one. */
import { stat } from 'node:fs/promises';
import { DataError, UsageError } from '../errors.js';
import { type JsonObject, readJsonObject } from '../files/json-file.js';
import { architectureOfType, architectures, describe } from '../models/architectures.js';
import {
  type Architecture,
  findRegisteredModel,
  type ModelConfig,
  registeredModels,
} from '../models/config.js';
import { readSwitch, wrongValue } from '../models/stated-value.js';

/** The numbers of a model that do not follow from its vocabulary. */
export type ModelSize = Omit<ModelConfig, 'vocabSize' | 'layerNormEpsilon' | 'vocabulary'>;

/** Layer norm's ε of every released checkpoint. */
export const layerNormEpsilon = 1e-5;

/** What a small model is like unless told otherwise: an hour on two cores teaches it something. Heads of 64, as in every GPT. */
const defaults = { architecture: 'gpt2' as Architecture, nLayer: 6, nEmbd: 256, nCtx: 512 };

/**
 * Each number under the names that a configuration file may give it: the flag's, those of the Hugging Face releases, and the long
 * ones that transformers takes as well.
 */
const fileKeys: Record<'nLayer' | 'nHead' | 'nEmbd' | 'nCtx' | 'units', readonly string[]> = {
  nLayer: ['layers', 'n_layer', 'num_hidden_layers'],
  nHead: ['heads', 'n_head', 'num_attention_heads'],
  nEmbd: ['width', 'n_embd', 'hidden_size'],
  nCtx: ['context', 'n_positions', 'max_position_embeddings', 'n_ctx'],
  units: ['units', 'n_units'],
};

/**
 * The size that `config` (a JSON file, or the name of a registered model) and `given` numbers ask for; the latter win.
 * Throws UsageError when a number makes no sense, DataError when the file does not.
 */
export async function chooseModelSize(
  config: string | undefined,
  given: Partial<ModelSize>,
): Promise<ModelSize> {
  const stated = config === undefined ? {} : await readSize(config, given.architecture);
  const wanted = { ...stated, ...dropUndefined(given) };
  const size = { ...defaults, ...wanted };
  if (!describe(size).attends) return lstmSize(size, wanted);
  if (wanted.units !== undefined) {
    throw new UsageError(`A ${size.architecture} model has no units.`, {
      hint: 'Use --units with --architecture lstm, --width and --heads with a GPT.',
    });
  }
  // A width that is given alone changes the number of heads, not their width.
  const nHead = wanted.nHead ?? Math.max(1, Math.round(size.nEmbd / 64));
  if (size.nEmbd % nHead !== 0) {
    throw new UsageError(`A width of ${size.nEmbd} cannot be cut into ${nHead} heads.`, {
      hint: 'Give --width a multiple of --heads.',
    });
  }
  const { activation } = size;
  const { label, lacks } = describe(size);
  if (activation !== undefined && lacks?.activations?.includes(activation))
    throw new UsageError(`${label} has no exact GELU: its class takes gelu for the tanh form.`);
  const { nInner, ...rest } = size;
  return { ...rest, nHead, ...(nInner !== undefined && nInner !== 4 * size.nEmbd && { nInner }) };
}

/** One layer; units that are not given are twice the width, the round number next to the paper's 2048 for 768. */
function lstmSize({ architecture, nEmbd, nCtx }: typeof defaults, wanted: Partial<ModelSize>): ModelSize {
  if ((wanted.nLayer ?? 1) !== 1 || wanted.nHead !== undefined) {
    throw new UsageError('An LSTM has a single layer and no heads.', {
      hint: 'Leave out --layers and --heads; --units is its size.',
    });
  }
  return { architecture, nLayer: 1, nHead: 0, nEmbd, nCtx, units: wanted.units ?? 2 * nEmbd };
}

/** `asked` is the architecture of `--architecture`, under whose keys the file is read: it wins over the one that the file states. */
async function readSize(config: string, asked: Architecture | undefined): Promise<Partial<ModelSize>> {
  const isFile = await stat(config).then(
    (found) => found.isFile(),
    () => false,
  );
  const registered = findRegisteredModel(config);
  if (!isFile && registered !== undefined) {
    const { architecture, nLayer, nHead, nEmbd, nCtx } = registered.config;
    return { architecture, nLayer, nHead, nEmbd, nCtx };
  }
  const json = isFile ? await readJsonObject(config) : undefined;
  if (json === undefined) {
    throw new UsageError(`--config ${config} is neither a file nor a size that is known.`, {
      hint: `Sizes: ${registeredModels.map(({ name }) => name).join(', ')}. A file holds {"layers": 6, "width": 256, "heads": 4, "context": 512}.`,
    });
  }
  const size: Partial<ModelSize> = {};
  for (const [name, keys] of Object.entries(fileKeys) as [keyof typeof fileKeys, string[]][]) {
    const key = keys.find((candidate) => json[candidate] !== undefined);
    if (key === undefined) continue;
    const value = json[key];
    if (!Number.isSafeInteger(value) || (value as number) < 1) {
      const [expected, found] = ['a whole number from 1', JSON.stringify(value)];
      throw new DataError({ file: config, at: key, problem: 'the size makes no sense.', expected, found });
    }
    size[name] = value as number;
  }
  const key = json.architecture === undefined ? 'model_type' : 'architecture';
  if (json[key] !== undefined) {
    const architecture =
      architectureOfType(json[key]) ?? architectures.find(({ name }) => name === json[key]);
    if (architecture === undefined) {
      const expected = architectures.map(({ name }) => `"${name}"`).join(', ');
      const found = JSON.stringify(json[key]);
      throw new DataError({
        file: config,
        at: key,
        problem: 'the architecture is unknown.',
        expected,
        found,
      });
    }
    size.architecture = architecture.name;
  }
  const architecture = asked ?? size.architecture ?? defaults.architecture;
  refuseUnread(json, architecture, config);
  refuseEpsilon(json, config);
  if (!readSwitch(json, 'tie_word_embeddings', true, config)) size.untiedHead = true;
  return { ...size, ...describe(architecture).readNetwork(json, config) };
}

/** What a file asks for and the architecture does not have would otherwise be passed over in silence. */
function refuseUnread(json: JsonObject, architecture: Architecture, file: string): void {
  const read = describe(architecture).networkKeys;
  const unread = architectures
    .flatMap(({ networkKeys }) => networkKeys)
    .find((key) => (json[key] ?? undefined) !== undefined && !read.includes(key));
  if (unread === undefined) return;
  throw new DataError({
    file,
    at: unread,
    problem: `a model of the architecture ${architecture} has no such setting.`,
    expected: read.length === 0 ? 'none of this kind' : read.join(', '),
    found: JSON.stringify(json[unread]),
  });
}

/** A model that is trained here has the ε of the releases; every `config.json` of theirs states it. */
function refuseEpsilon(json: JsonObject, file: string): void {
  const { layer_norm_epsilon: epsilon = layerNormEpsilon } = json;
  if (epsilon === layerNormEpsilon) return;
  const problem = 'models are trained with one value alone.';
  throw wrongValue(file, 'layer_norm_epsilon', problem, layerNormEpsilon, epsilon);
}

function dropUndefined<T extends object>(values: T): Partial<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<T>;
}
