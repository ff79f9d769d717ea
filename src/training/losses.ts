/** The losses of fine-tuning, GPT-1 paper §3.2: L₂ + λ·L₁. Letters: S rows, C channels, V vocabulary, E examples, K classes. */
import { neg, sumOver } from '../graph/gradient-ops.js';
import * as ops from '../graph/ops.js';
import { place, type Value } from '../graph/value.js';

/**
 * −Σ weight · log p(target) over rows: hidden [S, C], targets int64 [S], weights [S], output projection wteT [C, V].
 * With weights that add up to 1 it is a mean; which mean is up to whoever makes the weights (batch.ts).
 *
 * The target is picked from the log-probabilities: with the rules of graph/gradients.ts its gradient is the soft-max with
 * one element of each row changed, without a one-hot tensor of S × V.
 */
export function languageModelLoss(hidden: Value, targets: Value, weights: Value, wteT: Value): Value {
  return place('lm_loss', () => {
    const logProbs = ops.logSoftmax(ops.matmul(hidden, wteT)); // [S, V]
    const picked = ops.gatherElements(logProbs, ops.unsqueeze(targets, 1)); // [S, 1]
    return neg(sumOver(ops.mul(picked, ops.unsqueeze(weights, 1)), [0, 1]));
  });
}

/**
 * −Σ targets · log softmax(logits): both [E, K]. A row of targets holds the probability of each class times the example's
 * share of the batch, so soft labels and means are nothing special.
 */
export function classificationLoss(logits: Value, targets: Value): Value {
  return place('class_loss', () => neg(sumOver(ops.mul(ops.logSoftmax(logits), targets), [0, 1])));
}

/**
 * Σ weight · (prediction − target)²: predictions and targets [E, 1], weights [E, 1]. Instead of the loss above where a number
 * is predicted; weights are the examples' shares of the batch.
 */
export function squaredErrorLoss(predictions: Value, targets: Value, weights: Value): Value {
  return place('class_loss', () => {
    const errors = ops.add(predictions, neg(targets));
    return sumOver(ops.mul(ops.mul(errors, errors), weights), [0, 1]);
  });
}
