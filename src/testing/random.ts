/** Uniform numbers in [0, 1) that are the same in every run of a test (mulberry32). */
export function seededUniform(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Another seed in every run, or that of GPT_TEST_SEED, which does the same again. */
export const drawnSeed = Number(process.env.GPT_TEST_SEED ?? Date.now() % 2 ** 31);

/** Ends the name of a test that draws from `seededUniform(drawnSeed)`, so that a failure says how to repeat it. */
export const namedSeed = ` (GPT_TEST_SEED=${drawnSeed})`;
