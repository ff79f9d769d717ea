/** A process of its own that tries one device and ends with 0 where it works (`working-devices.ts`). */
import type { Device } from '../runtime/devices.js';
import { deviceWorks } from '../runtime/working-devices.js';

process.exit((await deviceWorks(process.argv[2] as Device)) ? 0 : 1);
