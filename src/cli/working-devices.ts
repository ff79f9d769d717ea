import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Device, listDevices } from '../runtime/devices.js';

/** A driver that hangs should not hang this program. */
const TIMEOUT_MS = 20_000;

/**
 * The devices that work on this machine, the fastest first: what ONNX Runtime was built for is tried, since its list says nothing
 * about that. Each in a process of its own, as drivers that are not whole print to stderr or end the process. Rejects where ONNX
 * Runtime cannot be loaded.
 */
export async function listWorkingDevices(): Promise<Device[]> {
  const listed = await listDevices();
  const works = await Promise.all(listed.map((device) => device === 'cpu' || tryDevice(device)));
  return listed.filter((_, place) => works[place]);
}

function tryDevice(device: Device): Promise<boolean> {
  const child = spawn(process.execPath, [probeScript(), device], { stdio: 'ignore', timeout: TIMEOUT_MS });
  return new Promise((resolve) => {
    child.on('error', () => resolve(false));
    child.on('close', (code) => resolve(code === 0));
  });
}

/** Beside this file, or, where the sources run by themselves, in the build. */
function probeScript(): string {
  const beside = fileURLToPath(new URL('./probe-device.js', import.meta.url));
  return existsSync(beside)
    ? beside
    : fileURLToPath(new URL('../../dist/cli/probe-device.js', import.meta.url));
}
