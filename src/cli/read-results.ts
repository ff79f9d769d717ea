/** Results for a command that shows them: what cannot be read is named on stderr, and the rest is shown. */
import type { UserError } from '../errors.js';
import { countOf } from '../format.js';
import type { Result } from '../results/result.js';
import { readResults } from '../results/results-folder.js';
import type { Output } from './output.js';

/** The results of a folder. Throws UserError when the folder itself cannot be read. */
export async function readSoundResults(folder: string, output: Pick<Output, 'err'>): Promise<Result[]> {
  const { results, problems } = await readResults(folder);
  tellDamaged(problems, output);
  return results;
}

/** Says which files are left out, why, and what to do about them. */
export function tellDamaged(problems: readonly UserError[], output: Pick<Output, 'err'>): void {
  if (problems.length === 0) return;
  for (const { message, hint } of problems) output.err(hint === undefined ? message : `${message} ${hint}`);
  output.err(`${countOf(problems.length, 'file')} left out: ${damagedHint}`);
}

/** What to do about a file of results that holds none. */
export const damagedHint = 'delete what is damaged, or move it away, and run its evaluation again.';
