/** How to know the published form of a data set when one sees it: by the bytes where they are known, else by name and number of rows. */
import type { Dataset } from './dataset.js';
import type { Located } from './locate.js';

/**
 * sha256 (hex) of published files, by the name that results give them: of several files that together are the data, over the bytes
 * of one after the other. Not every published file is here, so a name that is missing says nothing.
 */
const knownFiles: Readonly<Record<string, readonly string[]>> = {
  'NQ-open.dev.jsonl': ['f15567f38099f3615f5b8a685c0aef449c11ad90d3da3735e8d1b98115b40616'],
  'PDP.txt': ['8dce1517ccdbe79c1f411e4a4fd7ade2091a955bc83ebe5c6fb4150e84c83aa9'],
  'WSCollection.xml': ['8d72fe16331cfcddfc2f8ec6f87c5a07e186f913e023705a998a5cc6011994e4'],
  'lambada_test.jsonl': ['4aa8d02cd17c719165fc8a7887fddd641f43fcafa4b1c806ca8abc31fabdb226'],
  'newstest2014.en + newstest2014.fr': ['72875f3ba5200e244279d7c1f34e720feed64603d6c4e567f85c2b4a0064a7a6'],
  'ptb.test.txt': ['dd65dff31e70846b2a6030a87482edcd5d199130cdcfa1f3dccbb033728deee0'],
  'wiki.test.raw': ['173c87a53759e0201f33e0ccf978e510c2042d7f2cb78229d9a50d79b9e7dd08'],
  'wiki.test.tokens': ['d790b833ef8cf03a90db7bf1271b7520b83c45ce07ba3c1a9699df81e239eca0'],
};

const knownHashes = new Set(Object.values(knownFiles).flat());

/** What decides whether data is the published one. */
export interface FoundData {
  located: Pick<Located, 'shown' | 'source' | 'named'>;
  rows: number;
  sha256: string;
}

/**
 * Whether these are the published data: a file of the hub, bytes that are known, or, where those of that name are not known, as many
 * rows as were published under a published name. Data of the user's own may have as many rows by chance, and a copy may have been
 * changed; neither counts.
 */
export function isPublished(
  { files, publishedRows }: Pick<Dataset<unknown>, 'files' | 'publishedRows'>,
  { located, rows, sha256 }: FoundData,
): boolean {
  if (located.source === 'sample' || publishedRows === undefined || rows !== publishedRows) return false;
  if (located.source === 'hub' || knownHashes.has(sha256)) return true;
  if (knownFiles[located.shown] !== undefined) return false;
  const names = files.flatMap((form) =>
    typeof form === 'string' ? [form, withoutFolder(form)] : [form.join(' + ')],
  );
  return !located.named || names.includes(located.shown);
}

/** A form may lie in a folder of its own; results give the base name. */
const withoutFolder = (form: string) => form.replace(/^.*\/(?=.)/, '');
