import type { Operation, Subgraph, Value } from './value.js';

/** Operations that the outputs need, each after the operations it depends on. Iterative: a deep model must not overflow the stack. */
export function sortOperations(outputs: readonly Value[]): Operation[] {
  const sorted: Operation[] = [];
  const state = new Map<Operation, 'open' | 'done'>();
  const stack = outputs.toReversed().flatMap(producer);
  while (stack.length > 0) {
    const current = stack.at(-1)!;
    if (state.has(current)) {
      stack.pop();
      if (state.get(current) === 'open') {
        state.set(current, 'done');
        sorted.push(current);
      }
      continue;
    }
    state.set(current, 'open');
    for (const operand of operandsOf(current).toReversed()) {
      if (operand !== undefined) stack.push(...producer(operand).filter((needed) => !state.has(needed)));
    }
  }
  return sorted;
}

/** What must be there before an operation runs: its inputs, and what its subgraphs see of the graph around them. */
export function operandsOf({ inputs, attributes }: Operation): readonly (Value | undefined)[] {
  const seen = subgraphsOf(attributes).flatMap(({ captured }) => captured.map(({ outside }) => outside));
  return seen.length === 0 ? inputs : [...inputs, ...seen];
}

function subgraphsOf(attributes: Operation['attributes']): Subgraph[] {
  return Object.values(attributes).flatMap((value) =>
    typeof value === 'object' && 'graph' in value ? [value.graph] : [],
  );
}

function producer(value: Value): Operation[] {
  return value.origin.kind === 'operation' ? [value.origin.operation] : [];
}
