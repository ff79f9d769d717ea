import { stat } from 'node:fs/promises';

/** Whether there is a file or folder at a place, links followed. What cannot be looked at counts as not there. */
export function exists(place: string): Promise<boolean> {
  return stat(place).then(
    () => true,
    () => false,
  );
}
