import { pickClaims, readClaims } from '../reports/claims/claim.js';
import { claimsSheet, judgeClaims } from '../reports/claims/sheet.js';
import { listExperiments } from '../reports/experiment.js';
import { renderSheetMarkdown, renderSheetTerminal } from '../reports/sheet.js';
import type { ClaimsOptions } from './commands/claims.js';
import type { Output } from './output.js';
import { readSoundResults } from './read-results.js';

/** `gpt claims [id...]`: what the papers claim, with verdicts. Throws UsageError for a claim that does not exist. */
export async function runClaims(
  names: readonly string[],
  options: ClaimsOptions,
  output: Output,
): Promise<void> {
  const claims = await readClaims();
  const picked = pickClaims(claims, names);
  const [results, experiments] = await Promise.all([
    readSoundResults(options.results, output),
    listExperiments(),
  ]);
  const judged = judgeClaims(picked, claims, { results, experiments });
  const format = options.json ? 'json' : options.format;
  if (format === 'json') return output.out(JSON.stringify(judged, null, 2));
  const sheet = claimsSheet(judged);
  const text = format === 'markdown' ? renderSheetMarkdown(sheet) : await renderSheetTerminal(sheet, output);
  output.write(text);
}
