/** A model that is compared, as far as it is known without fetching anything. */

import { packagedModels } from '../checkpoints/packaged.js';
import { UsageError, UserError } from '../errors.js';
import { describe } from '../models/architectures.js';
import { findRegisteredModel, type ModelConfig } from '../models/config.js';
import { vocabularyKind } from '../models/parameters.js';
import { findReleasedTokenizer } from '../runtime/find-tokenizer.js';
import { type OpenedModel, openModel } from '../runtime/open-model.js';
import { loadTokenizer } from '../tokenizers/load.js';
import type { Tokenizer } from '../tokenizers/tokenizer.js';

/** What is known of it. */
export interface ComparedModel {
  /** What results call it. */
  name: string;
  config: ModelConfig;
  /** Where the configuration comes from. */
  configSource: string;
  /** Undefined where it is not on this machine; `missing` says so. */
  tokenizer?: Tokenizer;
  /** Only where it was asked for and its weights are on this machine. */
  opened?: OpenedModel;
  /** Folder of the weights, of a model that is no published one. */
  folder?: string;
  /** Sentences about what is not here. */
  missing: string[];
}

/** How models are looked at. */
export interface FindComparedOptions {
  env: NodeJS.ProcessEnv;
  signal?: AbortSignal;
  /** Whether the weights are needed. */
  withWeights: boolean;
  /** Attention heads, of a model whose weights come without this number; published ones have theirs. */
  heads?: number;
  onVerify?: (progress: { doneBytes: number; totalBytes: number }) => void;
}

/**
 * Finds a model by any of its names. A published one is known by its definition even where its files are not on this
 * machine; any other has to be here. Never uses the network. Throws UsageError or UserError for a model that is not here.
 */
export async function findComparedModel(name: string, options: FindComparedOptions): Promise<ComparedModel> {
  // This variable is what the hub's own tools heed as well: nothing below it goes to the network.
  const env = { ...options.env, HF_HUB_OFFLINE: '1' };
  const registered = packagedModels().has(name) ? undefined : findRegisteredModel(name);
  if (registered === undefined) return openedModel(await openModel(name, { ...options, env }));
  const model: ComparedModel = {
    name: registered.name,
    config: registered.config,
    configSource: describe(registered.config).about.source ?? registered.hubId,
    missing: [],
  };
  if (options.withWeights) {
    const opened = await ifHere(openModel(registered.name, { ...options, heads: undefined, env }));
    if (opened !== undefined) return { ...openedModel(opened), configSource: model.configSource };
    model.missing.push(
      `The weights of ${registered.name} are not on this machine: "gpt download ${registered.name}" fetches them.`,
    );
  }
  const architecture = vocabularyKind(registered.config);
  const folder = await ifHere(findReleasedTokenizer(architecture, { env }));
  if (folder !== undefined) return { ...model, tokenizer: await loadTokenizer(folder, { architecture }) };
  model.missing.push(
    `The tokenizer of ${registered.name} is not on this machine: "gpt download ${registered.name}" fetches it with the weights.`,
  );
  return model;
}

function openedModel(opened: OpenedModel): ComparedModel {
  const { identity, checkpoint, tokenizer, notes } = opened;
  return {
    name: identity.name,
    config: checkpoint.config,
    configSource: `shapes and config.json of ${identity.name}`,
    tokenizer,
    opened,
    folder: checkpoint.folder,
    missing: [...notes],
  };
}

/** Undefined for what cannot be had without the network; a damaged file is still an error. */
function ifHere<T>(found: Promise<T>): Promise<T | undefined> {
  return found.catch((error: unknown) => {
    if (error instanceof UserError && !(error instanceof UsageError) && error.constructor === UserError)
      return undefined;
    throw error;
  });
}
