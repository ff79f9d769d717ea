import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder that comes with the package; from src/ and from dist/ it is equally far. */
const modelsFolder = fileURLToPath(new URL('../../models/', import.meta.url));

/**
 * The models that come with the package: their folders by name. Those of the family of small models, which lie together in
 * `models/mini` under one tokenizer, are called `mini-…`: none of them is to be taken for a published one.
 */
export function packagedModels(): ReadonlyMap<string, string> {
  return new Map([...modelsIn(modelsFolder, ''), ...modelsIn(path.join(modelsFolder, 'mini'), 'mini-')]);
}

function modelsIn(folder: string, prefix: string): [name: string, folder: string][] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => existsSync(path.join(folder, name, 'model.safetensors')))
    .sort()
    .map((name) => [prefix + name, path.join(folder, name)]);
}
