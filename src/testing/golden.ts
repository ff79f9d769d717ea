import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { brotliDecompressSync } from 'node:zlib';
import { extract } from 'tar-stream';

const archive = readFileSync(fileURLToPath(new URL('golden/reference.tar.br', import.meta.url)));
const cache = fileURLToPath(new URL('../../node_modules/.cache/', import.meta.url));
const digest = createHash('sha256').update(archive).digest('hex').slice(0, 16);

/** Folder of the reference checkpoints and golden files, as golden/README.md lists them, once `setup` has run. */
export const goldenFolder = path.join(cache, `golden-${digest}`);

/**
 * Unpacks the golden files, which are kept in one archive because they repeat each other's weights. Vitest calls it
 * before the first test; a folder that is whole is kept. Throws what the file system throws.
 */
export async function setup(): Promise<void> {
  if (existsSync(goldenFolder)) return;
  mkdirSync(cache, { recursive: true });
  const unfinished = mkdtempSync(path.join(cache, 'golden-'));
  const tar = extract();
  const fed = pipeline([brotliDecompressSync(archive)], tar);
  for await (const entry of tar) {
    const target = path.join(unfinished, entry.header.name);
    if (entry.header.type === 'directory') {
      mkdirSync(target, { recursive: true });
      entry.resume();
    } else await writeFile(target, entry as AsyncIterable<Uint8Array>);
  }
  await fed;
  try {
    renameSync(unfinished, goldenFolder);
  } catch (error) {
    // Another run of the tests was first.
    rmSync(unfinished, { recursive: true });
    if (!existsSync(goldenFolder)) throw error;
  }
}
