/** What decides the numbers of a run beside task, model and data. */
export interface FinetuneSettings {
  epochs: number;
  batch: number;
  /** Peak learning rate. */
  lr: number;
  /** Share of all updates during which the rate rises. */
  warmup: number;
  /** λ, the weight of the language-model loss. */
  lmCoef: number;
  embdDropout: number;
  attnDropout: number;
  residDropout: number;
  clfDropout: number;
  /** Decoupled weight decay of tensors with two dimensions or more. */
  l2: number;
  maxGradNorm: number;
  /** Batches that are drawn together and sorted by length. */
  bucket: number;
  /** Most positions in one pass, padding included; larger batches are computed in several passes. */
  batchTokens: number;
  /** Of the new embedding rows, the classifier, the order of the examples and the dropout masks. */
  seed: number;
  /** Only the first so many training examples; null for all. */
  limitTrain: number | null;
  /** Only the first so many examples that are measured on; null for all. */
  limit: number | null;
  /**
   * Blocks that start from the model's weights, with its embeddings; the others are drawn as GPT-1 draws them. −1: nothing
   * is taken over. Null: everything is. GPT-1 paper, Figure 2 left and Table 5.
   */
  transferLayers: number | null;
}

/** `transferLayers` of a model that starts from scratch. */
export const FROM_SCRATCH = -1;
