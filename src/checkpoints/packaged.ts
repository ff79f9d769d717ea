import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder that comes with the package; from src/ and from dist/ it is equally far. */
const modelsFolder = fileURLToPath(new URL('../../models/', import.meta.url));

/** The models that come with the package: their folders by name. */
export function packagedModels(): ReadonlyMap<string, string> {
  if (!existsSync(modelsFolder)) return new Map();
  const names = readdirSync(modelsFolder).filter((name) =>
    existsSync(path.join(modelsFolder, name, 'model.safetensors')),
  );
  return new Map(names.sort().map((name) => [name, path.join(modelsFolder, name)]));
}
