import { defineConfig } from 'vitest/config';

/** Tests of the repository itself: its layers, its documents, what is packed. `npm run lint` runs them. */
const repository = [
  'src/layers.test.ts',
  'src/cli/{documents,shown-commands,screencast,package}.test.ts',
  'src/files/one-decoder.test.ts',
  'src/testing/reference.test.ts',
];
/** Runs that are killed again and again, whole sweeps, long published files, commands that train or start often: `npm run test:slow`. */
const slow = ['src/**/*.slow.test.ts'];

export default defineConfig({
  test: {
    globalSetup: 'src/testing/golden.ts',
    // ONNX Runtime needs the real realm of the process, which vmThreads would replace.
    pool: 'forks',
    testTimeout: 60_000,
    hookTimeout: 60_000,
    projects: [
      {
        extends: true,
        test: { name: 'fast', include: ['src/**/*.test.ts'], exclude: [...slow, ...repository] },
      },
      { extends: true, test: { name: 'slow', include: slow } },
      { extends: true, test: { name: 'repository', include: repository } },
    ],
  },
});
