import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';

const project = fileURLToPath(new URL('../../', import.meta.url));
const manifest = JSON.parse(readFileSync(path.join(project, 'package.json'), 'utf8')) as {
  dependencies: Record<string, string>;
  optionalDependencies: Record<string, string>;
};
const declared = { ...manifest.dependencies, ...manifest.optionalDependencies };

/** Files of a folder of the project, with `/`. */
const filesIn = (folder: string) =>
  readdirSync(path.join(project, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      path.relative(project, path.join(entry.parentPath, entry.name)).replaceAll(path.sep, '/'),
    );

describe('what npm packs', () => {
  let packed: { files: { path: string; size: number }[]; unpackedSize: number };
  beforeAll(async () => {
    // Only lists the files: nothing is written, run or fetched. On Windows npm is a script, which takes a shell.
    const { stdout } = await promisify(execFile)('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
      cwd: project,
      shell: process.platform === 'win32',
      maxBuffer: 16e6,
    });
    packed = Object.values(JSON.parse(stdout) as Record<string, typeof packed>)[0]!;
  });
  const paths = () => packed.files.map((file) => file.path);

  it('is the built tool, what it reads, and what says what it is', () => {
    expect(new Set(paths().map((file) => file.split('/')[0]!))).toEqual(
      new Set([
        ...['bin', 'dist', 'experiments', 'models', 'samples'],
        ...['package.json', 'README.md', 'LICENSE', 'CHANGELOG.md'],
      ]),
    );
    const needed = ['bin/gpt.js', 'dist/cli/main.js', 'dist/reports/page/browser.js'];
    expect(paths()).toEqual(
      expect.arrayContaining([...needed, 'dist/runtime/worker.js', 'dist/training/worker.js']),
    );
  });

  it('is not its sources, its tests or what tests are made of', () => {
    expect(paths().filter((file) => /\.(ts|map|tgz)$|\.test\.|\/testing\/|journals/.test(file))).toEqual([]);
    expect(paths().filter((file) => file.startsWith('dist/') && !file.endsWith('.js'))).toEqual([]);
  });

  // With it the package would be larger than it may be.
  const leftOut = 'models/mini/gpt1-tok/';

  it.each(['experiments', 'models', 'samples'])('is all of %s', (folder) => {
    const there = filesIn(folder).filter((file) => !file.startsWith(leftOut));
    expect(there.length).toBeGreaterThan(5);
    expect(paths()).toEqual(expect.arrayContaining(there));
    expect(paths().filter((file) => file.startsWith(leftOut))).toEqual([]);
  });

  it('takes less than 45 MB on the disk, nearly all of it the models that come with the tool', () => {
    expect(packed.unpackedSize).toBeLessThan(45e6);
  });
});

describe('the packages that the tool imports', () => {
  const sources = filesIn('src').filter(
    (file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && !file.startsWith('src/testing/'),
  );
  const imported = sources.flatMap((file) => {
    const text = readFileSync(path.join(project, file), 'utf8');
    const statements = text.matchAll(
      /(?:^(?:import|export)(?! type\b)[^;]*?from |import\()'((?:@[\w-]+\/)?[a-z][\w-]*(?![\w:-]))/gm,
    );
    return Array.from(statements, ([, name]) => name!);
  });

  it('are declared, so that none comes along by chance with another one', () => {
    expect([...new Set(imported)].sort()).toEqual(Object.keys(declared).sort());
  });

  it('have versions without a range, those of the lock file', () => {
    const lock = JSON.parse(readFileSync(path.join(project, 'package-lock.json'), 'utf8')) as {
      packages: Record<string, { version?: string }>;
    };
    for (const [name, wanted] of Object.entries(declared)) {
      const version = wanted.replace(/^npm:.*@/, '');
      expect(version, name).toMatch(/^\d+\.\d+\.\d+$/);
      expect(lock.packages[`node_modules/${name}`]?.version, name).toBe(version);
    }
  });
});
