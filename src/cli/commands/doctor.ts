import { declareCommand } from '../command.js';
import { flag } from '../flag.js';
import { json, results } from '../shared-flags.js';

/** `gpt doctor`. */
export const doctorCommand = declareCommand({
  name: 'doctor',
  description: 'explain this machine: versions, devices, caches, settings',
  flags: [
    flag('--free', 'delete from the own cache what can be computed again, such as random weights'),
    results,
    json,
  ],
  examples: ['gpt doctor', 'gpt doctor --free'],
});
