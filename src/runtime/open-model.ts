import { rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Checkpoint, OnnxCheckpoint } from '../checkpoints/checkpoint.js';
import type { ExportDtype } from '../checkpoints/onnx-dtype.js';
import { openCheckpoint } from '../checkpoints/open.js';
import { packagedModels } from '../checkpoints/packaged.js';
import { writeRandomCheckpoint } from '../checkpoints/random.js';
import { resolveCheckpoint } from '../checkpoints/resolve.js';
import { verifiedFolder, verifyWeights } from '../checkpoints/verify.js';
import { UsageError } from '../errors.js';
import { exists } from '../files/exists.js';
import { explainWriteError } from '../files/space.js';
import { ownCacheFolder } from '../hub/cache.js';
import type { DownloadOptions } from '../hub/progress.js';
import { findExportedModel, findRegisteredModel, registeredModels } from '../models/config.js';
import { countParameters } from '../models/parameters.js';
import type { Dtype } from '../results/dtype.js';
import type { ModelIdentity, OnnxIdentity } from '../results/model-identity.js';
import type { Gpt1Mode } from '../tokenizers/gpt1.js';
import type { Tokenizer } from '../tokenizers/tokenizer.js';
import type { TokenizerFiles } from '../tokenizers/tokenizer-content.js';
import { findTokenizer } from './find-tokenizer.js';
import { inDtype } from './in-dtype.js';

/** A model ready for use: its weights checked, its tokenizer loaded. */
export interface OpenedModel {
  checkpoint: Checkpoint;
  tokenizer: Tokenizer;
  /** The vocabulary of the tokenizer, to be written beside a model that is derived from this one. */
  tokenizerFiles: TokenizerFiles;
  identity: ModelIdentity;
  /** Sentences for the user about what was assumed. */
  notes: string[];
}

/** How a model is opened. */
export interface OpenModelOptions extends DownloadOptions {
  /** Use seeded random weights of the registered model of that name instead of the published ones. */
  randomSeed?: number;
  /** Attention heads, of weights that come without this number. */
  heads?: number;
  /** How GPT-1 splits text; `original` by default. */
  gpt1Tokenizer?: Gpt1Mode;
  /** What the matrices are computed in, by default as they are; of several ready-made ONNX files which one, by default the most exact. */
  dtype?: ExportDtype;
  /** Called while weights are read for the first time. */
  onVerify?: (progress: { doneBytes: number; totalBytes: number }) => void;
  /** Called while matrices are rounded to few bits for the first time. */
  onRound?: (progress: { done: number; total: number }) => void;
}

/**
 * Opens a model by registered name, hub id, folder or file, downloading it if need be. Reads all weights once (later the
 * result of that is remembered) and finds the tokenizer that goes with them.
 */
export async function openModel(name: string, options: OpenModelOptions = {}): Promise<OpenedModel> {
  const { env = process.env } = options;
  const { location, label, commit, hubId } =
    options.randomSeed === undefined
      ? await locateModel(name, options)
      : await randomModel(name, options.randomSeed, env);
  const { dtype } = options;
  const asStored = await openCheckpoint(location, { nHead: options.heads, dtype });
  const { sha256 } = await verifyWeights(asStored, {
    cacheFolder: verifiedFolder(env),
    onProgress: options.onVerify,
    signal: options.signal,
  });
  // A ready-made graph of that type was chosen above.
  const rounding = asStored.kind === 'weights' && (dtype === 'q8' || dtype === 'q4') ? dtype : 'fp32';
  const checkpoint = await inDtype(asStored, rounding, { ...options, sha256, onProgress: options.onRound });
  const about = [...(checkpoint.warnings ?? [])];
  const isRandom = options.randomSeed !== undefined;
  const { tokenizer, files, notes: more } = await findTokenizer(checkpoint, { ...options, isRandom });
  about.push(...more);
  const notes = checkpoint.kind === 'onnx' ? [describeFile(checkpoint, dtype), ...about] : about;
  // Folders of the same name are told apart by what is in them, or one's results would replace another's.
  const place = label.startsWith('local/') ? `${label}@${sha256.slice(0, 8)}` : label;
  const exported =
    checkpoint.kind === 'onnx' && hubId !== undefined
      ? findExportedModel(hubId, checkpoint.config)
      : undefined;
  const identity: ModelIdentity = {
    name: checkpoint.kind === 'onnx' ? withNumbers(place, checkpoint) : withDtype(place, rounding),
    format: checkpoint.format,
    ...(rounding !== 'fp32' && { dtype: rounding }),
    ...(commit === undefined ? {} : { commit }),
    sha256,
    parameters: checkpoint.kind === 'onnx' ? checkpoint.parameters : countParameters(checkpoint.config),
    config: checkpoint.config,
    tokenizer: { name: tokenizer.name, fingerprint: tokenizer.fingerprint },
    ...(exported !== undefined && { exportOf: exported.name }),
    ...(checkpoint.kind === 'onnx' && { onnx: onnxIdentity(checkpoint) }),
    ...(about.length > 0 && { notes: about.map((note) => withoutFolder(note, checkpoint.folder)) }),
  };
  return { checkpoint, tokenizer, tokenizerFiles: files, identity, notes };
}

/** Rounded weights never pass for the model itself, wherever only the name is shown. */
function withDtype(name: string, dtype: Dtype): string {
  return dtype === 'fp32' ? name : `${name} ${dtype}`;
}

/** Results are passed on: where a model lies on this machine is nobody's business. */
function withoutFolder(note: string, folder: string): string {
  return note.replaceAll(folder + path.sep, '').replaceAll(folder, 'The folder of the model');
}

/** A graph of other numbers than float32 never passes for the model itself, wherever only the name is shown. */
function withNumbers(name: string, { numbers }: OnnxCheckpoint): string {
  return numbers.type === 'float32' ? name : `${name} ${numbers.type}`;
}

function onnxIdentity({ name, numbers }: OnnxCheckpoint): OnnxIdentity {
  return { file: name, numbers: numbers.type, ...(numbers.isDynamic && { isDynamic: true }) };
}

function describeFile({ name, numbers, others = [] }: OnnxCheckpoint, dtype?: ExportDtype): string {
  const best = dtype === undefined ? 'the most exact' : `for --dtype ${dtype},`;
  const choice = others.length > 0 ? `, ${best} beside ${others.join(', ')}` : '';
  const dynamic = numbers.isDynamic
    ? ' It quantises activations over whole tensors, so each text is computed alone; see docs/onnx.md.'
    : '';
  return `Running ${name} (${numbers.type})${choice}.${dynamic}`;
}

interface LocatedModel {
  location: string;
  /** Name for results. */
  label: string;
  /** Repository on the hub that it comes from, and its commit. */
  hubId?: string;
  commit?: string;
}

async function locateModel(name: string, options: OpenModelOptions): Promise<LocatedModel> {
  const resolved = await resolveCheckpoint(name, options);
  if (resolved.hubId !== undefined || packagedModels().has(name)) {
    const { location, hubId, commit } = resolved;
    return { location, label: resolved.name, hubId, commit };
  }
  // A folder of one's own may be called gpt2; its numbers must not be taken for those of the published model.
  const absolute = path.resolve(resolved.location);
  const isFolder = (await stat(absolute)).isDirectory();
  const parts = isFolder
    ? nameOfFolder(absolute)
    : [path.basename(path.dirname(absolute)), path.basename(absolute)];
  return { location: resolved.location, label: ['local', ...parts].join('/') };
}

/** What `gpt pretrain --keep-every` left is called after its run as well: a number alone would not say which model it is. */
function nameOfFolder(folder: string): string[] {
  const [run, parent, name] = folder.split(path.sep).slice(-3);
  const isKept = run !== undefined && parent === 'checkpoints' && /^\d+$/.test(name ?? '');
  return isKept ? [run, parent, name!] : [path.basename(folder)];
}

/** Folder of a random checkpoint, written when it is asked for the first time. */
async function randomModel(name: string, seed: number, env: NodeJS.ProcessEnv): Promise<LocatedModel> {
  const registered = findRegisteredModel(name);
  if (registered === undefined) {
    throw new UsageError(`Random weights need a registered size, not "${name}".`, {
      hint: `Known are ${registeredModels.map((model) => model.name).join(', ')}.`,
    });
  }
  const label = `random/${registered.name}-seed${seed}`;
  const location = path.join(ownCacheFolder(env), ...label.split('/'));
  if (!(await exists(path.join(location, 'model.safetensors')))) {
    // Written beside and moved, so that a folder of that name is always whole.
    const temporary = `${location}.${process.pid}.tmp`;
    try {
      await writeRandomCheckpoint(temporary, registered.config, seed);
      await rm(location, { recursive: true, force: true });
      await rename(temporary, location);
    } catch (cause) {
      await rm(temporary, { recursive: true, force: true }).catch(() => {});
      throw explainWriteError(cause, { path: path.dirname(location), variable: 'GPT_CACHE' });
    }
  }
  return { location, label };
}
