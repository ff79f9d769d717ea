/** The graphs that are run: a model, a head, and the names of their inputs and outputs. */
import * as ops from '../graph/ops.js';
import { input, type Value } from '../graph/value.js';
import { type Attention, fusedAttention, plainAttention } from './attention.js';
import type { ModelConfig } from './config.js';
import { logitsHead, scoreHead } from './heads.js';
import { hiddenStates, pickRowsByIndex } from './model.js';
import { treeAttention } from './tree-attention.js';
import type { Weights } from './weights.js';

/** Inputs and outputs of a graph by name, ready for `encodeOnnx`. */
export interface Graph {
  inputs: Value[];
  outputs: Record<string, Value>;
}

/** Settings of the scoring graph. */
export interface ScoringOptions {
  /** Tokens that `best_allowed` leaves out. Without a list, even an empty one, there is no such output. */
  excluded?: readonly number[];
  /** Which attention to use; the fused one by default. */
  attention?: Attention;
}

/**
 * Scores given positions of a batch.
 *
 * | input   | type          | meaning                                                           |
 * |---------|---------------|-------------------------------------------------------------------|
 * | ids     | int64 [B, T]  | token ids, padded on the right with anything (attention is causal) |
 * | rows    | int64 [S]     | positions asked for, as b·T + t                                   |
 * | targets | int64 [S]     | the token that follows each of them                               |
 *
 * Outputs `log_probs` [S], `arg_max` [S, 1] and, with excluded tokens, `best_allowed` and `best_allowed_log_prob` [S, 1].
 */
export function scoringGraph(config: ModelConfig, weights: Weights, options: ScoringOptions = {}): Graph {
  const ids = input('ids', 'int64', ['B', 'T']);
  const { attention = fusedAttention, excluded } = options;
  return scoreRows({ ids, weights, config, attention }, [ids], excluded);
}

/**
 * Scores given positions of a batch of trees: a context and the options after it, side by side in one row, the context
 * computed once (tree-attention.ts draws it).
 *
 * | input     | type         | meaning                                                            |
 * |-----------|--------------|--------------------------------------------------------------------|
 * | ids       | int64 [B, T] | token ids, padded on the right with anything                       |
 * | positions | int64 [B, T] | place of each token in its own sequence: options begin alike       |
 * | branch    | int64 [B, T] | 0: context, k ≥ 1: option k, in ascending order; −1: padding       |
 * | rows, targets |          | as for `scoringGraph`; the context's last row predicts every option's first token |
 *
 * Outputs as of `scoringGraph`.
 */
export function treeScoringGraph(
  config: ModelConfig,
  weights: Weights,
  { excluded }: Pick<ScoringOptions, 'excluded'> = {},
): Graph {
  const [ids, positions, branch] = ['ids', 'positions', 'branch'].map((name) =>
    input(name, 'int64', ['B', 'T']),
  ) as [Value, Value, Value];
  const attention = treeAttention(branch);
  return scoreRows({ ids, positions, weights, config, attention }, [ids, positions, branch], excluded);
}

function scoreRows(
  model: Parameters<typeof hiddenStates>[0],
  inputs: Value[],
  excluded: readonly number[] | undefined,
): Graph {
  const rows = input('rows', 'int64', ['S']);
  const targets = input('targets', 'int64', ['S']);
  const hidden = hiddenStates({ ...model, pickRows: pickRowsByIndex(rows) });
  const head = scoreHead({ hidden, targets, weights: model.weights, config: model.config, excluded });
  const outputs: Record<string, Value> = { log_probs: head.logProbs, arg_max: head.argMax };
  if (head.bestAllowed && head.bestAllowedLogProb) {
    outputs.best_allowed = head.bestAllowed;
    outputs.best_allowed_log_prob = head.bestAllowedLogProb;
  }
  return { inputs: [...inputs, rows, targets], outputs };
}

/**
 * Last hidden states of every position: ids int64 [B, T] → `hidden` [B, T, C]. What `gpt bench` times without the head.
 */
export function hiddenGraph(
  config: ModelConfig,
  weights: Weights,
  attention: Attention = fusedAttention,
): Graph {
  const ids = input('ids', 'int64', ['B', 'T']);
  const hidden = hiddenStates({ ids, weights, config, attention });
  // Only the sum over the channels leaves the graph: copying all states out would be timed as well.
  return { inputs: [ids], outputs: { hidden_sums: ops.reduceSum(hidden, -1) } };
}

/**
 * The plain language model in standard operations, for other programs: `input_ids` int64 [B, T] → `logits` [B, T, V].
 */
export function exportGraph(config: ModelConfig, weights: Weights): Graph {
  const ids = input('input_ids', 'int64', ['batch_size', 'sequence_length']);
  const hidden = hiddenStates({ ids, weights, config, attention: plainAttention });
  return { inputs: [ids], outputs: { logits: logitsHead(hidden, weights, config) } };
}
