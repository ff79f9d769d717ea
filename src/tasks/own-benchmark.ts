/**
 * A benchmark of one's own: a JavaScript file whose default export declares it (docs/adding-a-task.md). It is run with the rights of
 * the user, so only a file that was named on the command line is ever loaded, never one that came with a model or with data.
 */
import { spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Dataset } from '../datasets/dataset.js';
import { type Field, type Fields, integer, text, texts, word } from '../datasets/formats/fields.js';
import { readRows } from '../datasets/formats/rows.js';
import { UserError } from '../errors.js';
import { sha256Of } from '../files/sha256.js';
import { unreadable } from '../files/unreadable.js';
import { benchmarkKit } from './benchmark-kit.js';
import { checkDeclaration, type OwnDeclaration } from './own-declaration.js';
import { guarded } from './own-functions.js';
import type { AnyTask, TaskDefinition } from './task.js';

/** Whether a name on the command line is a file with a benchmark rather than the name of one. */
export const isBenchmarkFile = (name: string): boolean => /\.m?js$/.test(name);

/** Whether a task of that name came from a benchmark file: it is followed by the file's hash. */
export const isOwnBenchmark = (name: string): boolean => name.includes('@');

/** What a field of a row may be, and how it is read. */
const fieldKinds: Readonly<Record<string, (name: string) => Field<unknown>>> = {
  text,
  word,
  integer,
  texts,
};

/**
 * The benchmark in a file. Its name is followed by the first eight digits of the file's sha256, so that no result of one version
 * stands for another, nor for a benchmark of the papers. Throws UserError naming the file, and key or line, for what it lacks.
 */
export async function loadOwnBenchmark(file: string): Promise<TaskDefinition> {
  const source = await readFile(file).catch((cause: unknown) => {
    throw unreadable(file, cause);
  });
  const declaration = checkDeclaration(await exportOf(file, source), file, Object.keys(fieldKinds));
  const version = sha256Of(source).slice(0, 8);
  const task = taskOf(declaration, file, version);
  const { asks = '', scores = '' } = declaration;
  return { name: task.name, options: [], page: { asks, scores }, create: () => task };
}

function taskOf(declaration: OwnDeclaration, file: string, version: string): AnyTask {
  const { name, title, kind, windows, stop, maxTokens, sampling, deviations = [] } = declaration;
  return {
    name: `${name}@${version}`,
    title,
    kind,
    version: 1,
    dataset: datasetOf(declaration, file),
    deviations: [...deviations, `The benchmark is declared in ${path.basename(file)}, by whoever ran it.`],
    ...guarded(declaration, file),
    ...(kind === 'rolling' && { windows: windows ?? { scheme: 'disjoint' } }),
    ...(kind === 'generate' && { stop, maxTokens, sampling: sampling ?? { method: 'greedy' } }),
  } as unknown as AnyTask;
}

function datasetOf({ name, data, fields }: OwnDeclaration, file: string): Dataset<unknown> {
  const wanted: Fields = Object.fromEntries(
    Object.entries(fields).map(([key, kind]) => [key, fieldKinds[kind]!(key)]),
  );
  return {
    name,
    folder: name,
    files: [path.basename(data)],
    home: path.resolve(path.dirname(file), data),
    sample: [],
    source: file,
    licence: 'that of the data',
    async read(files) {
      const rows = await Promise.all(files.map((one) => readRows(one, wanted)));
      return rows.flat().map(({ values }) => values);
    },
  };
}

/**
 * The default export of a module, run from exactly the bytes whose hash its name carries: from a data: URL, in which imports of other
 * files fail, as these would not be part of the hash.
 */
async function exportOf(file: string, source: Buffer): Promise<unknown> {
  const url = `data:text/javascript;base64,${source.toString('base64')}`;
  let module: { default?: unknown };
  try {
    module = (await import(url)) as { default?: unknown };
  } catch (cause) {
    throw cannotLoad(file, cause, cause instanceof SyntaxError ? lineOfSyntaxError(source) : undefined);
  }
  if (typeof module.default !== 'function') return module.default;
  try {
    return await module.default(benchmarkKit);
  } catch (cause) {
    throw cannotLoad(file, cause);
  }
}

/** An import says what is wrong and not where; `node --check` does. */
function lineOfSyntaxError(source: Buffer): string | undefined {
  const { stderr } = spawnSync(process.execPath, ['--input-type=module', '--check', '-'], {
    input: source,
    encoding: 'latin1',
  });
  return /^\[stdin\]:(\d+)$/m.exec(stderr)?.[1];
}

function cannotLoad(file: string, cause: unknown, syntaxLine?: string): UserError {
  const { name, message, stack = '' } = cause instanceof Error ? cause : new Error(String(cause));
  const line = syntaxLine ?? /data:[^\s)]*?:(\d+)(?::\d+)?\)?$/m.exec(stack)?.[1];
  const isImport = /^(Invalid relative URL|Failed to resolve module specifier)|ERR_UNSUPPORTED_RESOLVE/.test(
    `${message} ${(cause as NodeJS.ErrnoException).code ?? ''}`,
  );
  const place = line === undefined ? file : `${file}, line ${line}`;
  const shown = message.replaceAll(/data:text\/javascript;base64,\S*/g, path.basename(file));
  return new UserError(
    `${place}: ${isImport ? 'it imports another file or package.' : `${name}: ${shown}`}`,
    {
      hint: isImport
        ? 'Write all of the benchmark into one file: its hash stands for it in results. The default export may be a function, which is given metrics to work with.'
        : 'docs/adding-a-task.md shows what the file must be.',
      cause,
    },
  );
}
