/**
 * The graphs of training: a model with its losses, and their gradients. Parameters are inputs, since they change between
 * runs; dropout masks are inputs too (dropout.ts).
 */
import { gradients } from '../graph/backward.js';
import * as ops from '../graph/ops.js';
import { constant, type Dim, input, type Value } from '../graph/value.js';
import { describe } from '../models/architectures.js';
import { attentionWithDropout, fusedAttention } from '../models/attention.js';
import {
  type ClassHead,
  classHeadShapes,
  classLogits,
  isRegression,
  sequencesPerExample,
} from '../models/class-heads.js';
import type { ModelConfig } from '../models/config.js';
import type { Graph } from '../models/graphs.js';
import { scoreHead } from '../models/heads.js';
import { embeddingNames, outputProjectionName, parameterShapes } from '../models/parameters.js';
import type { Weights } from '../models/weights.js';
import type { Dropout } from './dropout.js';
import { classificationLoss, languageModelLoss, squaredErrorLoss } from './losses.js';

/** A model and what stands on it. */
export interface Network {
  config: ModelConfig;
  /** The classifier; without one there is only the language model. */
  head?: ClassHead;
}

/** Numbers by parameter name. */
export type ParameterNumbers = Map<string, Float32Array<ArrayBuffer>>;

/** What is trained, on which losses. */
export interface Objective extends Network {
  /** λ, the share of the language-model loss; 0 leaves it out of the graph. */
  lmCoef: number;
}

/** A dropout mask that the training graph takes: its input, whose sizes are numbers, B, T or E, and its rate. */
export interface Mask {
  name: string;
  shape: readonly Dim[];
  rate: number;
}

/** The graph of one pass forward and backward. */
export interface TrainingGraph extends Graph {
  masks: Mask[];
}

/**
 * Parts that the positions of the language-model loss come in. The logits of one part are differentiated before the next
 * part's are computed, which bounds the memory of the largest tensors of a pass; more parts would cost time, as the
 * matrix of the vocabulary is packed for each.
 */
export const LM_PARTS = 4;

/** Name of the output that holds a parameter's gradient. */
export function gradientName(parameter: string): string {
  return `gradient/${parameter}`;
}

/** Names and shapes of everything that is trained, in the order of a forward pass. */
export function trainedShapes({ config, head }: Network): Map<string, number[]> {
  return new Map([...parameterShapes(config), ...(head ? classHeadShapes(head, config.nEmbd) : [])]);
}

/** Throws Error (a bug) on a parameter that is missing or has the wrong size. */
export function checkParameters(shapes: ReadonlyMap<string, number[]>, numbers: ParameterNumbers): void {
  for (const [name, shape] of shapes) {
    const wanted = shape.reduce((product, size) => product * size, 1);
    const found = numbers.get(name)?.length;
    if (found !== wanted) throw new Error(`${name}: ${found} numbers instead of ${wanted}`);
  }
}

/**
 * One pass, forward and backward. Inputs beside parameters and masks:
 *
 * | input         | type             | meaning                                                             |
 * |---------------|------------------|---------------------------------------------------------------------|
 * | ids           | int64 [B, T]     | token ids, padded on the right with anything                         |
 * | lm_rows/i     | int64 [Sᵢ]       | part i of the positions with a next token, as b·T + t                |
 * | lm_targets/i  | int64 [Sᵢ]       | those tokens                                                         |
 * | lm_weights/i  | float32 [Sᵢ]     | their shares of the language-model loss                              |
 * | class_rows    | int64 [E, N]     | extract tokens of each example, as b·T + t                           |
 * | class_targets | float32 [E, K]   | probability of each class times the example's share of the batch     |
 * | class_weights | float32 [E, 1]   | that share, where a number is predicted and class_targets holds it   |
 *
 * Outputs `lm_loss`, `class_loss` (single numbers, λ not yet applied) and the gradient of class_loss + λ·lm_loss for every
 * parameter, as `gradientName` calls it. What the objective does not need is neither input nor output.
 */
export function trainingGraph(objective: Objective, dropout: Dropout): TrainingGraph {
  const { config, head, lmCoef } = objective;
  const masks: Mask[] = [];
  const maskInputs: Value[] = [];
  const dropoutAt = (name: string, rate: number, maskShape?: (x: readonly Dim[]) => Dim[]) => (x: Value) => {
    if (rate === 0) return x;
    const shape = maskShape?.(x.shape) ?? x.shape;
    const mask = { name: `mask/${masks.length}/${name}`, shape, rate };
    masks.push(mask);
    const value = input(mask.name, 'float32', mask.shape);
    maskInputs.push(value);
    return ops.mul(x, value);
  };

  const parameters = inputWeights(trainedShapes(objective));
  const weights = withDroppedEmbeddings(parameters, config, dropoutAt('embedding', dropout.embedding));
  const batch = batchInputs(head);
  const states = ops.flattenRows(
    describe(config).hidden({
      ids: batch.ids,
      positions: ops.positionsAlong(batch.ids, 1),
      weights,
      config,
      attention: attentionWithDropout(dropoutAt('attention', dropout.attention)),
      pickRows: (x) => x,
      dropout: dropoutAt('residual', dropout.residual),
    }),
  ); // [B*T, C]

  const outputs: Record<string, Value> = {};
  let loss: Value | undefined;
  if (lmCoef !== 0) {
    const wteT = ops.transpose(weights.get(outputProjectionName(config)), [1, 0]);
    const parts = batch.lmParts.map(({ rows, targets, weights: shares }) =>
      languageModelLoss(ops.gather(states, rows), targets, shares, wteT),
    );
    outputs.lm_loss = parts.reduce(ops.add);
    loss = ops.mul(outputs.lm_loss, constant.float32(lmCoef));
  }
  if (head) {
    // The options of a choice lose the same channels, as in the GPT-1 release: no mask makes one of them more likely.
    const shared = head.kind === 'choice' ? ([E, , C]: readonly Dim[]) => [E!, 1, C!] : undefined;
    const drop = dropoutAt('classifier', dropout.classifier, shared);
    const logits = classLogits(ops.gather(states, batch.classRows), head, weights, drop);
    outputs.class_loss =
      batch.classWeights === undefined
        ? classificationLoss(logits, batch.classTargets)
        : squaredErrorLoss(logits, batch.classTargets, batch.classWeights);
    loss = loss ? ops.add(outputs.class_loss, loss) : outputs.class_loss;
  }
  if (loss === undefined)
    throw new RangeError('neither a head nor a language-model loss: nothing to train on');
  const names = [...trainedShapes(objective).keys()];
  const found = gradients(loss, names.map(parameters.get));
  for (const [i, name] of names.entries()) outputs[gradientName(name)] = found[i]!;
  return { inputs: [...names.map(parameters.get), ...allInputs(batch), ...maskInputs], outputs, masks };
}

/**
 * What the model says without dropout, from the same inputs as far as they are needed: `log_probs` [S] of the targets, natural
 * logarithms, and with a head `logits` [E, K].
 */
export function evaluationGraph(network: Network): Graph {
  const { config, head } = network;
  const weights = inputWeights(trainedShapes(network));
  const batch = batchInputs(head);
  const states = ops.flattenRows(
    describe(config).hidden({
      ids: batch.ids,
      positions: ops.positionsAlong(batch.ids, 1),
      weights,
      config,
      attention: fusedAttention,
      pickRows: (x) => x,
    }),
  );
  const parts = batch.lmParts.map(({ rows, targets }) =>
    scoreHead({ hidden: ops.gather(states, rows), targets, weights, config }),
  );
  const outputs: Record<string, Value> = {
    log_probs: ops.concat(
      parts.map(({ logProbs }) => logProbs),
      0,
    ),
  };
  if (head) outputs.logits = classLogits(ops.gather(states, batch.classRows), head, weights, (x) => x);
  const names = [...trainedShapes(network).keys()];
  return { inputs: [...names.map(weights.get), ...allInputs(batch)], outputs };
}

/**
 * Only `logits` [E, K] of a model with a head, without dropout: no output projection, and after the last attention only the
 * extract tokens go on.
 */
export function classificationGraph(network: Network & { head: ClassHead }): Graph {
  const { config, head } = network;
  const weights = inputWeights(trainedShapes(network));
  const { ids, classRows } = batchInputs(head);
  const states = describe(config).hidden({
    ids,
    positions: ops.positionsAlong(ids, 1),
    weights,
    config,
    attention: fusedAttention,
    pickRows: (x) => ops.gather(ops.flattenRows(x), classRows), // [E, N, C]
  });
  const logits = classLogits(states, head, weights, (x) => x);
  return {
    inputs: [...[...trainedShapes(network).keys()].map(weights.get), ids, classRows],
    outputs: { logits },
  };
}

function batchInputs(head: ClassHead | undefined) {
  const [N, K] = head ? [sequencesPerExample(head), head.classes] : [1, 1];
  return {
    ids: input('ids', 'int64', ['B', 'T']),
    lmParts: Array.from({ length: LM_PARTS }, (_, part) => ({
      rows: input(`lm_rows/${part}`, 'int64', [`S${part}`]),
      targets: input(`lm_targets/${part}`, 'int64', [`S${part}`]),
      weights: input(`lm_weights/${part}`, 'float32', [`S${part}`]),
    })),
    classRows: input('class_rows', 'int64', ['E', N]),
    classTargets: input('class_targets', 'float32', ['E', K]),
    ...(head && isRegression(head) && { classWeights: input('class_weights', 'float32', ['E', 1]) }),
  };
}

function allInputs({ lmParts, ...others }: ReturnType<typeof batchInputs>): Value[] {
  return [...Object.values(others), ...lmParts.flatMap((part) => Object.values(part))];
}

function inputWeights(shapes: ReadonlyMap<string, number[]>): Weights {
  const values = new Map([...shapes].map(([name, shape]) => [name, input(name, 'float32', shape)]));
  const get = (name: string) => {
    const value = values.get(name);
    if (value === undefined) throw new Error(`there is no parameter ${name}`);
    return value;
  };
  return { get, rows: (name, start, end) => ops.slice(get(name), 0, start, end) };
}

/** The same weights, with dropout on the embeddings: once for all uses. */
function withDroppedEmbeddings(weights: Weights, config: ModelConfig, dropout: (x: Value) => Value): Weights {
  const dropped = new Map(
    embeddingNames(config.architecture).map((name) => [name!, dropout(weights.get(name!))]),
  );
  const get = (name: string) => dropped.get(name) ?? weights.get(name);
  return { get, rows: (name, start, end) => ops.slice(get(name), 0, start, end) };
}
