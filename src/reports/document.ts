/** A text of sections, tables and lists, shown in a terminal or written as Markdown. Its words may hold `code` in back quotes. */
import { type TerminalStyle, wrapText } from './grid.js';
import { renderSheetTerminal } from './sheet.js';

/** A part of a section. */
export type Block =
  | { kind: 'text'; text: string }
  | { kind: 'command'; line: string }
  | { kind: 'table'; head: readonly string[]; rows: readonly (readonly string[])[] }
  /** What a thing is, name by name. */
  | { kind: 'facts'; facts: readonly (readonly [name: string, value: string])[] }
  | { kind: 'list'; items: readonly string[] };

/** A section; one without blocks is left out. */
export interface Section {
  title: string;
  blocks: readonly Block[];
}

/** The whole text. */
export interface Document {
  title: string;
  blocks: readonly Block[];
  sections: readonly Section[];
}

/** The document in GitHub's Markdown. */
export function renderDocumentMarkdown({ title, blocks, sections }: Document): string {
  const parts = [
    `# ${title}`,
    ...blocks.map(blockMarkdown),
    ...sections
      .filter((section) => section.blocks.length > 0)
      .flatMap((section) => [`## ${section.title}`, ...section.blocks.map(blockMarkdown)]),
  ];
  return `${parts.join('\n\n')}\n`;
}

function blockMarkdown(block: Block): string {
  switch (block.kind) {
    case 'text':
      return block.text;
    case 'command':
      return ['```sh', block.line, '```'].join('\n');
    case 'table':
      return tableMarkdown(block.head, block.rows);
    case 'facts':
      return tableMarkdown(['', ''], block.facts);
    case 'list':
      return block.items.map((item) => `- ${item}`).join('\n');
  }
}

function tableMarkdown(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** Long lines are hard to read, however wide the terminal is. */
const MAX_TEXT_WIDTH = 100;

/** The document for a terminal: no line is longer than it is wide, addresses and paths excepted. */
export async function renderDocumentTerminal(
  { title, blocks, sections }: Document,
  style: TerminalStyle,
): Promise<string> {
  const width = Math.min(style.columns ?? MAX_TEXT_WIDTH, MAX_TEXT_WIDTH);
  const bold = (text: string) => (style.color ? `\x1b[1m${text}\x1b[22m` : text);
  const draw = (block: Block) => blockTerminal(block, { ...style, columns: width });
  const parts = [bold(title), ...(await Promise.all(blocks.map(draw)))];
  for (const section of sections.filter((one) => one.blocks.length > 0)) {
    const [first = '', ...more] = await Promise.all(section.blocks.map(draw));
    parts.push(`${bold(wrapText(section.title, width))}\n${first}`, ...more);
  }
  return `${parts.join('\n\n')}\n`;
}

async function blockTerminal(block: Block, style: TerminalStyle & { columns: number }): Promise<string> {
  const { columns } = style;
  switch (block.kind) {
    case 'text':
      return wrapText(plain(block.text), columns);
    case 'command':
      return wrapText(`  ${block.line}`, columns, '    ');
    case 'table': {
      const { head, rows } = block;
      const sheet = {
        ...{ title: '', source: '', notes: [], head: [...head], align: head.map(() => 'left' as const) },
        rows: rows.map((row) => row.map(plain)),
      };
      return (await renderSheetTerminal(sheet, style)).trimEnd();
    }
    case 'facts': {
      const names = Math.max(...block.facts.map(([name]) => name.length));
      const lines = block.facts.map(([name, value]) =>
        wrapText(`  ${name.padEnd(names)}  ${plain(value)}`, columns, ' '.repeat(names + 4)),
      );
      return lines.join('\n');
    }
    case 'list':
      return block.items.map((item) => wrapText(`- ${plain(item)}`, columns, '  ')).join('\n');
  }
}

/** Without the marks around code and links, which mean nothing in a terminal. */
function plain(text: string): string {
  return text.replace(/`([^`]+)`/g, '$1').replace(/\[([^\]]+)\]\(([^)]+)\)/g, '$1 ($2)');
}
