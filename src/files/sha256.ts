import { createHash } from 'node:crypto';

/** sha256 of a text (as UTF-8) or of bytes: 64 hex digits. That of a file, without reading it whole, is `hashFile` of `hub/`. */
export function sha256Of(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}
