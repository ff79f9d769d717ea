/** What a session is given: the tensors of a pass, and dropout masks. */
import type { TrainingPass } from './batch.js';
import { maskFiller } from './dropout.js';
import { floatTensor, int64Tensor, type TrainingSession } from './session.js';
import { LM_PARTS, type Mask, type Network } from './training-graph.js';

/** The inputs of a pass that are not parameters. The graph may not need all of them. */
export function passFeeds(pass: TrainingPass, { head }: Network) {
  const S = pass.lmRows.length;
  const lmParts = Array.from({ length: LM_PARTS }, (_, part) => {
    const [from, to] = [part, part + 1].map((bound) => Math.floor((S * bound) / LM_PARTS)) as [
      number,
      number,
    ];
    return [
      [`lm_rows/${part}`, int64Tensor(pass.lmRows.subarray(from, to), [to - from])],
      [`lm_targets/${part}`, int64Tensor(pass.lmTargets.subarray(from, to), [to - from])],
      [`lm_weights/${part}`, floatTensor(pass.lmWeights.subarray(from, to), [to - from])],
    ] as const;
  }).flat();
  const E = pass.members.length;
  return {
    ids: int64Tensor(pass.ids, pass.shape),
    ...Object.fromEntries(lmParts),
    ...(head && {
      class_rows: int64Tensor(pass.classRows, [E, pass.classRows.length / E]),
      class_targets: floatTensor(pass.classTargets, [E, head.classes]),
      class_weights: floatTensor(pass.classWeights, [E, 1]),
    }),
  };
}

/** Tensors by input name. */
export type Feeds = Parameters<TrainingSession['run']>[0];

/** Those of the feeds that the session takes: it refuses others. */
export function needed(
  session: { readonly inputNames: readonly string[] },
  feeds: readonly (readonly [string, Feeds[string]])[],
): Feeds {
  const wanted = new Set(session.inputNames);
  return Object.fromEntries(feeds.filter(([name]) => wanted.has(name)));
}

/** Makes the masks of a pass, in buffers that are kept from pass to pass: a fresh one costs more than its numbers. */
export function maskPool(masks: readonly Mask[]) {
  const buffers = new Map<string, Float32Array>();
  const fillers = new Map(masks.map(({ rate }) => [rate, maskFiller(rate)]));
  return ({ shape: [B, T], members }: TrainingPass, random: () => number) => {
    const sizes: Record<string, number> = { B, T, E: members.length };
    return Object.fromEntries(
      masks.map(({ name, shape, rate }) => {
        const dims = shape.map((dim) => (typeof dim === 'number' ? dim : sizes[dim]!));
        const length = dims.reduce((product, size) => product * size, 1);
        let buffer = buffers.get(name);
        if (buffer === undefined || buffer.length < length) {
          buffer = new Float32Array(length);
          buffers.set(name, buffer);
        }
        const numbers = buffer.subarray(0, length);
        fillers.get(rate)!(numbers, random);
        return [name, floatTensor(numbers, dims)];
      }),
    );
  };
}
