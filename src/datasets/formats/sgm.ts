import { DataError } from '../../errors.js';
import type { Line } from './lines.js';
import { readText } from './text.js';
import { type MemberOption, shownName } from './unpack.js';

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"' };

/**
 * The segments of a test set of the WMT conferences, with the number of the line on which each begins. The format looks
 * like XML and is not: a bare & stands for itself. A segment that goes over a line end is joined with a space. Throws DataError, naming the line, for a segment that is not closed.
 */
export async function readSegments(file: string, options: MemberOption = {}): Promise<Line[]> {
  const text = await readText(file, options);
  const segments: Line[] = [];
  let line = 1;
  let counted = 0;
  for (const match of text.matchAll(/<seg\b[^>]*>([\s\S]*?)(<\/seg\s*>|(?=<seg\b)|$)/gi)) {
    line += text.slice(counted, match.index).split('\n').length - 1;
    counted = match.index;
    if (match[2] === '') {
      throw new DataError({
        file: shownName(file, options.member),
        at: `line ${line}`,
        problem: 'a segment is not closed.',
        expected: '</seg>',
      });
    }
    // In one pass: what `&amp;lt;` stands for is not decoded again.
    const decoded = match[1]!.replace(/&(amp|lt|gt|quot);/g, (_, name: string) => entities[name]!);
    segments.push({ number: line, text: decoded.trim().replace(/\s*\n\s*/g, ' ') });
  }
  if (segments.length > 0) return segments;
  throw new DataError({
    file: shownName(file, options.member),
    problem: 'no segments: this is no test set of WMT in SGML.',
    expected: '<seg id="1">…</seg>',
  });
}
