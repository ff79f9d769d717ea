/** Line ends: LF, CRLF, or CR alone, as old Macs wrote it. What the first one of a file is, all of them are. */

/** The line end of a text: `\r` only where there is no other; undefined where there is none. */
export function lineEndOf(text: string): '\n' | '\r\n' | '\r' | undefined {
  const feed = text.indexOf('\n');
  if (feed >= 0) return text[feed - 1] === '\r' ? '\r\n' : '\n';
  return text.includes('\r') ? '\r' : undefined;
}

/**
 * A text whose line ends are LF. Where those of the file are CRLF, so are those within its quoted cells: what turned one turned the
 * other. In a file with LF, CR is part of the text.
 */
export function withLineFeeds(text: string): string {
  const end = lineEndOf(text);
  return end === undefined || end === '\n' ? text : text.replaceAll(end, '\n');
}

/** A line without the spaces and tabs at its end. */
export function withoutTrailingBlanks(line: string): string {
  let end = line.length;
  while (end > 0 && (line[end - 1] === ' ' || line[end - 1] === '\t')) end--;
  return line.slice(0, end);
}
