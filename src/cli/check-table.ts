import path from 'node:path';
import { UsageError, UserError } from '../errors.js';
import { findTextFile } from '../files/decode.js';
import { compareTexts, describeDifference } from '../reports/check.js';
import type { WrittenFormat } from '../reports/table-cells.js';
import type { Output } from './output.js';

/** Formats that a written table can be compared in, by how its file's name ends. */
const formatsByEnding: Readonly<Record<string, WrittenFormat>> = {
  '.md': 'markdown',
  '.csv': 'csv',
  '.json': 'json',
};

/** The format of a committed table: the one that was asked for, or by the name of the file. Throws UsageError for any other. */
export function formatOfFile(file: string, asked: string): WrittenFormat {
  const format = asked === 'terminal' ? formatsByEnding[path.extname(file).toLowerCase()] : asked;
  const known = Object.values(formatsByEnding).find((one) => one === format);
  if (known !== undefined) return known;
  throw new UsageError(`--check ${file}: only tables in Markdown, CSV and JSON can be compared.`, {
    hint: 'Name the format with --format markdown, csv or json.',
  });
}

/**
 * `gpt table <id> --check FILE`: prints where a committed table differs from the one that follows from the results. Throws
 * UserError when it does, or cannot be read.
 */
export async function checkTableFile(
  file: string,
  format: WrittenFormat,
  expected: string,
  output: Output,
): Promise<void> {
  const committed = await findTextFile(file);
  if (committed === undefined) {
    throw new UserError(`--check ${file}: there is no such file.`, {
      hint: 'Write it with "gpt table <id> --format markdown > FILE" first.',
    });
  }
  const differences = compareTexts(file, format, committed, expected);
  if (differences.length === 0) {
    output.err(`${file} follows from the results.`);
    return;
  }
  output.out(differences.map(describeDifference).join('\n'));
  throw new UserError(
    `${file} does not follow from the results: ${differences.length} difference${differences.length === 1 ? '' : 's'}.`,
    { hint: `Write it anew with --format ${format}.` },
  );
}
