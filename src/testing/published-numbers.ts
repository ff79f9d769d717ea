/** The numbers of both papers as others have typed them: golden/published-numbers.md. */
import { readFileSync } from 'node:fs';

const text = readFileSync(new URL('golden/published-numbers.md', import.meta.url), 'utf8');

/** What stands under a heading: `GPT-2 Table 3`. Throws Error for another heading. */
export function publishedSection(heading: string): string {
  const section = text.split(`\n## ${heading}\n`)[1];
  if (section === undefined) throw new Error(`no section ${heading}`);
  return section.split('\n## ')[0]!.trim();
}

/** The table of a section, its head first, `**` of bold figures taken off; an empty cell is null. */
export function publishedTable(heading: string): (string | null)[][] {
  const lines = publishedSection(heading)
    .split('\n')
    .filter((line) => line.startsWith('|') && !line.startsWith('|---'));
  return lines.map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.replaceAll('*', '').trim())
      .map((cell) => (cell === '–' ? null : cell)),
  );
}
