#!/usr/bin/env node
import { existsSync } from 'node:fs';

const main = new URL('../dist/cli/main.js', import.meta.url);
if (existsSync(main)) {
  const { runMain } = await import(main.href);
  await runMain(process.argv);
} else {
  process.stderr.write('gpt is not built yet. Run "npm run build" in the project folder first.\n');
  process.exitCode = 1;
}
