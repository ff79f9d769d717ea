/** What the documents of this project show and promise, so that tests can hold it against the program. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the project. */
export const projectFolder = fileURLToPath(new URL('../../', import.meta.url));

/** A document, by its path below the project with forward slashes, and its lines. */
export interface ProjectDocument {
  file: string;
  lines: string[];
}

/** README.md, CHANGELOG.md and all Markdown below docs/. */
export function readDocuments(): ProjectDocument[] {
  const below = readdirSync(path.join(projectFolder, 'docs'), { recursive: true, encoding: 'utf8' });
  const pages = below
    .filter((name) => name.endsWith('.md'))
    .map((name) => path.posix.join('docs', slashed(name)));
  return ['README.md', 'CHANGELOG.md', ...pages.sort()].map((file) => ({
    file,
    lines: readFileSync(path.join(projectFolder, file), 'utf8').split(/\r?\n/),
  }));
}

const slashed = (name: string) => name.replaceAll(path.sep, '/');

/** A line of a document: of a code block with its language (`''`: none was named), or of the text around (undefined). */
export interface DocumentLine {
  /** From 1. */
  number: number;
  text: string;
  code: string | undefined;
}

/** The lines of a document, told apart; the fences themselves are left out. A line that is indented by four spaces is code. */
export function tellCode({ lines }: ProjectDocument): DocumentLine[] {
  let fence: string | undefined;
  return lines.flatMap((text, place) => {
    const mark = /^\s*```(\w*)/.exec(text);
    if (mark !== null) {
      fence = fence === undefined ? mark[1]! : undefined;
      return [];
    }
    const code = fence ?? (/^ {4}\S/.test(text) ? '' : undefined);
    return [{ number: place + 1, text, code }];
  });
}

/** A call of `gpt` in a code block: the words behind the name. */
export interface ShownCommand {
  /** `README.md:27`. */
  place: string;
  words: string[];
}

/** Every call of `gpt` in the shell blocks of a document. */
export function shownCommands(document: ProjectDocument): ShownCommand[] {
  const shell = tellCode(document).filter(({ code }) => code === 'sh' || code === '');
  const found: ShownCommand[] = [];
  for (let at = 0; at < shell.length; at++) {
    const place = `${document.file}:${shell[at]!.number}`;
    let line = shell[at]!.text;
    while (line.endsWith('\\') && at + 1 < shell.length) line = `${line.slice(0, -1)} ${shell[++at]!.text}`;
    for (const command of simpleCommands(line)) {
      const words = behindGpt(command);
      if (words !== undefined) found.push({ place, words });
    }
  }
  return found;
}

/** Cuts a line of a shell at pipes, redirections and lists, and each command into words; a comment ends it. */
export function simpleCommands(line: string): string[][] {
  const commands: string[][] = [[]];
  let word: string | undefined;
  let quote = '';
  const endWord = () => {
    if (word !== undefined) commands.at(-1)!.push(word);
    word = undefined;
  };
  for (let at = 0; at < line.length; at++) {
    const character = line[at]!;
    if (quote !== '') {
      if (character === quote) quote = '';
      else word += character;
    } else if (character === '"' || character === "'") {
      quote = character;
      word ??= '';
    } else if (/\s/.test(character)) endWord();
    else if (character === '#' && word === undefined) break;
    else if (/[|&;<>]/.test(character)) {
      endWord();
      commands.push([]);
    } else word = (word ?? '') + character;
  }
  endWord();
  return commands.filter((words) => words.length > 0);
}

/** The words behind the name of our command; undefined where another one is called. Omissions (…) are no words. */
function behindGpt(command: readonly string[]): string[] | undefined {
  const words = command.filter((word) => word !== '…');
  while (/^[A-Z_]+=/.test(words[0] ?? '')) words.shift();
  if (words[0] === 'gpt') return words.slice(1);
  if (words[0] === 'node' && words[1]?.endsWith('bin/gpt.js')) return words.slice(2);
  if (words[0] === 'npx' && /gpt-papers-[\d.]+\.tgz$/.test(words[1] ?? '')) return words.slice(2);
  return undefined;
}

/** Code within the text of a document, `between backticks`. */
export function inlineCode(document: ProjectDocument): { place: string; code: string }[] {
  return tellCode(document)
    .filter(({ code }) => code === undefined)
    .flatMap(({ number, text }) =>
      Array.from(text.matchAll(/`([^`]+)`/g), ([, code]) => ({
        place: `${document.file}:${number}`,
        code: code!,
      })),
    );
}

/** Links of a document to other places of the project: a path relative to the document, and the part behind #. */
export function localLinks(document: ProjectDocument): { place: string; path: string; anchor: string }[] {
  return tellCode(document)
    .filter(({ code }) => code === undefined)
    .flatMap(({ number, text }) =>
      Array.from(
        text.replaceAll(/`[^`]*`/g, '').matchAll(/\]\(([^)\s]+)\)|(?:src|href)="([^"]+)"/g),
        (match) => {
          const [target = '', anchor = ''] = (match[1] ?? match[2]!).split('#');
          return { place: `${document.file}:${number}`, path: target, anchor };
        },
      ).filter(({ path: target }) => !/^\w+:/.test(target)),
    );
}

/** The names under which GitHub makes the headings of a document reachable. */
export function headingAnchors(document: ProjectDocument): string[] {
  return tellCode(document).flatMap(({ text, code }) => {
    const heading = code === undefined ? /^#+ (.+)$/.exec(text)?.[1] : undefined;
    if (heading === undefined) return [];
    return [
      heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
        .trim()
        .replaceAll(/\s/g, '-'),
    ];
  });
}
