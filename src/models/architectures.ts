/** The architectures that there are. Another one is a file like theirs and a line here (docs/adding-a-model.md). */
import type { ArchitectureDescriptor } from './architecture.js';
import type { Architecture, ModelConfig } from './config.js';
import { gpt1 } from './gpt1.js';
import { gpt2 } from './gpt2.js';
import { lstm } from './lstm.js';

/** In the order in which weights are tried for what they are. */
export const architectures: readonly ArchitectureDescriptor[] = [gpt1, gpt2, lstm];

/** What is particular to the architecture of a model. Throws Error (a bug) for one that there is not. */
export function describe(model: Architecture | Pick<ModelConfig, 'architecture'>): ArchitectureDescriptor {
  const name = typeof model === 'string' ? model : model.architecture;
  const found = architectures.find((one) => one.name === name);
  if (found === undefined) throw new Error(`there is no architecture ${name}`);
  return found;
}

/** The architecture that a `config.json` names; undefined for another one. */
export function architectureOfType(modelType: unknown): ArchitectureDescriptor | undefined {
  return architectures.find((one) => one.modelType === modelType);
}

/** `"gpt2", "openai-gpt" or "lstm"`, for messages about `model_type`. */
export const knownModelTypes = (() => {
  const names = architectures.map(({ modelType }) => `"${modelType}"`);
  return `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`;
})();
