/** The parameters of a model, whatever its architecture. */
import { describe } from './architectures.js';
import { type Architecture, type ModelConfig, UNTIED_HEAD, type VocabularyKind } from './config.js';

/** Every parameter of a model and its shape, in the order of a forward pass. */
export function parameterShapes(config: ModelConfig): Map<string, number[]> {
  return describe(config).shapes(config);
}

/** Names of the token and, where there are positions, the position embedding: each kind of checkpoint calls them differently. */
export function embeddingNames(architecture: Architecture): readonly [tokens: string, positions?: string] {
  return describe(architecture).embeddings;
}

/** The parameter that hidden states are multiplied with to give logits, [V, C]: the token embedding, unless the head is untied. */
export function outputProjectionName({
  architecture,
  untiedHead,
}: Pick<ModelConfig, 'architecture' | 'untiedHead'>): string {
  return untiedHead ? UNTIED_HEAD : embeddingNames(architecture)[0];
}

/** Whose vocabulary the model has. */
export function vocabularyKind({
  architecture,
  vocabulary,
}: Pick<ModelConfig, 'architecture' | 'vocabulary'>): VocabularyKind {
  return vocabulary ?? describe(architecture).vocabulary ?? 'gpt2';
}

/** Number of parameters, the tied output projection counted once. */
export function countParameters(config: ModelConfig): number {
  let total = 0;
  for (const shape of parameterShapes(config).values()) {
    total += shape.reduce((product, size) => product * size, 1);
  }
  return total;
}
