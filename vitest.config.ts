import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts'],
    globalSetup: 'src/testing/golden.ts',
    // ONNX Runtime needs the real realm of the process, which vmThreads would replace.
    pool: 'forks',
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
