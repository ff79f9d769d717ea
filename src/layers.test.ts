import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

/** Folders from top to bottom: a file may import from its own level or below (docs/architecture.md). */
const levels = [
  ['cli'],
  [
    'tasks',
    'evaluation',
    'finetuning',
    'pretraining',
    'training',
    'reports',
    'bench',
    'export',
    'overlap',
    'compare',
    'verification',
  ],
  ['runtime', 'datasets', 'metrics'],
  ['models', 'checkpoints', 'tokenizers'],
  ['graph', 'hub'],
  ['files'],
];

const src = fileURLToPath(new URL('.', import.meta.url));
const levelOf = (folder: string) => levels.findIndex((level) => level.includes(folder));

/** Imports that exist when the program runs: types are erased and bind nothing. */
function importsOf(file: string): string[] {
  const text = readFileSync(path.join(src, file), 'utf8');
  const statements = text.matchAll(
    /^(?:import|export)(?! type\b)[^;]*?from '(\.[^']+)'|import\('(\.[^']+)'\)/gm,
  );
  return Array.from(statements, (match) => path.join(path.dirname(file), match[1] ?? match[2]!));
}

const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter(
  (file) =>
    file.endsWith('.ts') &&
    !file.endsWith('.test.ts') &&
    !file.startsWith('testing') &&
    file.includes(path.sep),
);

test('imports go one way: a folder never needs one above it', () => {
  const upward = files.flatMap((file) => {
    const level = levelOf(file.split(path.sep)[0]!);
    return importsOf(file)
      .filter((imported) => imported.includes(path.sep) && levelOf(imported.split(path.sep)[0]!) < level)
      .map((imported) => `${file} imports ${imported}`);
  });
  expect(upward).toEqual([]);
});

test('every folder has its level', () => {
  const folders = new Set(files.map((file) => file.split(path.sep)[0]!));
  expect([...folders].filter((folder) => levelOf(folder) < 0)).toEqual([]);
});

test('only hub/ touches the network, only cli/ prints and exits, only runtime/ and training/ use ONNX Runtime', () => {
  const uses = (pattern: RegExp, allowed: string[]) =>
    files.filter(
      (file) =>
        !allowed.includes(file.split(path.sep)[0]!) &&
        pattern.test(readFileSync(path.join(src, file), 'utf8')),
    );
  expect(uses(/\bfetch\(|from 'undici'|from 'node:https?'/, ['hub', 'datasets'])).toEqual([]);
  expect(uses(/\bprocess\.(exit\b|exitCode|stdout|stderr)|console\./, ['cli'])).toEqual([]);
  expect(uses(/'onnxruntime-node'/, ['runtime', 'training'])).toEqual([]);
});
