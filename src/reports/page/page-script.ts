import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';

/** The script of the report, as the compiler made it from browser.ts beside this file. */
export async function readPageScript(): Promise<string> {
  return readFile(new URL('./browser.js', import.meta.url), 'utf8');
}

/** How a Content-Security-Policy names the one script or style that may run. */
export function cspHash(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}
