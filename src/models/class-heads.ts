/**
 * The heads that fine-tuning puts on a model. GPT-1 paper §3.2, §3.3 and Figure 1. Every one is a linear layer on the
 * last state of the extract token. Letters: E examples, C channels, K classes or options.
 */
import { sumOver } from '../graph/gradient-ops.js';
import * as ops from '../graph/ops.js';
import { place, type Value } from '../graph/value.js';
import type { Weights } from './weights.js';

/**
 * What is decided about an example.
 *
 * | kind           | sequences of an example | its logits                                                      |
 * |----------------|-------------------------|-----------------------------------------------------------------|
 * | classification | 1                       | linear layer to the classes                                     |
 * | similarity     | 2, both orders          | states added, then a linear layer to the classes                |
 * | choice         | 1 for each option       | linear layer to one number for each option, soft-max over these |
 */
export interface ClassHead {
  kind: 'classification' | 'similarity' | 'choice';
  /** K: classes, or options of a choice. One class: its logit is a number that is predicted, as in STS-B's regression. */
  classes: number;
}

/** Whether a head predicts a number: there is nothing to choose from. */
export function isRegression({ kind, classes }: ClassHead): boolean {
  return kind !== 'choice' && classes === 1;
}

/** Names of the head's parameters: weight [C, classes], or [C, 1] for a choice, and bias. */
export const classHeadNames = { weight: 'clf.weight', bias: 'clf.bias' } as const;

/** How many sequences an example has. */
export function sequencesPerExample({ kind, classes }: ClassHead): number {
  return kind === 'classification' ? 1 : kind === 'similarity' ? 2 : classes;
}

/** Names and shapes of the head's parameters. */
export function classHeadShapes(head: ClassHead, nEmbd: number): Map<string, number[]> {
  const width = head.kind === 'choice' ? 1 : head.classes;
  return new Map([
    [classHeadNames.weight, [nEmbd, width]],
    [classHeadNames.bias, [width]],
  ]);
}

/**
 * Logits [E, K] from the states of the extract tokens [E, sequencesPerExample, C]. `dropout` is applied to what enters the
 * linear layer: [E, C], or [E, K, C] for a choice.
 */
export function classLogits(
  states: Value,
  head: ClassHead,
  weights: Weights,
  dropout: (states: Value) => Value,
): Value {
  return place('clf', () => {
    const [E] = states.shape;
    const features = head.kind === 'choice' ? states : sumOver(states, [1]);
    const weight = weights.get(classHeadNames.weight);
    const logits = ops.add(ops.matmul(dropout(features), weight), weights.get(classHeadNames.bias));
    return head.kind === 'choice' ? ops.reshape(logits, [E!, head.classes]) : logits;
  });
}
