import { UserError } from '../errors.js';
import { type CorpusDocument, readDocument } from './document.js';
import { findCut, type TextRange } from './text-file.js';

/** A share of the bytes, from 0 (nothing) to below 1; or the names (or base names) of documents or of files of rows. */
export type HoldOut = number | readonly string[];

/** Documents to learn from and documents to measure on. */
export interface HeldOutSplit {
  training: CorpusDocument[];
  heldOut: CorpusDocument[];
}

/**
 * Parts a corpus in two; the order of documents stays. A share is made of whole documents where that comes within half of
 * it, since the rest of a book gives away much about its end. Which ones depends on nothing but their texts: they are tried
 * in the order of their hashes. Where documents are too few or too large, the end of each is held out instead, cut at a
 * line end.
 *
 * Throws UserError for a share or name that makes no sense, and when one of the two sides would be left without text.
 */
export async function holdOutDocuments(
  documents: readonly CorpusDocument[],
  holdOut: HoldOut,
): Promise<HeldOutSplit> {
  if (typeof holdOut !== 'number') return splitByName(documents, holdOut);
  if (!(holdOut >= 0 && holdOut < 1)) {
    throw new UserError(`A share of ${holdOut} of the text cannot be held out.`, {
      hint: 'Give a number from 0 to below 1, such as 0.05.',
    });
  }
  if (holdOut === 0) return { training: [...documents], heldOut: [] };
  return splitWhole(documents, holdOut) ?? (await splitEnds(documents, holdOut));
}

function splitByName(documents: readonly CorpusDocument[], names: readonly string[]): HeldOutSplit {
  const isNamed = (document: CorpusDocument, name: string) =>
    [document.name, document.name.replace(/:\d+$/, '')].some(
      (one) => one === name || one.endsWith(`/${name}`),
    );
  const missing = names.find((name) => !documents.some((document) => isNamed(document, name)));
  if (missing !== undefined) {
    throw new UserError(`The document to hold out is not in the corpus: ${missing}.`, {
      hint: `Its documents are called ${documents
        .slice(0, 5)
        .map(({ name }) => name)
        .join(', ')}${documents.length > 5 ? ', …' : ''}.`,
    });
  }
  const split = partition(documents, (document) => names.some((name) => isNamed(document, name)));
  if (split.training.length === 0) {
    throw new UserError('All documents would be held out; nothing is left to train on.', {
      hint: 'Hold out fewer of them, or name more text.',
    });
  }
  return split;
}

/** Whole documents whose bytes come close to the share, or undefined. */
function splitWhole(documents: readonly CorpusDocument[], share: number): HeldOutSplit | undefined {
  const wanted = share * documents.reduce((bytes, document) => bytes + sizeOf(document), 0);
  const chosen = new Set<CorpusDocument>();
  let held = 0;
  for (const document of documents.toSorted((a, b) => (a.sha256 < b.sha256 ? -1 : 1))) {
    const larger = held + sizeOf(document);
    if (Math.abs(larger - wanted) >= Math.abs(held - wanted)) continue;
    chosen.add(document);
    held = larger;
  }
  const isClose = Math.abs(held - wanted) <= wanted / 2;
  if (!isClose || chosen.size === documents.length) return undefined;
  return partition(documents, (document) => chosen.has(document));
}

async function splitEnds(documents: readonly CorpusDocument[], share: number): Promise<HeldOutSplit> {
  const training: CorpusDocument[] = [];
  const heldOut: CorpusDocument[] = [];
  for (const document of documents) {
    const { name, file, texts, start, end } = document;
    const cut = await findCut({ file, texts, start: end - Math.ceil(share * sizeOf(document)), end });
    const parts =
      cut === undefined
        ? []
        : [
            await readDocument(name, { file, texts, start, end: cut }),
            await readDocument(name, { file, texts, start: cut, end }),
          ];
    // An end of nothing but white space is not worth a part of its own.
    if (parts.length === 0 || parts.some(({ words }) => words === 0)) training.push(document);
    else {
      training.push(parts[0]);
      heldOut.push(parts[1]);
    }
  }
  if (heldOut.length > 0) return { training, heldOut };
  throw new UserError(`The text is too short to hold out a share of ${share}.`, {
    hint: 'Hold out a larger share, or name more text.',
  });
}

const sizeOf = ({ start, end }: TextRange) => end - start;

function partition(
  documents: readonly CorpusDocument[],
  isHeldOut: (document: CorpusDocument) => boolean,
): HeldOutSplit {
  return {
    training: documents.filter((document) => !isHeldOut(document)),
    heldOut: documents.filter(isHeldOut),
  };
}
