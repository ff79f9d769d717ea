import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { cpus } from 'node:os';
import type { Result } from '../results/result.js';
import { resolveThreads } from '../runtime/threads.js';

const packageFile = new URL('../../package.json', import.meta.url);

/** Version of this tool, from its package.json. */
export function toolVersion(): string {
  return (JSON.parse(readFileSync(packageFile, 'utf8')) as { version: string }).version;
}

/** Machine and versions, as results record them. `threads` 0 means one per core. */
export function describeEnvironment(threads: number): Result['environment'] {
  const ort = createRequire(import.meta.url)('onnxruntime-node/package.json') as { version: string };
  return {
    gpt: toolVersion(),
    node: process.version,
    onnxruntime: ort.version,
    platform: `${process.platform} ${process.arch}`,
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    threads: resolveThreads(threads),
  };
}
