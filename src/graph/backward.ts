/** Reverse-mode differentiation: from a loss back to the tensors that it depends on. */

import { type Contribution, sumContributions } from './contribution.js';
import { gradientRules, type ResultGradient } from './gradients.js';
import { sortOperations } from './sort.js';
import { constant, type Operation, place, showShape, type Value } from './value.js';

/**
 * ∂loss/∂w for every wanted w, each in the shape of w. The loss is a single number (shape []). Only operations between
 * a wanted tensor and the loss are visited; what is built beside the path is never written (`sortOperations`).
 *
 * Throws TypeError, naming it, on an operation on the path that has no rule, and on a w that the loss does not depend on.
 */
export function gradients(loss: Value, wanted: readonly Value[]): Value[] {
  if (loss.shape.length > 0) throw new TypeError(`a loss is one number, not ${showShape(loss.shape)}`);
  const operations = sortOperations([loss]);
  const onPath = valuesOnPath(operations, wanted);
  const contributions = new Map<Value, Contribution[]>([
    [loss, [{ kind: 'dense', value: constant.float32(1) }]],
  ]);
  const sums = new Map<Value, Value>();
  const sumOf = (value: Value): Value => {
    const known = sums.get(value);
    if (known !== undefined) return known;
    const sum = sumContributions(value, contributions.get(value)!);
    sums.set(value, sum);
    return sum;
  };
  const contribute = (value: Value, more: readonly Contribution[]) => {
    if (onPath.has(value)) contributions.set(value, [...(contributions.get(value) ?? []), ...more]);
  };

  for (const operation of operations.toReversed()) {
    const result = operation.outputs[0]!;
    // Results that only the other outputs of an operation lead to cannot occur: one output has rules.
    if (!onPath.has(result) || !contributions.has(result)) continue;
    place(`gradient/${operation.place}`, () => {
      const given = ruleFor(operation)(resultGradient(result, contributions, sumOf), operation);
      if (given.length !== operation.inputs.length) {
        throw new TypeError(
          `the rule of ${operation.type} gives ${given.length} gradients for ${operation.inputs.length} operands`,
        );
      }
      operation.inputs.forEach((operand, i) => {
        if (operand !== undefined) contribute(operand, asContributions(given[i]));
      });
    });
  }
  return wanted.map((value) => {
    if (contributions.has(value)) return place('gradient', () => sumOf(value));
    const name = value.origin.kind === 'operation' ? value.origin.operation.type : value.origin.name;
    throw new TypeError(`the loss does not depend on ${name} ${showShape(value.shape)}`);
  });
}

/** Values that depend on a wanted one, and those themselves. */
function valuesOnPath(operations: readonly Operation[], wanted: readonly Value[]): Set<Value> {
  const onPath = new Set(wanted);
  for (const { inputs, outputs } of operations) {
    if (inputs.some((operand) => operand !== undefined && onPath.has(operand))) {
      for (const output of outputs) if (output.dtype.includes('float')) onPath.add(output);
    }
  }
  return onPath;
}

function ruleFor({ type, domain, place }: Operation) {
  const rule = domain === '' ? gradientRules[type] : undefined;
  if (rule !== undefined) return rule;
  const name = domain === '' ? type : `${domain}.${type}`;
  const advice = type === 'Attention' ? ': build what is trained with plainAttention' : '';
  throw new TypeError(`${name} at ${place} has no gradient rule${advice}`);
}

function resultGradient(
  result: Value,
  contributions: ReadonlyMap<Value, readonly Contribution[]>,
  sumOf: (value: Value) => Value,
): ResultGradient {
  return {
    dense: () => sumOf(result),
    elements() {
      const [first, ...others] = contributions.get(result)!;
      return first?.kind === 'elements' && others.length === 0 ? first : undefined;
    },
  };
}

function asContributions(
  contribution: Value | Contribution | readonly Contribution[] | undefined,
): readonly Contribution[] {
  if (contribution === undefined) return [];
  if (Array.isArray(contribution)) return contribution;
  const single = contribution as Value | Contribution;
  return 'kind' in single ? [single] : [{ kind: 'dense', value: single }];
}
