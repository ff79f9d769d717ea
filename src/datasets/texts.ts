/** Any running text: files of the user, each a text of its own. */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { Dataset } from './dataset.js';
import { readTextRows } from './formats/text-rows.js';
import { readTextPieces } from './text-file.js';

/** The whole text of a file; line ends are LF. Throws DataError for what is no UTF-8 text. */
export async function readWholeText(file: string): Promise<string> {
  const range = { file, start: 0, end: (await stat(file)).size };
  let text = '';
  for await (const piece of readTextPieces(range)) text += piece;
  return text;
}

/** Any text files; there is no published set of them. A row is the text of a file, or a text of a file of rows. */
export const runningTexts: Dataset<{ file: string; text: string }> = {
  name: 'running texts',
  folder: 'texts',
  files: ['texts/'],
  sample: 'continuations.txt',
  source: 'text files of your own: --data FILE or FOLDER',
  licence: 'that of the text',
  async read(files) {
    const texts: { file: string; text: string }[] = [];
    for (const full of files) {
      const file = path.basename(full);
      const rows = await readTextRows(full);
      if (rows === undefined) texts.push({ file, text: await readWholeText(full) });
      else texts.push(...rows.map(({ text }) => ({ file, text })));
    }
    return texts;
  },
};
