/**
 * Records the screencast of the README: runs the commands below with the built tool (`npm run build`), as if in a terminal, in an
 * empty folder and without a network, keeps what they print and when (recording.json), and draws it (draw.js).
 *
 *     npm run build && node docs/screencast/record.js
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { writeDrawings } from './draw.js';

const columns = 88;
const scenes = [
  ['eval', 'lambada', '--model', 'tiny', '--data', 'sample'],
  ['generate', 'It was late when', '--model', 'tiny', '--seed', '2', '--max-tokens', '52'],
  ['table', 'gpt2-table2'],
];

// What lies in the caches of this machine must not show.
const folder = await mkdtemp(path.join(tmpdir(), 'gpt-screencast-'));
Object.assign(process.env, {
  HF_HUB_OFFLINE: '1',
  HF_HUB_CACHE: path.join(folder, 'hub'),
  GPT_CACHE: path.join(folder, 'cache'),
});
const [{ createProgram }, { processOutput }, { commandLine }] = await Promise.all(
  ['main', 'output', 'options'].map(
    (name) => import(new URL(`../../dist/cli/${name}.js`, import.meta.url).href),
  ),
);

const recorded = [];
const start = process.cwd();
try {
  process.chdir(folder);
  for (const words of scenes) {
    const argv = ['node', 'gpt', ...words];
    const chunks = [];
    const begun = performance.now();
    const write = (text) => {
      chunks.push({ afterMs: Math.round(performance.now() - begun), text });
    };
    const output = processOutput({
      stdout: { write, isTTY: true, columns },
      stderr: { write },
      env: { TERM: 'xterm-256color' },
    });
    await createProgram(output, argv).parseAsync(argv);
    recorded.push({ command: commandLine(argv).replaceAll("'", '"'), chunks });
  }
} finally {
  process.chdir(start);
  await rm(folder, { recursive: true, force: true });
}
const recording = { columns, scenes: recorded };
await writeFile(new URL('recording.json', import.meta.url), `${JSON.stringify(recording, null, 1)}\n`);
await writeDrawings(recording);
