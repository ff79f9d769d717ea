import { UserError } from '../errors.js';

/** Where a model can run. `auto` is the best one that ONNX Runtime offers here. */
export type Device = 'cpu' | 'cuda' | 'webgpu' | 'coreml' | 'dml';

/** What `--device` accepts. */
export const deviceNames = ['auto', 'cpu', 'cuda', 'webgpu', 'coreml', 'dml'] as const;

/** Order in which `auto` tries, fastest first; the CPU is always there. */
const preference: readonly Device[] = ['cuda', 'dml', 'coreml', 'webgpu', 'cpu'];

/** The devices that this build of ONNX Runtime was made for. That one is listed does not mean that it works. */
export async function listDevices(): Promise<Device[]> {
  const { listSupportedBackends } = await import('onnxruntime-node');
  const names = new Set(listSupportedBackends().map((backend) => backend.name));
  names.add('cpu');
  return preference.filter((device) => names.has(device));
}

/** A device that was opened, and why it is not the one that was asked for. */
export interface OpenedOn<T> {
  device: Device;
  opened: T;
  /** Sentences for the user: which device was tried and what it said. Empty when all went as asked. */
  notes: string[];
}

/**
 * Opens something on the wanted device. A list of providers is no fallback in ONNX Runtime (it throws when the first
 * one is missing), so each is tried by itself. `auto` falls back to the next one with a note. Throws UserError when a device
 * that was named cannot be had, and what the CPU says when even that fails.
 */
export async function openOnDevice<T>(
  wanted: Device | 'auto',
  open: (device: Device) => Promise<T>,
  available: readonly Device[],
): Promise<OpenedOn<T>> {
  const notes: string[] = [];
  if (wanted !== 'auto' && !available.includes(wanted)) {
    throw new UserError(`--device ${wanted}: ONNX Runtime does not have it on this platform.`, {
      hint: `There is ${available.join(', ')}; --device auto takes the first of them that works.`,
    });
  }
  for (const device of wanted === 'auto' ? available : [wanted]) {
    try {
      const opened = await open(device);
      if (notes.length > 0) notes.push(`Using ${device}.`);
      return { device, opened, notes };
    } catch (error) {
      if (device === 'cpu') throw error;
      if (wanted !== 'auto') {
        throw new UserError(`--device ${device} cannot be used: ${firstLine(error)}`, {
          hint: 'Leave it out to compute on the CPU; --device auto takes the first device that works.',
          cause: error,
        });
      }
      notes.push(`${device} cannot be used: ${firstLine(error)}`);
    }
  }
  throw new UserError(`No device can be used. ${notes.join(' ')}`);
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0]!;
}
