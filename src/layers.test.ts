import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

/** From top to bottom, one folder a level: a file may import from its own folder or from below (docs/architecture.md). */
const levels = [
  ...['cli', 'bench', 'compare', 'verification', 'reports', 'overlap', 'pretraining', 'finetuning', 'export'],
  ...['training', 'evaluation', 'runs', 'tasks', 'runtime', 'results', 'metrics', 'datasets'],
  ...['checkpoints', 'tokenizers', 'models', 'hub', 'graph', 'random', 'files'],
];

const src = fileURLToPath(new URL('.', import.meta.url));
const folderOf = (file: string) => file.split(path.sep)[0]!;

/** Files of this project that a file imports, types included: a type is knowledge too. */
function importsOf(file: string): string[] {
  const text = readFileSync(path.join(src, file), 'utf8');
  const statements = text.matchAll(/^(?:import|export)[^;]*?from '(\.[^']+)'|import\('(\.[^']+)'\)/gm);
  return Array.from(statements, (match) =>
    path.join(path.dirname(file), match[1] ?? match[2]!).replace(/\.js$/, '.ts'),
  );
}

const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter(
  (file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && !file.startsWith('testing'),
);
const imports = new Map(files.map((file) => [file, importsOf(file)]));
const inFolders = files.filter((file) => file.includes(path.sep));

test('imports go one way: a folder never needs one above it', () => {
  const upward = files.flatMap((file) =>
    imports
      .get(file)!
      .filter((imported) => imported.includes(path.sep))
      .filter(
        (imported) =>
          !file.includes(path.sep) || levels.indexOf(folderOf(imported)) < levels.indexOf(folderOf(file)),
      )
      .map((imported) => `${file} imports ${imported}`),
  );
  expect(upward).toEqual([]);
});

test('every folder has its level, and every level its folder', () => {
  expect([...new Set(inFolders.map(folderOf))].sort()).toEqual([...levels].sort());
});

test('no file needs itself by way of others', () => {
  const circles: string[] = [];
  const state = new Map<string, 'open' | 'done'>();
  const visit = (file: string, way: readonly string[]) => {
    if (state.get(file) === 'open') circles.push([...way.slice(way.indexOf(file)), file].join(' → '));
    if (state.has(file)) return;
    state.set(file, 'open');
    for (const imported of imports.get(file) ?? []) visit(imported, [...way, file]);
    state.set(file, 'done');
  };
  for (const file of files) visit(file, []);
  expect(circles).toEqual([]);
});

test('only hub/ touches the network, only cli/ prints and exits, only runtime/ and training/ use ONNX Runtime', () => {
  const uses = (pattern: RegExp, allowed: string[]) =>
    inFolders.filter(
      (file) => !allowed.includes(folderOf(file)) && pattern.test(readFileSync(path.join(src, file), 'utf8')),
    );
  expect(uses(/\bfetch\(|from 'undici'|from 'node:https?'/, ['hub', 'datasets'])).toEqual([]);
  expect(uses(/\bprocess\.(exit\b|exitCode|stdout|stderr)|console\./, ['cli'])).toEqual([]);
  expect(uses(/'onnxruntime-node'/, ['runtime', 'training'])).toEqual([]);
});
