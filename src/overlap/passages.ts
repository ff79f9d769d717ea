/** A run of words whose n-grams are all in the training text. */
export interface Passage {
  /** Number of words. */
  words: number;
  /** The words in normal form, the first 60 of them. */
  text: string;
}

/** Collects the passages of one document after another. */
export interface Passages {
  /** The next n-gram of the document, and whether it is in the training text. */
  add(isFound: boolean, bytes: Uint8Array, start: number, end: number): void;
  /** Ends the document and returns its longest passages, longest first. */
  end(): Passage[];
}

/** Passages kept of a document, and words kept of a passage: a copy of a whole book should not fill the result. */
const KEPT_PASSAGES = 5;
const KEPT_WORDS = 60;

/** Joins n-grams that follow each other to passages: m of them in a row are n + m − 1 words. */
export function createPassages(): Passages {
  let longest: Passage[] = [];
  let run: { words: number; texts: string[] } | undefined;
  const close = () => {
    if (run === undefined) return;
    const passage = { words: run.words, text: run.texts.join(' ') };
    if (run.words > run.texts.length) passage.text += ' …';
    longest = [...longest, passage].sort((a, b) => b.words - a.words).slice(0, KEPT_PASSAGES);
    run = undefined;
  };
  return {
    add(isFound, bytes, start, end) {
      if (!isFound) return close();
      if (run !== undefined && run.texts.length === KEPT_WORDS) {
        run.words++;
        return;
      }
      const words = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start)
        .toString('utf8')
        .split(' ');
      if (run === undefined) run = { words: words.length, texts: words.slice(0, KEPT_WORDS) };
      else {
        run.words++;
        run.texts.push(words.at(-1)!);
      }
    },
    end() {
      close();
      const passages = longest;
      longest = [];
      return passages;
    },
  };
}
