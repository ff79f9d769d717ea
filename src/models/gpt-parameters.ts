/** The parameters of GPT-1 and GPT-2, which differ in the names of two tables and in a last norm. */
import type { ShownSizes } from './architecture.js';
import { type ModelConfig, UNTIED_HEAD } from './config.js';

/** Names of both embeddings. */
export type GptEmbeddings = readonly [tokens: string, positions: string];

/**
 * Every parameter and its shape under the names of the Hugging Face checkpoints without the `transformer.` prefix. Matrices of the
 * blocks are stored input-major, [in, out] (Conv1D). `last` are those that follow the blocks.
 */
export function gptShapes(
  { nLayer, nEmbd: C, nCtx: T, vocabSize: V, nInner: I = 4 * C, untiedHead }: ModelConfig,
  [tokens, positions]: GptEmbeddings,
  last: readonly string[] = [],
): Map<string, number[]> {
  const shapes = new Map<string, number[]>([
    [tokens, [V, C]],
    [positions, [T, C]],
  ]);
  for (let layer = 0; layer < nLayer; layer++) {
    const h = `h.${layer}`;
    shapes.set(`${h}.ln_1.weight`, [C]).set(`${h}.ln_1.bias`, [C]);
    shapes.set(`${h}.attn.c_attn.weight`, [C, 3 * C]).set(`${h}.attn.c_attn.bias`, [3 * C]);
    shapes.set(`${h}.attn.c_proj.weight`, [C, C]).set(`${h}.attn.c_proj.bias`, [C]);
    shapes.set(`${h}.ln_2.weight`, [C]).set(`${h}.ln_2.bias`, [C]);
    shapes.set(`${h}.mlp.c_fc.weight`, [C, I]).set(`${h}.mlp.c_fc.bias`, [I]);
    shapes.set(`${h}.mlp.c_proj.weight`, [I, C]).set(`${h}.mlp.c_proj.bias`, [C]);
  }
  for (const name of last) shapes.set(name, [C]);
  return untiedHead ? shapes.set(UNTIED_HEAD, [V, C]) : shapes;
}

/** The sizes that the tensors of a GPT show. */
export function shownGptSizes(
  [tokens, positions]: GptEmbeddings,
  matrix: (name: string, meaning: string) => [number, number],
  names: Iterable<string>,
): ShownSizes {
  const [vocabSize, nEmbd] = matrix(tokens, '[vocabulary, channels]');
  const [nCtx] = matrix(positions, '[positions, channels]');
  let nLayer = 0;
  for (const name of names) nLayer = Math.max(nLayer, Number(/^h\.(\d+)\./.exec(name)?.[1] ?? -1) + 1);
  // Of a model without blocks this names the first thing that is missing.
  const [, nInner] = matrix('h.0.mlp.c_fc.weight', '[channels, inner]');
  return { vocabSize, nEmbd, nCtx, nLayer, nInner };
}

/**
 * Per token a block has 12·C²: c_attn 3·C², c_proj C², the feed-forward layer 8·C² (or 2·C·nInner); attention looks back only, and after
 * that of the last block only the asked positions go on.
 */
export function gptMultiplyAdds(
  { nLayer: L, nEmbd: C, nInner: I = 4 * C }: ModelConfig,
  T: number,
  asked: number,
) {
  return {
    blocks: (4 * C * C + 2 * C * I) * (T * (L - 1)) + 3 * C * C * T + (C * C + 2 * C * I) * asked,
    attention: L * 2 * C * ((T * (T + 1)) / 2),
  };
}
