import { link, rm } from 'node:fs/promises';
import path from 'node:path';
import type { OnnxGraphFile } from '../checkpoints/checkpoint.js';
import { UserError } from '../errors.js';
import { makeFolder } from '../files/folder.js';
import { sha256Of } from '../files/sha256.js';

/**
 * Path of an ONNX model beside which its external data lies under the names that the graph uses: what ONNX Runtime
 * wants. In the hub's cache it does not, for there every file is called after its hash; then all of them get their names in a
 * folder below `linkFolder`, as hard links, since ONNX Runtime follows no symbolic link out of the model's folder.
 * Throws UserError where the file systems differ and no such link can be made.
 */
export async function onnxModelPath(
  { file, externalData = [] }: Pick<OnnxGraphFile, 'file' | 'externalData'>,
  linkFolder: string,
): Promise<string> {
  const folder = path.dirname(file);
  if (externalData.every((data) => path.join(folder, data.location) === data.file)) return file;
  const name = sha256Of(JSON.stringify([file, externalData])).slice(0, 16);
  const linked = path.join(linkFolder, name);
  const model = path.join(linked, 'model.onnx');
  try {
    await rm(linked, { recursive: true, force: true });
    await makeFolder(linked);
    await link(file, model);
    for (const data of externalData) {
      const target = path.join(linked, data.location);
      await makeFolder(path.dirname(target));
      await link(data.file, target);
    }
  } catch (cause) {
    throw new UserError(`Cannot link the files of ${file} into ${linked}: ${(cause as Error).message}`, {
      hint: 'Set GPT_CACHE to a folder on the disk that holds the model, or copy the model into a folder of its own.',
      cause,
    });
  }
  return model;
}
