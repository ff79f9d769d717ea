/**
 * Penn Treebank as Mikolov prepared it (2010): sentences of the Wall Street Journal in lower case without punctuation, rare
 * words as `<unk>`, numbers as `N`.
 */
import type { Dataset } from './dataset.js';
import { readLines } from './formats/lines.js';
import { readTextRows } from './formats/text-rows.js';
import { findMember } from './formats/unpack.js';

/** The training text is not measured. */
export type PtbSplit = 'test' | 'validation';

/** Lines of a published file, or of its member in Mikolov's archive, each with a space at both ends as there. */
async function readPtb(file: string, member: string): Promise<string[]> {
  const members = [member];
  const rows = await readTextRows(file, { members });
  const lines = rows ?? (await readLines(file, { member: await findMember(file, members) }));
  // The hub's copy lacks the spaces. They are bytes of the published text, and rules of the detokenizers go by them.
  return lines.map(({ text }) => ` ${text.trim()} `);
}

/** One split. A row is a sentence, without its line end. */
export function ptb(split: PtbSplit): Dataset<string> {
  const file = split === 'test' ? 'ptb.test.txt' : 'ptb.valid.txt';
  return {
    name: `Penn Treebank ${split}`,
    folder: 'ptb',
    files: [file, 'simple-examples.tgz'],
    hub: {
      repo: 'ptb-text-only/ptb_text_only',
      path: `penn_treebank/${split}/0000.parquet`,
      revision: 'refs/convert/parquet',
    },
    sample: 'ptb.txt',
    publishedRows: split === 'test' ? 3761 : 3370,
    source: 'https://huggingface.co/datasets/ptb-text-only/ptb_text_only',
    licence: 'LDC user agreement (Penn Treebank)',
    read: ([given]) => readPtb(given!, `data/${file}`),
  };
}
