import { readFileSync } from 'node:fs';
import { mkdtemp, readdir, rmdir, stat, statfs } from 'node:fs/promises';
import { freemem, totalmem } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { UserError } from '../errors.js';
import { formatBytes } from '../format.js';
import { cacheFolder, ownCacheFolder } from '../hub/cache.js';
import { type Environment, offlineVariable } from '../hub/settings.js';
import { wrapText } from '../reports/grid.js';
import { readResults } from '../results/results-folder.js';
import type { Device } from '../runtime/devices.js';
import { doctorVerdicts } from './doctor-verdicts.js';
import { describeEnvironment } from './environment.js';
import type { Output } from './output.js';
import { type CachedThing, freeCache, listFreeable } from './own-cache.js';
import { damagedHint } from './read-results.js';
import { listWorkingDevices } from './working-devices.js';

/** What `gpt doctor` looks at. */
export interface DoctorContext {
  /** Folder of results that other commands would use. */
  results: string;
  env: Environment;
  /** `v20.15.0`, from `process.version`. */
  nodeVersion: string;
  /** Where models run unless `--device` says otherwise. */
  defaultDevice?: Device | 'auto';
  /** The devices that work here; `listWorkingDevices` unless a test knows better. Rejects where it cannot be loaded. */
  devices?: () => Promise<Device[]>;
}

/** Something that is not as it should be, and what to do about it. */
interface Problem {
  /** Whether nothing works because of it. */
  fatal: boolean;
  problem: string;
  hint: string;
}

/** A folder that this tool writes to. */
interface FolderState {
  path: string;
  exists: boolean;
  writable: boolean;
  /** For this user; null where the system does not say. */
  freeBytes: number | null;
}

type Report = Awaited<ReturnType<typeof examine>>;

/**
 * `gpt doctor`: what this machine offers and which settings are in force, with what is wrong at the end. Returns the exit
 * code: 1 when the tool cannot work here at all, otherwise 0. With `free`, what can be computed again is deleted from the cache first.
 */
export async function runDoctor(
  { json, free = false }: { json: boolean; free?: boolean },
  output: Output,
  context: DoctorContext,
): Promise<0 | 1> {
  if (free) {
    const things = await listFreeable(ownCacheFolder(context.env));
    await freeCache(things);
    for (const thing of things) output.err(`Deleted: ${describeThing(thing)} in ${thing.folder}`);
    if (things.length === 0)
      output.err('There is nothing to free: the cache holds nothing that can be computed again.');
  }
  const report = await examine(context);
  output.out(json ? `${JSON.stringify(report, null, 2)}\n` : render(report, output.columns ?? 110));
  return report.problems.some(({ fatal }) => fatal) ? 1 : 0;
}

async function examine({ results, env, nodeVersion, ...context }: DoctorContext) {
  const { defaultDevice = 'cpu', devices = listWorkingDevices } = context;
  const { gpt, onnxruntime, platform, cpu, threads } = describeEnvironment(0);
  const node = { version: nodeVersion, required: requiredNode(), supported: isSupported(nodeVersion) };
  const runtime = await devices().then(
    (found) => ({ version: onnxruntime, devices: found, error: null }),
    (error: unknown) => ({ version: onnxruntime, devices: [], error: firstLine(error) }),
  );
  const folders = {
    'model cache': { ...(await folderState(cacheFolder(env))), chosenBy: 'HF_HUB_CACHE or HF_HOME' },
    'own cache': { ...(await folderState(ownCacheFolder(env))), chosenBy: 'GPT_CACHE' },
    results: { ...(await folderState(resolve(results))), chosenBy: '--results or GPT_RESULTS' },
  };
  // A limit that a container sets counts; without one Node reports 0 or an absurdly large number.
  const limit = process.constrainedMemory() || Number.POSITIVE_INFINITY;
  const memory = { totalBytes: Math.min(totalmem(), limit), freeBytes: Math.min(freemem(), limit) };
  const freeable = await listFreeable(folders['own cache'].path);
  const problems = [
    ...(node.supported
      ? []
      : [
          {
            fatal: true,
            problem: `Node ${nodeVersion} is too old.`,
            hint: `Install Node ${node.required} or newer.`,
          },
        ]),
    ...(runtime.error === null
      ? []
      : [
          {
            fatal: true,
            problem: `ONNX Runtime cannot be loaded: ${runtime.error}`,
            hint: 'Run "npm ci" again on this machine: its binary is made for one platform.',
          },
        ]),
    ...Object.entries(folders)
      .filter(([, { writable }]) => !writable)
      .map(([name, { path, chosenBy }]) => ({
        fatal: false,
        problem: `The folder ${path} (${name}) cannot be written to.`,
        hint: `Choose another with ${chosenBy}.`,
      })),
    ...(await damagedResults(results)),
  ] satisfies Problem[];
  const variables = { HF_TOKEN: 'not set', ...settingsInForce(env) };
  const samples = await listSamples();
  const verdicts = doctorVerdicts({
    runs: node.supported && runtime.error === null,
    memoryBytes: memory.totalBytes,
    cache: folders['model cache'],
    resultsWritable: folders.results.writable,
    samples: samples.length,
    isOffline: offlineVariable(env) !== undefined,
  });
  return {
    gpt,
    node,
    platform,
    cpu,
    cores: threads,
    memory,
    onnxruntime: runtime,
    defaultDevice,
    folders,
    freeable,
    samples,
    variables,
    problems,
    verdicts,
  };
}

/** What is wrong in the folder of results. */
async function damagedResults(folder: string): Promise<Problem[]> {
  try {
    const { problems } = await readResults(folder);
    return problems.map(({ message, hint }) => ({
      fatal: false,
      problem: message,
      hint: hint ?? `It is left out of tables and figures: ${damagedHint}`,
    }));
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return [{ fatal: false, problem: error.message, hint: error.hint ?? damagedHint }];
  }
}

const packageRoot = new URL('../../', import.meta.url);

/** The lowest version that package.json allows. */
function requiredNode(): string {
  const { engines } = JSON.parse(readFileSync(new URL('package.json', packageRoot), 'utf8')) as {
    engines: { node: string };
  };
  return engines.node.replace(/^>=\s*/, '');
}

function isSupported(version: string): boolean {
  const parts = (text: string) => text.replace(/^v/, '').split('.').map(Number);
  const wanted = parts(requiredNode());
  const found = parts(version);
  const differs = wanted.findIndex((part, place) => part !== (found[place] ?? 0));
  return differs === -1 || (found[differs] ?? 0) > wanted[differs]!;
}

/** The state of a folder, or where it does not exist yet, of the folder in which it would be made. */
async function folderState(path: string): Promise<FolderState> {
  let place = path;
  let found = await stat(place).catch(() => undefined);
  while (found === undefined && dirname(place) !== place) {
    place = dirname(place);
    found = await stat(place).catch(() => undefined);
  }
  const canWrite = found?.isDirectory() === true && (await tryToWrite(place));
  const disk = await statfs(place).catch(() => undefined);
  return {
    path,
    exists: place === path && found !== undefined,
    writable: canWrite,
    freeBytes: disk === undefined || disk.blocks === 0 ? null : disk.bavail * disk.bsize,
  };
}

/** Permission bits do not tell (an administrator passes them all, Windows keeps other lists), so something is made. */
async function tryToWrite(folder: string): Promise<boolean> {
  try {
    await rmdir(await mkdtemp(join(folder, '.gpt-doctor-')));
    return true;
  } catch {
    return false;
  }
}

/** The samples that come with the package; they make every command work without the network. */
async function listSamples(): Promise<string[]> {
  return (await readdir(fileURLToPath(new URL('samples/', packageRoot))).catch(() => [])).sort();
}

/** Variables that this tool or its parts read, without what is secret in them. */
function settingsInForce(env: Environment): Record<string, string> {
  const concerned =
    /^(HF_|HUGGINGFACE_|HUGGING_FACE_|GPT_|TRANSFORMERS_OFFLINE$|XDG_CACHE_HOME$|NO_COLOR$)|^(https?|no|all)_proxy$/i;
  const names = Object.keys(env).filter((name) => env[name] && concerned.test(name));
  return Object.fromEntries(names.sort().map((name) => [name, withoutSecrets(name, env[name]!)]));
}

function withoutSecrets(name: string, value: string): string {
  if (name !== 'HF_HUB_DISABLE_IMPLICIT_TOKEN' && /(TOKEN|KEY|SECRET|PASSWORD)$/i.test(name)) return 'set';
  if (!/proxy$/i.test(name) && !value.includes('://')) return value;
  // User name and password of an address: everything between the scheme, which may be missing, and the last @.
  return value.replace(/^(\w+:\/\/)?.*@/, (_, scheme = '') => `${scheme}***@`);
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0]!;
}

function render(report: Report, columns: number): string {
  const { node, memory, onnxruntime } = report;
  const devices = onnxruntime.devices.join(', ');
  const sections: Record<string, [label: string, value: string][]> = {
    machine: [
      ['gpt', report.gpt],
      ['Node', `${node.version}, ${node.supported ? 'supported' : `needs ${node.required} or newer`}`],
      ['platform', report.platform],
      ['CPU', `${report.cpu}, ${report.cores} cores`],
      ['memory', `${formatBytes(memory.totalBytes)}, ${formatBytes(memory.freeBytes)} free`],
    ],
    'ONNX Runtime': [
      ['version', onnxruntime.version],
      [
        'devices',
        `${devices || 'none'}${onnxruntime.devices.length > 1 ? ' (--device auto takes the first)' : ''}`,
      ],
      ['default', report.defaultDevice],
    ],
    folders: [
      ...Object.entries(report.folders).map(([name, folder]): [string, string] => [
        name,
        describeFolder(folder),
      ]),
      ...(report.freeable.length === 0
        ? []
        : [
            [
              'to be freed',
              `${report.freeable.map(describeThing).join(', ')}: "gpt doctor --free" deletes it from the own cache`,
            ] as [string, string],
          ]),
    ],
    'samples that come with gpt': [['files', report.samples.join(', ') || 'none']],
    'variables in force': Object.entries(report.variables),
  };
  const width = Math.max(...Object.values(sections).flatMap((lines) => lines.map(([label]) => label.length)));
  const blocks = Object.entries(sections).map(([title, lines]) => [
    title,
    ...lines.map(([label, value]) =>
      wrapText(`  ${label.padEnd(width)}  ${value}`, columns, ' '.repeat(width + 4)),
    ),
  ]);
  const verdict = report.problems.flatMap(({ fatal, problem, hint }) => [
    wrapText(`${fatal ? 'Error' : 'Warning'}: ${problem}`, columns, '  '),
    wrapText(`  ${hint}`, columns, '  '),
  ]);
  if (verdict.length === 0) verdict.push('Everything that gpt needs is here.');
  verdict.push(
    ...report.verdicts.map(({ can, what }) =>
      wrapText(`  ${can ? 'yes' : 'no '}  ${what}`, columns, ' '.repeat(7)),
    ),
  );
  return `${[...blocks, verdict].map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

function describeThing({ what, bytes }: CachedThing): string {
  return `${formatBytes(bytes)} of ${what}`;
}

function describeFolder({ path, exists, writable, freeBytes }: FolderState): string {
  const notes = [
    ...(exists ? [] : ['made when needed']),
    writable ? 'writable' : 'NOT writable',
    ...(freeBytes === null ? [] : [`${formatBytes(freeBytes)} free`]),
  ];
  return `${path} (${notes.join(', ')})`;
}
