import { unescape_html as decodeReferences } from 'ftfy-js/fixes';
import { DataError } from '../../errors.js';
import type { Line } from './lines.js';
import { type MemberOption, shownName } from './unpack.js';
import { readXmlText } from './xml.js';

/** A segment, with the number of the line on which it begins. */
export interface Segment extends Line {
  /** `docid` of its document and `id` of its own; empty where there is none. */
  document: string;
  id: string;
}

/**
 * The segments of a test set of the WMT conferences, in the encoding that the file states. The format looks like XML and is not: a
 * bare & stands for itself. Character references, by name or number, are decoded once; a segment that goes over a line end is
 * joined with a space. Throws DataError, naming the line, for a segment that is not closed and a reference to no character.
 */
export async function readSegments(path: string, options: MemberOption = {}): Promise<Segment[]> {
  const text = await readXmlText(path, options);
  const file = shownName(path, options.member);
  const segments: Segment[] = [];
  let document = '';
  let line = 1;
  let counted = 0;
  for (const match of text.matchAll(/<doc\b([^>]*)>|<seg\b([^>]*)>([\s\S]*?)(<\/seg\s*>|(?=<seg\b)|$)/gi)) {
    line += text.slice(counted, match.index).split('\n').length - 1;
    counted = match.index;
    const [, ofDocument, ofSegment, content, end] = match;
    if (ofDocument !== undefined) {
      document = attribute(ofDocument, 'docid') || attribute(ofDocument, 'id');
      continue;
    }
    const refuse = (problem: string, expected: string) => {
      throw new DataError({ file, at: `line ${line}`, problem, expected });
    };
    if (end === '') refuse('a segment is not closed.', '</seg>');
    const decoded = decodeReferences(content!);
    if (decoded.includes('\ufffd') && !content!.includes('\ufffd')) {
      refuse('a character reference stands for no character.', 'a number that Unicode has');
    }
    const id = attribute(ofSegment!, 'id');
    segments.push({ number: line, text: decoded.trim().replace(/\s*\n\s*/g, ' '), document, id });
  }
  if (segments.length > 0) return segments;
  throw new DataError({
    file,
    problem: 'no segments: this is no test set of WMT in SGML.',
    expected: '<seg id="1">…</seg>',
  });
}

/** The value of an attribute, with or without quotation marks. */
function attribute(tag: string, name: string): string {
  const found = new RegExp(`(?:^|\\s)${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)'|([^\\s"'>]+))`, 'i').exec(tag);
  return decodeReferences((found?.[1] ?? found?.[2] ?? found?.[3] ?? '').trim());
}
