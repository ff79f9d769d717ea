import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { capturedOutput } from '../testing/captured-output.js';
import { type DoctorContext, runDoctor } from './doctor.js';
import { listWorkingDevices } from './working-devices.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'doctor-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** Runs `gpt doctor` with its caches in an empty folder. */
async function doctor(changes: Partial<DoctorContext> = {}, json = false, free = false) {
  const { output, written } = capturedOutput();
  const { env, ...rest } = changes;
  const exitCode = await runDoctor({ json, free }, output, {
    results: join(folder, 'results'),
    nodeVersion: process.version,
    ...rest,
    env: { HF_HOME: join(folder, 'hf'), GPT_CACHE: join(folder, 'own'), ...env },
  });
  return { exitCode, out: written.out };
}

describe('gpt doctor', () => {
  it('finds this machine fit, with the real ONNX Runtime', async () => {
    const { exitCode, out } = await doctor({}, true);
    const report = JSON.parse(out);
    expect(exitCode).toBe(0);
    expect(report.problems).toEqual([]);
    // All that is listed was tried: what cannot be used is not there.
    expect(report.onnxruntime.devices).toEqual(await listWorkingDevices());
    expect(report.onnxruntime.devices).toContain('cpu');
    expect(report.node).toMatchObject({ version: process.version, supported: true });
    expect(report.memory.totalBytes).toBeGreaterThan(1e8);
    expect(report.memory.freeBytes).toBeLessThanOrEqual(report.memory.totalBytes);
  });

  it('looks into the folders that the variables name and leaves nothing there', async () => {
    const { out } = await doctor({}, true);
    const { folders } = JSON.parse(out);
    expect(folders['model cache']).toMatchObject({
      path: join(folder, 'hf', 'hub'),
      exists: false,
      writable: true,
    });
    expect(folders['model cache'].freeBytes).toBeGreaterThan(0);
    expect(folders['own cache'].path).toBe(join(folder, 'own'));
    expect(await readdir(folder)).toEqual([]);
  });

  it('warns of a folder that cannot be written to, which is no reason to fail', async () => {
    await writeFile(join(folder, 'own'), '');
    const { exitCode, out } = await doctor();
    expect(exitCode).toBe(0);
    expect(out).toContain(`Warning: The folder ${join(folder, 'own')} (own cache) cannot be written to.`);
    expect(out).toContain('Choose another with GPT_CACHE.');
  });

  it.skipIf(!existsSync('/proc/self'))('is not taken in by permission bits (needs /proc)', async () => {
    const { out } = await doctor({ results: '/proc/results' });
    expect(out).toContain('The folder /proc/results (results) cannot be written to.');
  });

  it('says what can be freed in the own cache, and frees that alone', async () => {
    expect((await doctor()).out).not.toContain('--free');
    for (const name of ['random/gpt2-seed1', 'corpora', 'files']) {
      await mkdir(join(folder, 'own', name), { recursive: true });
      await writeFile(join(folder, 'own', name, 'weights'), Buffer.alloc(2_000_000));
    }
    const { out } = await doctor();
    expect(out.replaceAll(/\s+/g, ' ')).toContain(
      '2 MB of random weights of --random, 2 MB of texts as tokens of pretrain: "gpt doctor --free" deletes it',
    );
    const freed = await doctor({}, true, true);
    expect(JSON.parse(freed.out).freeable).toEqual([]);
    expect(await readdir(join(folder, 'own'))).toEqual(['files']);
  });

  it('lists just the devices that work', async () => {
    const { out } = await doctor({ devices: async () => ['cpu'] });
    expect(out).toMatch(/devices +cpu$/m);
    const two = await doctor({ devices: async () => ['webgpu', 'cpu'] });
    expect(two.out).toMatch(/devices +webgpu, cpu \(--device auto takes the first\)$/m);
  });

  it('fails where ONNX Runtime cannot be loaded, and says what it said', async () => {
    const devices = () => Promise.reject(new Error('libonnxruntime.so: cannot open\nstack'));
    const { exitCode, out } = await doctor({ devices });
    expect(exitCode).toBe(1);
    expect(out).toContain('Error: ONNX Runtime cannot be loaded: libonnxruntime.so: cannot open\n');
  });

  it.each([
    ['v18.20.8', 1],
    ['v20.14.0', 1],
    ['v20.15.0', 0],
    ['v22.0.0', 0],
  ])('on Node %s ends with exit code %i', async (nodeVersion, expected) => {
    const { exitCode, out } = await doctor({ nodeVersion });
    expect(exitCode).toBe(expected);
    expect(out.includes(`Error: Node ${nodeVersion} is too old.`)).toBe(expected === 1);
  });

  it('shows the variables in force and no secret', async () => {
    const env = {
      HF_TOKEN: 'hf_sesame',
      HUGGING_FACE_HUB_TOKEN: 'hf_sesame',
      HF_TOKEN_PATH: '/etc/token',
      HF_HUB_OFFLINE: '1',
      HTTPS_PROXY: 'http://user:sesame@proxy.example:8080',
      http_proxy: 'user:ses@me@proxy.example:8080',
      no_proxy: 'localhost,.example',
      HF_ENDPOINT: 'https://user:sesame@mirror.example',
      XDG_CACHE_HOME: '/disk@2/cache',
      HOME: '/home/somebody',
      GPT_DATA_DIR: '',
    };
    const { out } = await doctor({ env }, true);
    expect(JSON.parse(out).variables).toEqual({
      HF_TOKEN: 'set',
      HUGGING_FACE_HUB_TOKEN: 'set',
      HF_TOKEN_PATH: '/etc/token',
      HF_HUB_OFFLINE: '1',
      HTTPS_PROXY: 'http://***@proxy.example:8080',
      http_proxy: '***@proxy.example:8080',
      no_proxy: 'localhost,.example',
      HF_ENDPOINT: 'https://***@mirror.example',
      XDG_CACHE_HOME: '/disk@2/cache',
      HF_HOME: join(folder, 'hf'),
      GPT_CACHE: join(folder, 'own'),
    });
    expect(out).not.toMatch(/sesame|ses@me/);
    expect((await doctor()).out).toMatch(/HF_TOKEN +not set/);
  });
});
