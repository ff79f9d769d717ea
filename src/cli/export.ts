import path from 'node:path';
import { openCheckpoint } from '../checkpoints/open.js';
import { resolveCheckpoint } from '../checkpoints/resolve.js';
import { verifiedFolder, verifyWeights } from '../checkpoints/verify.js';
import { exportOnnx } from '../export/onnx-export.js';
import { formatBytes } from '../format.js';
import { inDtype, notRounded } from '../runtime/in-dtype.js';
import type { ExportOptions } from './commands/export.js';
import type { CommandContext } from './context.js';
import { downloadReporter } from './progress.js';

/**
 * `gpt export <model> --output DIR`: writes a model as ONNX for other programs. Its weights are read once before, so that
 * nothing damaged is passed on. stdout gets the paths of the files, one a line.
 */
export async function runExport(
  model: string,
  options: ExportOptions,
  context: CommandContext,
): Promise<void> {
  const { line, output, signal, env } = context;
  const { dtype } = options;
  const resolved = await resolveCheckpoint(model, {
    signal,
    env,
    onProgress: downloadReporter(line),
  });
  let checkpoint = await openCheckpoint(resolved.location, { nHead: options.heads });
  for (const warning of checkpoint.warnings ?? []) line.note(warning);
  const show = (what: string) => (doneBytes: number, totalBytes: number) =>
    line.update(`${what} ${model}  ${formatBytes(doneBytes)} of ${formatBytes(totalBytes)}`);
  if (checkpoint.kind === 'weights') {
    const checking = show('checking');
    const { sha256 } = await verifyWeights(checkpoint, {
      cacheFolder: verifiedFolder(env),
      signal,
      onProgress: ({ doneBytes, totalBytes }) => checking(doneBytes, totalBytes),
    });
    checkpoint = await inDtype(checkpoint, dtype, { sha256, env, signal });
  } else if (dtype !== 'fp32') throw notRounded(dtype);
  const exported = await exportOnnx(checkpoint, options.output, {
    force: options.force,
    signal,
    onProgress: show('exporting'),
  });
  line.clear();
  for (const note of exported.notes) line.note(note);
  if (options.json) {
    output.out(
      `${JSON.stringify({ model: resolved.name, commit: resolved.commit, ...exported }, null, 2)}\n`,
    );
    return;
  }
  for (const name of exported.files) output.out(`${path.join(exported.folder, name)}\n`);
  line.note(`${resolved.name}: ${exported.files.length} files, ${formatBytes(exported.sizeBytes)}.`);
}
